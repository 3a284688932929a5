// SPDX-License-Identifier: MIT
// The exchange of Nepal as its website asks it: a token that soon expires, ids for symbols, days newest first.
'use strict';

const { DAY, format, parse } = require('./calendar');
const { UNIT } = require('./market');

const YEAR = 366;

const json = (status, value) => ({ status, headers: {}, body: JSON.stringify(value) });
const plain = (status) => ({ status, headers: {}, body: '' });
const idOf = (index) => 17 + index;

function prove(ask) {
  const { state, now } = ask;
  state.serial = (state.serial || 0) + 1;
  const token = `FAKE.${state.serial}.${Buffer.from(String(now)).toString('base64url')}.invented`;
  state.tokens = state.tokens || new Map();
  state.tokens.set(token, now + (ask.config.token_s || 60));
  return json(200, { accessToken: token, refreshToken: `${token}.R`, salt: 'salt', salt1: 11111,
    salt2: 22222, salt3: 33333, salt4: 44444, salt5: 55555, serverTime: Math.floor(now * 1000), tokenType: '' });
}

function securities(ask) {
  return json(200, ask.symbols.map((symbol, i) => ({ id: idOf(i), symbol, securityName: `${symbol} Limited`,
    name: `${symbol} Limited`, activeStatus: 'A' })));
}

/** A day without a trade has zeros, as there. */
function rowOf(bar) {
  const date = format(bar.time / DAY);
  if (bar.volume % 17 === 0) {
    return { businessDate: date, totalTrades: 0, totalTradedQuantity: 0, totalTradedValue: 0.0, highPrice: 0.0,
      lowPrice: 0.0, closePrice: 0.0 };
  }
  return { businessDate: date, totalTrades: 1 + (bar.volume >> 6), totalTradedQuantity: bar.volume,
    totalTradedValue: Math.floor((bar.volume * bar.close) / UNIT), highPrice: bar.high / UNIT,
    lowPrice: bar.low / UNIT, closePrice: bar.close / UNIT };
}

function history(ask, id) {
  const { config, market, now, query } = ask;
  const symbol = ask.symbols[id - idOf(0)];
  const asked = Number(query.get('size') || 20);
  const size = Math.max(1, Math.min(asked, config.page_rows || asked));
  const number = Number(query.get('page') || 0);
  const today = Math.floor(now / DAY);
  const first = Math.max(parse(query.get('startDate')) || 0, today - YEAR);
  const last = Math.min(parse(query.get('endDate')) || today, today);
  const rows = symbol ? market.bars(symbol, 'nepse', DAY, first * DAY, (last + 1) * DAY, { now }).reverse() : [];
  const content = rows.slice(number * size, (number + 1) * size).map(rowOf);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const sort = { sorted: true, unsorted: false, empty: false };
  return { ...json(200, { content, pageable: { sort, pageSize: size, pageNumber: number, offset: number * size,
    paged: true, unpaged: false }, totalPages: pages, totalElements: rows.length, last: number >= pages - 1,
    first: number === 0, size, number, numberOfElements: content.length, empty: content.length === 0 }),
  rows: content.length };
}

function answer(ask) {
  const { headers, method, now, path, state } = ask;
  const taken = ask.take(1);
  if (taken && !taken.ok) {
    return { status: 403, headers: { 'Content-Type': 'text/html' },
      body: '<html><body>Forbidden</body></html>' };
  }
  if (method !== 'GET') return plain(405);
  if (path === '/api/authenticate/prove') return prove(ask);
  const token = (headers.authorization || '').replace(/^Salter /, '');
  const until = (state.tokens || new Map()).get(token);
  if (until === undefined || until <= now) return plain(401);
  if (path === '/api/nots/security') return securities(ask);
  const history_ = /^\/api\/nots\/market\/history\/security\/(\d+)$/.exec(path);
  return history_ ? history(ask, Number(history_[1])) : plain(404);
}

/** What a token's early end means: all are forgotten. */
function expire(state) {
  if (state.tokens) state.tokens.clear();
}

module.exports = { answer, expire, idOf, rowOf };
