// SPDX-License-Identifier: MIT
// What a client should have got, as `banyan data export` prints it:
//   node truth.js SYMBOL FROM TO [OPTIONS]       dates, both included; CSV on standard output
//   node truth.js --symbols N|FILE FROM TO -o DIR [OPTIONS]
// OPTIONS: --timeframe 1d|1h|5m|1m, --kind us|always|weekdays|binance|nepse|raw, --config FILE|JSON (the server's),
// --now SECONDS (what has ended by then; BANYAN_CLOCK or the real time otherwise).
'use strict';

const fs = require('fs');
const path = require('path');
const clock = require('./clock');
const { DAY, format, parse } = require('./calendar');
const { Market, UNIT, hoursOf, offsetOf } = require('./market');
const nepse = require('./nepse');

const TIMEFRAMES = { '1d': DAY, '1h': 3600, '15m': 900, '5m': 300, '1m': 60 };
const CALENDARS = { us: 'us', raw: 'us', always: 'always', weekdays: 'weekdays', binance: 'always', nepse: 'nepse' };

function timeText(time, seconds) {
  return seconds === DAY ? format(time / DAY) : `${new Date(time * 1000).toISOString().slice(0, 19)}Z`;
}

const price = (value) => String(value / UNIT);

/** Bars of NEPSE have no open of their own: the close before, and none on the first. */
function nepseRows(bars) {
  const rows = [];
  for (const bar of bars) {
    const told = nepse.rowOf(bar);
    if (told.closePrice === 0) continue;
    rows.push([format(bar.time / DAY), '', ...[told.highPrice, told.lowPrice, told.closePrice,
      told.totalTradedQuantity].map(String)]);
  }
  return rows;
}

/** Lines of CSV without the header. */
function lines(symbol, first, last, { config, kind, seconds, now }) {
  const market = new Market(config);
  const calendar = CALENDARS[kind];
  const close = (day) => day * DAY + offsetOf(calendar, day) + hoursOf(calendar, day)[1];
  const ended = (bar) => (seconds < DAY ? bar.time + seconds : close(bar.time / DAY)) <= now;
  const bars = market.bars(symbol, calendar, seconds, first * DAY, (last + 1) * DAY,
    { adjusted: kind !== 'raw', now }).filter(ended);
  if (kind === 'nepse') return nepseRows(bars);
  const volume = (bar) => String(kind === 'binance' ? bar.volume / 1000 : bar.volume);
  return bars.map((bar) => [timeText(bar.time, seconds), price(bar.open), price(bar.high), price(bar.low),
    price(bar.close), volume(bar)]);
}

function csv(symbol, first, last, options) {
  const header = `${options.seconds === DAY ? 'date' : 'time'},open,high,low,close,volume\n`;
  return header + lines(symbol, first, last, options).map((row) => `${row.join()}\n`).join('');
}

function readWords(words) {
  const options = {};
  const plain = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i].startsWith('-')) options[words[i].replace(/^-+/, '')] = words[++i];
    else plain.push(words[i]);
  }
  return { options, plain };
}

function symbolsOf(text) {
  if (/^\d+$/.test(text)) return Array.from({ length: Number(text) }, (_, i) => `S${String(i).padStart(4, '0')}`);
  return fs.readFileSync(text, 'utf8').split(/\s+/).filter(Boolean);
}

function main() {
  const { options, plain } = readWords(process.argv.slice(2));
  const text = options.config || '{}';
  const config = JSON.parse(text.trim().startsWith('{') ? text : fs.readFileSync(text, 'utf8'));
  const settings = { config, kind: options.kind || 'us', seconds: TIMEFRAMES[options.timeframe || '1d'],
    now: options.now ? Number(options.now) : clock.now() };
  const [first, last] = plain.slice(-2).map(parse);
  if (!(first <= last) || !settings.seconds || !CALENDARS[settings.kind]) {
    throw new Error('usage: see the head of truth.js');
  }
  if (!options.symbols) {
    process.stdout.write(csv(plain[0], first, last, settings));
    return;
  }
  fs.mkdirSync(options.o, { recursive: true });
  for (const symbol of symbolsOf(options.symbols)) {
    const file = `${symbol.replace(/[%/:]/g, encodeURIComponent)}.csv`;
    fs.writeFileSync(path.join(options.o, file), csv(symbol, first, last, settings));
  }
}

main();
