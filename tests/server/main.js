// SPDX-License-Identifier: MIT
// A server on loopback that speaks like several vendors of bars, keeps limits, breaks on request, and counts what it
// was asked: node main.js --config FILE|JSON
//
// One line of JSON tells its process and ports. It ends when its standard input does, or on SIGTERM.
// GET /_count tells what was asked (?window=SECONDS for the busiest stretch), DELETE /_count forgets it.
// POST /_config replaces members of the configuration, all of which are optional:
//   symbols   those that exist, a list or a number of them (S0000 …): for lists and days of all symbols
//   unknown   list of symbols without data; listed { SYMBOL: first date }; thin { SYMBOL: share of bars missing }
//   splits    { SYMBOL: [{ date, ratio, at: when adjusted prices begin to show it }] }
//   wrong     { SYMBOL: { date: kind } }, kinds of wrong.js
//   alpaca binance csv nepse polygon   each with limit and page_rows, and
//             alpaca key secret free; csv first; nepse token_s; polygon key next_host delayed entitled_from
//             entitled_status. A limit is { kind: window|bucket|sliding, count, period_s, burst, headers }
//   faults    { PROVIDER: { kind: probability } } with retry_after_s and slow_s, kinds of faults.js; seed
//   outages   [{ from, to, kind: refuse|503 }]
//   echo      true: errors tell all that was sent; latency_s of every answer; gzip: false for none
//   tls       { cert, key }, files: opens the https port
// Times are seconds since 1970.
'use strict';

const fs = require('fs');
const http = require('http');
const http2 = require('http2');
const clock = require('./clock');
const limits = require('./limits');
const { Count } = require('./count');
const { Faults, answerOf, echo } = require('./faults');
const { Market } = require('./market');
const { gone, send } = require('./send');

const PROVIDERS = {
  alpaca: require('./alpaca'),
  binance: require('./binance'),
  csv: require('./csv'),
  nepse: require('./nepse'),
  polygon: require('./polygon'),
};
const DEFAULTS = {
  alpaca: { key: 'test-key-id', secret: 'test-key-secret' },
  polygon: { key: 'test-polygon-key' },
};

const ROUTES = [[/^\/(v2\/stocks|v1beta3\/crypto|v1\/corporate-actions)(\/|$)/, 'alpaca'],
  [/^\/(v2\/aggs|v3\/reference)\//, 'polygon'],
  [/^\/api\/v3\//, 'binance'], [/^\/api\/(authenticate|nots)\//, 'nepse'], [/^\/csv\//, 'csv']];

function symbolsOf(symbols) {
  if (Array.isArray(symbols)) return [...symbols].sort();
  const count = symbols || 0;
  return Array.from({ length: count }, (_, i) => `S${String(i).padStart(4, '0')}`);
}

class Server {
  constructor(config) {
    this.count = new Count();
    this.sockets = new Set();
    this.states = {};
    this.limits = {};
    this.configure(config);
  }

  /** Members of `config` replace those that were there; limits and generators begin anew where they are named. */
  configure(config) {
    this.config = { ...this.config, ...config };
    this.market = new Market(this.config);
    this.symbols = symbolsOf(this.config.symbols);
    if ('seed' in config || !this.faults) this.faults = new Faults(this.config.seed || 1);
    for (const name of Object.keys(PROVIDERS)) {
      if (config[name] || !(name in this.limits)) this.limits[name] = limits.make((this.config[name] || {}).limit);
      this.states[name] = this.states[name] || {};
    }
    this.planOutages();
  }

  providerConfig(name) {
    const { wrong, unknown } = this.config;
    return { wrong, unknown, ...DEFAULTS[name], ...this.config[name] };
  }

  /** Outages that refuse connections close the ports meanwhile. */
  planOutages() {
    for (const timer of this.timers || []) clearTimeout(timer);
    this.timers = [];
    for (const outage of this.config.outages || []) {
      if (outage.kind !== 'refuse' || outage.to <= clock.now()) continue;
      const later = (time, f) => this.timers.push(setTimeout(f, Math.max(0, clock.realMs(time - clock.now()))));
      later(outage.from, () => this.stopListening());
      later(outage.to, () => this.listenAgain());
    }
  }

  stopListening() {
    for (const { server } of this.listeners) server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  listenAgain() {
    for (const { server, port } of this.listeners) if (!server.listening) server.listen(port, '127.0.0.1');
  }

  take(name, weight) {
    const limit = this.limits[name];
    if (!limit) return null;
    const taken = limit.take(clock.now(), weight);
    return { ...taken, limit: limit.spec.count, headers: limit.spec.headers !== false };
  }

  /** What a provider answers, or the fault that comes instead. */
  answer(name, request, url, fault, chances) {
    const now = clock.now();
    const outage = (this.config.outages || []).find((one) => now >= one.from && now < one.to);
    if (outage) return { status: 503, headers: {}, body: 'service unavailable\n' };
    const { headers } = request;
    const { faults, elsewhere } = this;
    const upset = answerOf(fault, { chances, faults, headers, url: request.url, elsewhere });
    if (upset) return upset;
    if (fault === 'expire' && PROVIDERS[name].expire) PROVIDERS[name].expire(this.states[name]);
    const answer = PROVIDERS[name].answer({
      now, headers, path: url.pathname, query: url.searchParams, method: request.method, origin: url.origin,
      config: this.providerConfig(name), market: this.market, symbols: this.symbols, state: this.states[name],
      take: (weight) => this.take(name, weight),
    });
    return this.config.echo && answer.status >= 400
      ? { ...echo(headers, request.url), status: answer.status } : answer;
  }

  handle(request, response, scheme) {
    const host = request.headers[':authority'] || request.headers.host;
    const url = new URL(request.url, `${scheme}://${host}`);
    if (url.pathname.startsWith('/_')) {
      this.control(request, response, url);
      return;
    }
    const route = ROUTES.find(([pattern]) => pattern.test(url.pathname));
    const name = route ? route[1] : 'unknown';
    const one = this.count.begin(name, request, clock.now());
    response.on('close', () => one.in_flight--);
    response.on('error', () => {});
    const chances = (this.config.faults || {})[name];
    const fault = route ? this.faults.pick(chances) : null;
    if (fault) this.count.fault(one, fault);
    if (fault === 'silent') return;
    const answer = route ? this.answer(name, request, url, fault, chances) : { status: 404, headers: {}, body: '' };
    this.count.answer(one, request.url, answer, !['cut', 'short', 'garbage'].includes(fault));
    const reply = () => {
      if (gone(response)) return;
      one.bytes += send(request, response, answer, { fault, gzip: this.config.gzip !== false, ...chances });
    };
    if (this.config.latency_s) setTimeout(reply, clock.realMs(this.config.latency_s));
    else reply();
  }

  control(request, response, url) {
    const say = (value) => send(request, response, { status: 200, headers: {}, body: JSON.stringify(value) }, {});
    if (url.pathname === '/_count') {
      const window = Number(url.searchParams.get('window') || 60);
      say(this.count.report(clock.now(), window));
      if (request.method === 'DELETE') this.count = new Count();
      return;
    }
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      this.configure(JSON.parse(text));
      say({});
    });
  }

  /** Watches a port; resolves when it listens. */
  listen(server, onSocket) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => {});
      if (onSocket) onSocket();
    });
    for (const event of ['clientError', 'tlsClientError', 'sessionError', 'error']) {
      server.on(event, (error, socket) => {
        if (error.code === 'EADDRINUSE') throw error;
        if (socket && socket.destroy) socket.destroy();
      });
    }
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(server.address().port));
    });
  }

  async start() {
    const counted = () => this.count.connections++;
    const plain = http.createServer((request, response) => this.handle(request, response, 'http'));
    plain.keepAliveTimeout = 75000;
    const ports = { http: await this.listen(plain, counted) };
    this.listeners = [{ server: plain, port: ports.http }];
    if (this.config.tls) {
      const { cert, key } = this.config.tls;
      const files = { cert: fs.readFileSync(cert), key: fs.readFileSync(key) };
      const secure = http2.createSecureServer({ ...files, allowHTTP1: true },
        (request, response) => this.handle(request, response, 'https'));
      ports.https = await this.listen(secure, counted);
      this.listeners.push({ server: secure, port: ports.https });
    }
    // Where nobody should be sent to: what comes here is counted.
    const elsewhere = http.createServer((request, response) => {
      const one = this.count.begin('elsewhere', request, clock.now());
      response.on('close', () => one.in_flight--);
      response.end('{}');
    });
    this.elsewhere = ports.elsewhere = await this.listen(elsewhere);
    return ports;
  }
}

function readConfig(words) {
  if (words[0] !== '--config' || words.length !== 2) {
    process.stderr.write('usage: node main.js --config FILE|JSON\n');
    process.exit(2);
  }
  return JSON.parse(words[1].trim().startsWith('{') ? words[1] : fs.readFileSync(words[1], 'utf8'));
}

async function main() {
  const server = new Server(readConfig(process.argv.slice(2)));
  const ports = { pid: process.pid, ...(await server.start()) };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
  process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();
  process.stdout.write(`${JSON.stringify(ports)}\n`);
}

main();
