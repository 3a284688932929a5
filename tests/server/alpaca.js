// SPDX-License-Identifier: MIT
// Alpaca Market Data: bars of stocks and crypto, many symbols a request.
'use strict';

const { DAY, format, newYorkOffset, parse } = require('./calendar');
const { describedOf, hoursOf, offsetOf, shape, shapeNumber } = require('./market');
const { Text } = require('./text');
const { distort } = require('./wrong');

const PARAMETERS = ['symbols', 'timeframe', 'start', 'end', 'limit', 'page_token', 'sort'];
const STOCKS = [...PARAMETERS, 'adjustment', 'asof', 'feed', 'currency'];
const ACTIONS = ['symbols', 'types', 'start', 'end', 'limit', 'page_token'];
const TIMEFRAMES = { Min: 60, T: 60, Hour: 3600, H: 3600, Day: DAY, D: DAY };
const CRYPTO_DAY_SHIFT = 6 * 3600;
const RECENT_S = 900;

const json = (status, value) => ({ status, headers: {}, body: JSON.stringify(value) });
const bad = (message) => json(400, { message });

function secondsOf(timeframe) {
  const match = /^(\d{1,2})(Min|T|Hour|H|Day|D)$/.exec(timeframe || '');
  return match ? +match[1] * TIMEFRAMES[match[2]] : NaN;
}

/** Seconds of RFC 3339; a date is midnight of New York, or its last second when it is the end. */
function timeOf(text, isEnd) {
  const day = parse(text);
  if (!Number.isNaN(day)) return day * DAY + newYorkOffset(day) + (isEnd ? DAY - 1 : 0);
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) / 1000 : NaN;
}

/** Tokens come in two forms, as there. */
function tokenOf(symbol, timeframe, time) {
  const text = symbol.length % 2
    ? `${symbol}|${timeframe}|${new Date(time * 1000).toISOString().slice(0, 19)}.000000000Z`
    : `${symbol}|${timeframe}|${time}000000000`;
  return Buffer.from(text).toString('base64');
}

function readToken(token) {
  const [symbol, timeframe, time] = Buffer.from(token, 'base64').toString('latin1').split('|');
  const seconds = /^\d+000000000$/.test(time || '')
    ? +time.slice(0, -9) : Date.parse(`${(time || '').slice(0, 19)}Z`) / 1000;
  return timeframe && Number.isFinite(seconds) ? { symbol, time: seconds } : null;
}

function writeRow(text, bar, stamp) {
  const written = bar.written || {};
  const price = (name) => (written[name] ? text.ascii(written[name]) : text.decimal(bar[name]));
  const day = Math.floor(stamp / DAY);
  text.room(200);
  text.ascii('{"t":"');
  text.ascii(format(day));
  text.ascii('T');
  text.clock(stamp - day * DAY);
  text.ascii('Z","o":');
  price('open');
  text.ascii(',"h":');
  price('high');
  text.ascii(',"l":');
  price('low');
  text.ascii(',"c":');
  price('close');
  text.ascii(',"v":');
  text.integer(bar.volume);
  text.ascii(',"n":');
  text.integer(1 + (bar.volume >> 6));
  text.ascii(',"vw":');
  text.decimal(Math.floor((bar.high + bar.low) / 2));
  text.ascii('},');
}

const templates = new Map();

/** The rows of a whole day of a shape, with the places of their dates. */
function templateOf(market, kind, seconds, day) {
  const offset = offsetOf(kind.calendar, day);
  const key = [kind.calendar, shapeNumber(kind, day), seconds, offset, hoursOf(kind.calendar, day)].join();
  if (!templates.has(key)) {
    const text = new Text(65536);
    const places = [];
    for (const bar of market.dayBars(kind, seconds, day, true, Infinity)) {
      places.push(text.length + 6);
      writeRow(text, bar, bar.time);
    }
    templates.set(key, { bytes: Buffer.from(text.done()), places: Int32Array.from(places) });
  }
  return templates.get(key);
}

function writeTemplate(text, template, day) {
  const base = text.length;
  text.bytes(template.bytes);
  const date = Buffer.from(format(day));
  const { buffer } = text;
  for (const place of template.places) {
    for (let i = 0, at = base + place; i < 10; i++, at++) buffer[at] = date[i];
  }
}

/** Writes the rows of a symbol behind `after`; returns how many, and the last one's time when more follow. */
function writeSymbol(text, ask, symbol, after, room) {
  const { market, now, seconds, calendar, start, end, adjusted, config } = ask;
  const kind = describedOf(symbol, calendar);
  const wrong = config.wrong && config.wrong[symbol];
  const plain = seconds < DAY && !wrong && market.isPlain(symbol);
  const late = [];
  const first = Math.max(start, after + 1);
  let rows = 0;
  let last = 0;
  for (const day of market.days(symbol, calendar, first, end, now)) {
    const [opens, closes] = hoursOf(calendar, day);
    const midnight = day * DAY + offsetOf(calendar, day);
    if (plain && midnight + opens - 3600 >= first && midnight + closes <= Math.min(end, now)) {
      const template = templateOf(market, kind, seconds, day);
      if (rows + template.places.length <= room) {
        writeTemplate(text, template, day);
        rows += template.places.length;
        last = midnight + closes - 1 - ((midnight + closes - 1) % seconds);
        continue;
      }
    }
    const shift = seconds < DAY ? 0 : calendar === 'us' ? newYorkOffset(day) : CRYPTO_DAY_SHIFT;
    let bars = market.dayBars(kind, seconds, day, adjusted, now);
    if (wrong) bars = distort(wrong, bars, late);
    for (const bar of bars) {
      const stamp = bar.time + shift;
      if (stamp < first || stamp > end) continue;
      if (rows >= room) return { rows, last, more: true };
      writeRow(text, bar, stamp);
      rows++;
      last = stamp;
    }
  }
  return { rows, last, more: false };
}

function page(ask) {
  const text = new Text(ask.limit * 128 + 4096);
  let rows = 0;
  let token = null;
  let last = null;
  text.ascii('{"bars":{');
  for (const symbol of ask.symbols) {
    if (ask.token && symbol < ask.token.symbol) continue;
    const begin = text.length;
    text.ascii(`"${symbol}":[`);
    const after = ask.token && symbol === ask.token.symbol ? ask.token.time : -Infinity;
    const part = writeSymbol(text, ask, symbol, after, ask.limit - rows);
    rows += part.rows;
    if (part.rows === 0) {
      text.length = begin;
    } else {
      text.length--;
      text.ascii('],');
      last = { symbol, time: part.last };
    }
    if (part.more) {
      token = tokenOf(last.symbol, ask.timeframe, last.time);
      break;
    }
  }
  if (rows === 0) return { ...json(200, { bars: ask.symbols.length % 2 ? null : {}, next_page_token: null }), rows };
  text.length--;
  text.ascii(`},"next_page_token":${JSON.stringify(token)}}`);
  return { status: 200, headers: {}, body: text.done(), rows };
}

/** The query, checked as there; a refusal when it is wrong. */
function readQuery(ask, isCrypto) {
  const { query, config, now } = ask;
  const unknown = [...query.keys()].filter((name) => !(isCrypto ? PARAMETERS : STOCKS).includes(name));
  if (unknown.length) return bad(`unexpected query parameter(s): ${unknown.join(', ')}`);
  ask.symbols = [...new Set((query.get('symbols') || '').split(','))].sort();
  const invalid = ask.symbols.filter((symbol) => !/^[A-Z][A-Z0-9./]*$/.test(symbol));
  if (invalid.length) return bad(`invalid symbol: ${invalid[0]}`);
  ask.symbols = ask.symbols.filter((symbol) => !(config.unknown || []).includes(symbol));
  ask.timeframe = query.get('timeframe');
  ask.seconds = secondsOf(ask.timeframe);
  if (Number.isNaN(ask.seconds)) return bad('invalid timeframe');
  ask.limit = Number(query.get('limit') || 1000);
  if (!(ask.limit >= 1 && ask.limit <= 10000)) return bad('invalid limit');
  ask.limit = Math.min(ask.limit, config.page_rows || Infinity);
  ask.start = timeOf(query.get('start') || format(Math.floor(now / DAY)), false);
  ask.end = query.has('end') ? timeOf(query.get('end'), true) : now - RECENT_S;
  if (Number.isNaN(ask.start)) return bad('invalid start');
  if (Number.isNaN(ask.end)) return bad('invalid end');
  if (ask.start > ask.end) return bad('end should not be before start');
  if (query.has('page_token')) {
    ask.token = readToken(query.get('page_token'));
    if (!ask.token) return bad('invalid page token');
  }
  ask.adjusted = (query.get('adjustment') || 'raw') !== 'raw';
  return null;
}

/** Splits by the day on which they are processed, which is that of the session here. */
function actions({ config, market, query }) {
  const unknown = [...query.keys()].filter((name) => !ACTIONS.includes(name));
  if (unknown.length) return bad(`unexpected query parameter(s): ${unknown.join(', ')}`);
  if (config.actions_status) return json(config.actions_status, { message: 'forbidden.' });
  const limit = Math.min(Number(query.get('limit') || 100), config.action_rows || Infinity);
  if (!(limit >= 1 && limit <= 1000)) return bad('invalid limit');
  const told = market.actions((query.get('symbols') || '').split(','), query.get('start'), query.get('end'));
  const begin = Number(Buffer.from(query.get('page_token') || 'MA==', 'base64').toString());
  const kinds = {};
  for (const { symbol, date, from, to } of told.slice(begin, begin + limit)) {
    const kind = to >= from ? 'forward_split' : 'reverse_split';
    if (!(query.get('types') || kind).split(',').includes(kind)) continue;
    (kinds[`${kind}s`] = kinds[`${kind}s`] || []).push({ ex_date: date, id: `${symbol}-${date}`, new_rate: to,
      old_rate: from, process_date: date, symbol });
  }
  const next = begin + limit < told.length ? Buffer.from(String(begin + limit)).toString('base64') : null;
  return json(200, { corporate_actions: kinds, next_page_token: next });
}

/** Answers one request; null when the path is none of Alpaca's. */
function answer(ask) {
  const { config, headers, path, query, now } = ask;
  const isCrypto = path === '/v1beta3/crypto/us/bars';
  const isActions = path === '/v1/corporate-actions';
  if (!isCrypto && !isActions && path !== '/v2/stocks/bars') return json(404, { message: 'endpoint not found.' });
  if (!isCrypto || headers['apca-api-key-id']) {
    if (!headers['apca-api-key-id'] || !headers['apca-api-secret-key']) return json(401, { message: 'unauthorized' });
    if (headers['apca-api-key-id'] !== config.key || headers['apca-api-secret-key'] !== config.secret) {
      return json(403, { message: 'forbidden.' });
    }
  }
  const taken = ask.take(1);
  const told = taken && taken.headers ? { 'X-RateLimit-Limit': taken.limit,
    'X-RateLimit-Remaining': taken.remaining, 'X-RateLimit-Reset': Math.ceil(taken.reset) } : {};
  if (taken && !taken.ok) return { status: 429, headers: told, body: 'too many requests\n' };
  if (isActions) return { ...actions(ask), headers: told };
  ask.calendar = isCrypto ? 'always' : 'us';
  let result = readQuery(ask, isCrypto);
  if (!result && config.free && query.get('feed') !== 'iex' && !isCrypto && ask.end > now - RECENT_S) {
    return json(403, { message: 'subscription does not permit querying recent SIP data' });
  }
  if (!result) result = page(ask);
  result.headers = { ...result.headers, ...told };
  return result;
}

module.exports = { answer };
