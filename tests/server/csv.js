// SPDX-License-Identifier: MIT
// Plain CSV files of days, with the texts that such servers send instead with status 200.
'use strict';

const { DAY, format } = require('./calendar');
const { UNIT } = require('./market');

const text = (status, body) => ({ status, headers: { 'Content-Type': 'text/csv' }, body });

function answer(ask) {
  const { config, market, now, path } = ask;
  const match = /^\/csv\/([A-Z0-9.]+)\.csv$/.exec(path);
  if (!match) return text(404, 'Not Found\n');
  const taken = ask.take(1);
  if (taken && !taken.ok) return text(200, 'Exceeded the daily hits limit');
  if ((config.unknown || []).includes(match[1])) return text(200, 'No data');
  const rows = market.bars(match[1], 'us', DAY, config.first || 946684800, now, { now });
  const lines = rows.map((bar) => [format(bar.time / DAY), bar.open / UNIT, bar.high / UNIT, bar.low / UNIT,
    bar.close / UNIT, bar.volume].join());
  return { ...text(200, `Date,Open,High,Low,Close,Volume\n${lines.join('\n')}\n`), rows: rows.length };
}

module.exports = { answer };
