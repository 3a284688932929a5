// SPDX-License-Identifier: MIT
// The invented market behind all providers: every bar is a function of symbol and time, so that what a client
// should have got can be computed again. Prices are whole numbers of 1/10,000.
//
// Days wander along a sum of waves of noise. Minutes of a day have one of SHAPES forms that all symbols share, so
// that whole days can be kept as rendered text.
'use strict';

const { DAY, isUsHalfDay, newYorkOffset, parse, sessionIndex, sessions } = require('./calendar');

const SHAPES = 64;
const UNIT = 10000;

function hashText(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

function mix(seed, n) {
  let h = seed ^ Math.imul(n, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 0 up to 1. */
const uniform = (seed, n) => mix(seed, n) / 4294967296;

/** A sum of waves of noise: one value at every `x`, near its neighbours. */
function waves(seed, x, periods, sizes) {
  let sum = 0;
  for (let i = 0; i < periods.length; i++) {
    const at = x / periods[i];
    const left = Math.floor(at);
    const a = uniform(seed + i, left);
    sum += (2 * (a + (uniform(seed + i, left + 1) - a) * (at - left)) - 1) * sizes[i];
  }
  return sum;
}

const DAY_PERIODS = [512, 128, 32, 8, 3];
const DAY_SIZES = [0.25, 0.1, 0.05, 0.02, 0.008];
const MINUTE_PERIODS = [128, 32, 8];
const MINUTE_SIZES = [0.01, 0.004, 0.002];

const rounded = (price, step) => Math.max(step, Math.round((price * UNIT) / step) * step);

function makeBar(time, open, close, up, down, step, volume) {
  const high = Math.max(open, close) * (1 + up);
  const low = Math.min(open, close) * (1 - down);
  return { time, open: rounded(open, step), high: rounded(high, step), low: rounded(low, step),
    close: rounded(close, step), volume };
}

function shapeOf(number) {
  const seed = mix(0x5eed, number);
  const level = (x) => 100 * (1 + waves(seed, x, MINUTE_PERIODS, MINUTE_SIZES));
  const minutes = [];
  for (let i = 0; i < 1440; i++) {
    const random = mix(seed, 100000 + i);
    minutes.push(makeBar(i * 60, level(i), level(i + 0.8), (random & 255) / 256000,
      ((random >> 8) & 255) / 256000, number % 2 ? 100 : 10, 100 + (random >>> 16)));
  }
  return minutes;
}

const shapes = [];

/** The minutes of a day: bars whose time is seconds since local midnight. */
function shape(number) {
  if (!shapes[number]) shapes[number] = shapeOf(number);
  return shapes[number];
}

/** What makes a symbol: its calendar, and its seed. */
function describe(symbol, calendar) {
  const seed = hashText(symbol);
  return { symbol, calendar, seed, base: 20 + (seed % 3800) / 10, step: [100, 10, 1][seed % 3],
    whole: calendar === 'us' || calendar === 'nepse' };
}

const described = new Map();

function describedOf(symbol, calendar) {
  const key = calendar + ' ' + symbol;
  if (!described.has(key)) described.set(key, describe(symbol, calendar));
  return described.get(key);
}

/** A day's bar: its time is midnight UTC of its date. */
function dailyBar(kind, day) {
  const level = (x) => kind.base * (1 + waves(kind.seed, x, DAY_PERIODS, DAY_SIZES));
  const random = mix(kind.seed, 1000000 + day);
  return makeBar(day * DAY, level(day - 0.4), level(day), (random & 1023) / 100000,
    ((random >> 10) & 1023) / 100000, kind.step, 1000 + (random >>> 8));
}

const shapeNumber = (kind, day) => mix(kind.seed, day) % SHAPES;

/** When trading opens and closes on a day: seconds since local midnight. */
function hoursOf(calendar, day) {
  if (calendar === 'us') return [34200, isUsHalfDay(day) ? 46800 : 57600];
  return calendar === 'nepse' ? [39600, 54000] : [0, DAY];
}

/** Seconds to add to a local time of day for UTC. */
const offsetOf = (calendar, day) => (calendar === 'us' ? newYorkOffset(day) : calendar === 'nepse' ? -20700 : 0);

function joined(bars, time) {
  const bar = { ...bars[0], time };
  for (const other of bars.slice(1)) {
    bar.high = Math.max(bar.high, other.high);
    bar.low = Math.min(bar.low, other.low);
    bar.close = other.close;
    bar.volume += other.volume;
  }
  return bar;
}

class Market {
  /**
   * `config`: listed { SYMBOL: date }, thin { SYMBOL: share of missing bars },
   * splits { SYMBOL: [{ date, ratio, at: when adjusted prices begin to show it, untold: not among the actions }] }.
   */
  constructor(config) {
    this.config = config;
  }

  /** Whether the days of a symbol are whole shapes: nothing missing, nothing adjusted. */
  isPlain(symbol) {
    const { thin, splits } = this.config;
    return !(thin && thin[symbol]) && !(splits && splits[symbol]);
  }

  firstDay(symbol) {
    const { listed } = this.config;
    return listed && listed[symbol] ? parse(listed[symbol]) : -Infinity;
  }

  /** What the prices of a day are multiplied by. */
  factor(symbol, day, adjusted, now) {
    let factor = 1;
    for (const split of (this.config.splits && this.config.splits[symbol]) || []) {
      if (day >= parse(split.date) || (adjusted && now >= split.at)) factor /= split.ratio;
    }
    return factor;
  }

  /** Splits of some symbols with dates from `first` to `last`: { symbol, date, from, to } by date. */
  actions(symbols, first, last) {
    const told = [];
    for (const [symbol, splits] of Object.entries(this.config.splits || {})) {
      if (!symbols.includes(symbol)) continue;
      for (const { date, ratio, untold } of splits) {
        if (untold || date < first || date > last) continue;
        told.push(ratio >= 1 ? { symbol, date, from: 1, to: ratio } : { symbol, date, from: 1 / ratio, to: 1 });
      }
    }
    return told.sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  missing(kind, seconds, time) {
    const share = this.config.thin && this.config.thin[kind.symbol];
    return share !== undefined && uniform(kind.seed ^ seconds, time / 60) < share;
  }

  /** The bars of one day, with factor, and the last one as far as it has come. */
  dayBars(kind, seconds, day, adjusted, now) {
    const factor = this.factor(kind.symbol, day, adjusted, now);
    const offset = offsetOf(kind.calendar, day);
    const [opens, closes] = hoursOf(kind.calendar, day);
    const bars = [];
    const push = (bar, begins, ends) => {
      if (begins > now || this.missing(kind, seconds, bar.time)) return;
      bars.push(this.finished(bar, factor, now >= ends));
    };
    if (seconds === DAY) {
      const midnight = day * DAY + offset;
      push(dailyBar(kind, day), midnight + opens, midnight + closes);
      return bars;
    }
    const minutes = shape(shapeNumber(kind, day));
    const base = day * DAY + offset;
    for (let at = opens - (opens % seconds); at < closes; at += seconds) {
      const part = minutes.slice(Math.max(at, opens) / 60, Math.min(at + seconds, closes) / 60);
      push(joined(part, base + at), base + at, base + at + seconds);
    }
    return bars;
  }

  finished(bar, factor, whole) {
    if (factor === 1 && whole) return bar;
    const scaled = { ...bar };
    for (const name of ['open', 'high', 'low', 'close']) scaled[name] = Math.max(1, Math.round(bar[name] * factor));
    if (!whole) {
      scaled.close = scaled.open;
      scaled.volume = Math.floor(bar.volume / 3);
    }
    return scaled;
  }

  /** The sessions around first .. end that have begun. */
  days(symbol, calendar, first, end, now) {
    const days = sessions(calendar);
    const from = Math.max(Math.floor(first / DAY) - 1, this.firstDay(symbol));
    const to = Math.min(Math.floor(end / DAY), Math.floor(now / DAY)) + 2;
    return days.subarray(sessionIndex(calendar, from), sessionIndex(calendar, to));
  }

  /** Bars with first <= time < end, rising. Days are known by midnight UTC of their date. */
  bars(symbol, calendar, seconds, first, end, { adjusted = true, now }) {
    const kind = describedOf(symbol, calendar);
    const rows = [];
    for (const day of this.days(symbol, calendar, first, end, now)) {
      for (const bar of this.dayBars(kind, seconds, day, adjusted, now)) {
        if (bar.time >= first && bar.time < end) rows.push(bar);
      }
    }
    return rows;
  }
}

module.exports = { DAY, Market, UNIT, describedOf, hoursOf, offsetOf, shape, shapeNumber };
