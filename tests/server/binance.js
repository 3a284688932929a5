// SPDX-License-Identifier: MIT
// Binance: klines as arrays of texts, limits by weight, and bans for those who go on.
'use strict';

const { DAY } = require('./calendar');
const { UNIT } = require('./market');

const INTERVALS = { '1m': 60, '5m': 300, '15m': 900, '1h': 3600, '1d': DAY };
const PARAMETERS = ['symbol', 'interval', 'startTime', 'endTime', 'timeZone', 'limit'];
const WEIGHT = 2;
const STRIKES = 5;
const BAN_S = 120;

const json = (status, value) => ({ status, headers: {}, body: JSON.stringify(value) });
const bad = (code, msg) => json(400, { code, msg });
const price = (value) => (value / UNIT).toFixed(8);

function kline(bar, seconds) {
  const turnover = (bar.volume * (bar.high + bar.low)) / 2 / UNIT / 1000;
  const half = (turnover / 2).toFixed(8);
  return [bar.time * 1000, price(bar.open), price(bar.high), price(bar.low), price(bar.close),
    (bar.volume / 1000).toFixed(8), (bar.time + seconds) * 1000 - 1, turnover.toFixed(8), 1 + (bar.volume >> 6),
    (bar.volume / 2000).toFixed(8), half, '0'];
}

/** The refusal of one who asks too much, and headers; `state` remembers bans. */
function limited(ask) {
  const { now, state } = ask;
  const banned = (state.banned_until || 0) > now;
  const taken = ask.take(WEIGHT);
  const headers = taken && taken.headers ? { 'X-MBX-USED-WEIGHT-1M': Math.ceil(taken.used) } : {};
  if (!taken || (taken.ok && !banned)) {
    state.strikes = 0;
    return { headers };
  }
  state.strikes = (state.strikes || 0) + 1;
  if (state.strikes > STRIKES && !banned) state.banned_until = now + BAN_S;
  const until = state.strikes > STRIKES ? state.banned_until : taken.reset;
  headers['Retry-After'] = Math.max(1, Math.ceil(until - now));
  const refusal = state.strikes > STRIKES
    ? json(418, { code: -1003, msg: `IP banned until ${Math.ceil(until * 1000)}.` })
    : json(429, { code: -1003, msg: `Too much request weight used; the limit is ${taken.limit}.` });
  refusal.headers = headers;
  return { refusal };
}

function klines({ config, market, now, query }) {
  const unknown = [...query.keys()].filter((name) => !PARAMETERS.includes(name));
  if (unknown.length) return bad(-1104, "Not all sent parameters were read; read '3' parameter(s) but was sent '4'.");
  const symbol = query.get('symbol');
  if (!symbol) return bad(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
  if (!/^[A-Z0-9]{5,20}$/.test(symbol) || (config.unknown || []).includes(symbol)) {
    return bad(-1121, 'Invalid symbol.');
  }
  const seconds = INTERVALS[query.get('interval')];
  if (!seconds) return bad(-1120, 'Invalid interval.');
  const limit = Math.min(Number(query.get('limit') || 500), 1000);
  const until = Math.min(Number(query.get('endTime') || now * 1000), now * 1000);
  let first = Math.ceil(Number(query.get('startTime') || until - limit * seconds * 1000) / 1000);
  const rows = [];
  while (rows.length < limit && first <= until / 1000) {
    const end = Math.min(first + (limit - rows.length) * seconds, Math.floor(until / 1000) + 1);
    rows.push(...market.bars(symbol, 'always', seconds, first, end, { now }));
    first = end;
  }
  const page = rows.slice(0, limit);
  return { ...json(200, page.map((bar) => kline(bar, seconds))), rows: page.length };
}

function answer(ask) {
  const { refusal, headers } = limited(ask);
  if (refusal) return refusal;
  const result = ask.path === '/api/v3/klines' ? klines(ask) : json(404, {});
  result.headers = headers;
  return result;
}

module.exports = { answer };
