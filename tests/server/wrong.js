// SPDX-License-Identifier: MIT
// Bars that are wrong on purpose: `wrong` of the configuration is { SYMBOL: { date: kind } }.
'use strict';

const { DAY, format } = require('./calendar');

const KINDS = {
  high_below_low: (bar) => [{ ...bar, high: bar.low - 100, low: bar.high }],
  repeated: (bar) => [bar, bar],
  contradicted: (bar) => [bar, { ...bar, close: bar.low, open: bar.low }],
  nan: (bar) => [{ ...bar, written: { open: '"NaN"' } }],
  null: (bar) => [{ ...bar, written: { close: 'null' } }],
  spike: (bar) => [{ ...bar, open: bar.open * 40, high: bar.high * 40, low: bar.low * 40, close: bar.close * 40 }],
  off_grid: (bar) => [{ ...bar, time: bar.time + 7 }],
  negative: (bar) => [{ ...bar, written: { low: '-1.5' } }],
};

/** The rows of a symbol's day as they are told, for rows as they are. `late` keeps what comes out of order. */
function distort(wrong, rows, late) {
  const out = late.splice(0);
  for (const row of rows) {
    const kind = wrong[format(Math.floor(row.time / DAY))];
    if (kind === 'unsorted') late.push(row);
    else if (kind) out.unshift(...KINDS[kind](row));
    else out.unshift(row);
  }
  return out;
}

module.exports = { distort };
