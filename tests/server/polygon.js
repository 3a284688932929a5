// SPDX-License-Identifier: MIT
// Polygon: aggregates of one ticker in ranges with a next URL, and a day of the whole market.
'use strict';

const { DAY, newYorkOffset, parse, sessions, sessionIndex } = require('./calendar');
const { UNIT, hoursOf } = require('./market');

const SPANS = { minute: 60, hour: 3600, day: DAY };
const PARAMETERS = ['adjusted', 'sort', 'limit', 'cursor', 'apiKey'];
const SPLITS_PATH = '/v3/reference/splits';
const SPLITS = ['ticker', 'execution_date.gte', 'execution_date.lte', 'limit', 'cursor', 'apiKey'];

let requests = 0;

const requestId = () => `req-${++requests}`;
const json = (status, value) => ({ status, headers: {}, body: JSON.stringify(value) });
const bad = (error) => json(400, { status: 'ERROR', request_id: requestId(), error });

const calendarOf = (ticker) => (ticker.startsWith('X:') ? 'always' : ticker.startsWith('C:') ? 'weekdays' : 'us');

/** Milliseconds of a date (of New York for its bars) or of a number. */
function msOf(text, calendar, isEnd) {
  const day = parse(text);
  if (!Number.isNaN(day)) {
    const midnight = day * DAY + (calendar === 'us' ? newYorkOffset(day) : 0);
    return isEnd ? (midnight + DAY) * 1000 - 1 : midnight * 1000;
  }
  return /^\d{12,14}$/.test(text) ? Number(text) : NaN;
}

function rowOf(ticker, bar, ms) {
  const row = { o: bar.open / UNIT, c: bar.close / UNIT, h: bar.high / UNIT, l: bar.low / UNIT, t: ms };
  if (ticker.startsWith('I:')) return row;
  return { v: bar.volume, vw: Math.floor((bar.high + bar.low) / 2) / UNIT, ...row, n: 1 + (bar.volume >> 6) };
}

/** Bars from `from` to `to` (ms, both included) that hold at most `limit` base aggregates, and where to go on. */
function take(ask, ticker, seconds, from, to, limit) {
  const calendar = calendarOf(ticker);
  const { market, now } = ask;
  const results = [];
  const share = seconds < DAY ? seconds / 60 : 1;
  const span = Math.max(DAY, Math.ceil(limit / share) * seconds * 6);
  const adjusted = ask.query.get('adjusted') !== 'false';
  for (let first = Math.floor(from / 1000) - DAY; first <= to / 1000; first += span) {
    const end = Math.min(first + span, Math.floor(to / 1000) + 1);
    for (const bar of market.bars(ticker, calendar, seconds, first, end, { adjusted, now })) {
      const stamp = bar.time + (seconds === DAY && calendar === 'us' ? newYorkOffset(bar.time / DAY) : 0);
      if (stamp * 1000 < from || stamp * 1000 > to) continue;
      if ((results.length + 1) * share > limit && results.length) return { results, next: stamp * 1000 };
      results.push(rowOf(ticker, bar, stamp * 1000));
    }
  }
  return { results, next: null };
}

function range(ask, [ticker, multiplier, span, from, to]) {
  const { config, query } = ask;
  const seconds = Number(multiplier) * SPANS[span];
  const calendar = calendarOf(ticker);
  let first = msOf(from, calendar, false);
  const last = msOf(to, calendar, true);
  const limit = Number(query.get('limit') || 5000);
  if (!(seconds > 0) || (seconds > DAY)) return bad('invalid timespan');
  if (Number.isNaN(first) || Number.isNaN(last)) return bad("could not parse the parameter 'from' or 'to'");
  if (first > last) return bad("The parameter 'to' cannot be a time that occurs before 'from'");
  if (!(limit >= 1 && limit <= 50000)) return bad('limit must be 1 to 50000');
  if (query.has('cursor')) first = Number(Buffer.from(query.get('cursor'), 'base64url').toString());
  const { results, next } = (config.unknown || []).includes(ticker) ? { results: [], next: null }
    : take(ask, ticker, seconds, first, last, Math.min(limit, config.page_rows || limit));
  const adjusted = query.get('adjusted') !== 'false';
  const count = results.length;
  const body = { ticker, adjusted, queryCount: count, resultsCount: count,
    status: config.delayed ? 'DELAYED' : 'OK', request_id: requestId(), count };
  if (results.length) body.results = results;
  if (next) {
    const cursor = Buffer.from(String(next)).toString('base64url');
    body.next_url = `${config.next_host || ask.origin}${ask.path}?cursor=${cursor}&limit=${limit}`
      + `&adjusted=${adjusted}&sort=asc`;
  }
  return { ...json(200, body), rows: count };
}

/** All stocks of a day; their time is the end of trading. */
function grouped(ask, date) {
  const { market, now, query } = ask;
  const day = parse(date);
  if (Number.isNaN(day)) return bad('invalid date');
  const days = sessions('us');
  const results = [];
  const open = days[sessionIndex('us', day)] === day;
  const adjusted = query.get('adjusted') !== 'false';
  for (const ticker of open ? ask.symbols : []) {
    for (const bar of market.bars(ticker, 'us', DAY, day * DAY, (day + 1) * DAY, { adjusted, now })) {
      const end = day * DAY + newYorkOffset(day) + hoursOf('us', day)[1];
      results.push({ T: ticker, ...rowOf(ticker, bar, end * 1000) });
    }
  }
  const count = results.length;
  const body = { adjusted, queryCount: count, resultsCount: count, status: 'OK', request_id: requestId() };
  if (count) body.results = results;
  return { ...json(200, body), rows: count };
}

function splits(ask) {
  const { config, market, query } = ask;
  const cursor = query.get('cursor');
  const asked = cursor ? new URLSearchParams(Buffer.from(cursor, 'base64url').toString()) : query;
  const [first, last] = [asked.get('execution_date.gte'), asked.get('execution_date.lte')];
  const told = market.actions([asked.get('ticker')], first, last);
  const begin = Number(asked.get('begin') || 0);
  const end = begin + Math.min(Number(query.get('limit') || 10), config.action_rows || Infinity);
  const results = told.slice(begin, end).map(({ symbol, date, from, to }) => (
    { execution_date: date, split_from: from, split_to: to, ticker: symbol }));
  const body = { results, status: 'OK', request_id: requestId() };
  if (end < told.length) {
    const rest = new URLSearchParams(asked);
    rest.set('begin', end);
    const next = Buffer.from(String(rest)).toString('base64url');
    body.next_url = `${config.next_host || ask.origin}${ask.path}?cursor=${next}`;
  }
  return json(200, body);
}

const tooMany = () => (requests % 2 ? { status: 429, headers: {}, body: '' }
  : json(429, { status: 'ERROR', request_id: requestId(),
    error: 'too many requests a minute' }));

function refusal({ config, headers, path, query }) {
  const key = (headers.authorization || '').replace(/^Bearer /, '') || query.get('apiKey');
  if (key !== config.key) return json(401, { status: 'ERROR', request_id: requestId(), error: 'Unknown API Key' });
  const unknown = [...query.keys()].filter((name) => !(path === SPLITS_PATH ? SPLITS : PARAMETERS).includes(name));
  return unknown.length ? bad(`unknown parameter ${unknown[0]}`) : null;
}

function answer(ask) {
  const refused = refusal(ask);
  if (refused) return refused;
  requests++;
  const taken = ask.take(1);
  if (taken && !taken.ok) return tooMany();
  if (ask.path === SPLITS_PATH) return splits(ask);
  const day = /^\/v2\/aggs\/grouped\/locale\/us\/market\/stocks\/([^/]+)$/.exec(ask.path);
  const parts = /^\/v2\/aggs\/ticker\/([^/]+)\/range\/(\d+)\/(\w+)\/([^/]+)\/([^/]+)$/.exec(ask.path);
  const from = parts && parse(parts[4]) * DAY;
  if (from < parse(ask.config.entitled_from) * DAY) {
    return json(ask.config.entitled_status || 403, { status: 'NOT_AUTHORIZED', request_id: requestId(),
      message: 'not in your plan' });
  }
  if (day) return grouped(ask, day[1]);
  if (parts) return range(ask, parts.slice(1).map(decodeURIComponent));
  return json(404, { status: 'NOT_FOUND', request_id: requestId() });
}

module.exports = { answer };
