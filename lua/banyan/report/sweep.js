// SPDX-License-Identifier: MIT
// What the parts of a sweep's page share: its combos, numbers as their metrics are shown, and choices.
"use strict";
banyan.sweep = (function () {
  const { data, element: make, format } = banyan;

  const LINE = 36; // characters

  const list = (text) => text === "" ? [] : text.split(",");
  /** "107,,98" -> [1.07, null, 0.98], of a scale of 100. */
  const numbers = (text, scale = 1) => text.split(",").map((each) => each === "" ? null : each / scale);

  const metrics = data.metrics.map((metric, index) => ({ ...metric, index,
    text: (value) => metric.percent ? format.percent(value, metric.digits) : format.number(value, metric.digits) }));
  const rank = metrics[data.rank];
  const metric = (name) => metrics.find((each) => each.name === name);

  // Of each row of the table: what it is, and its values by param (positions among those that rows have) and metric.
  const WHY = ["", "best", "by another metric", "on the front", "asked for", "as written", "sample", "median"];
  const columns = { params: data.params.map((param) => numbers(param.of)),
    metrics: data.rows.metrics.map((text, m) => numbers(text, metrics[m].scale)) };
  const places = list(data.rows.place), shared = list(data.rows.shared), why = list(data.rows.why);
  const rows = list(data.rows.combo).map((combo, k) => ({ combo: Number(combo), place: Number(places[k]),
    shared: Number(shared[k]), why: WHY[why[k]], params: columns.params.map((column) => column[k]),
    metrics: columns.metrics.map((column) => column[k]) }));
  const byCombo = new Map(rows.map((row) => [row.combo, row]));

  const valueOf = (row, p) => row.params[p] === null ? "" : data.params[p].labels[row.params[p]];
  const paramsOf = (row) => data.params.map((param, p) => row.params[p] === null ? null
    : `${param.name} ${valueOf(row, p)}`).filter((text) => text !== null).join(", ");
  /** A combo as lines: its number, and, of those that are in the table, its params. */
  const describe = (combo) => {
    const row = byCombo.get(combo), lines = [`combo ${format.number(combo)}`];
    for (const part of row && data.params.length ? paramsOf(row).split(", ") : []) {
      const last = lines[lines.length - 1];
      if (lines.length > 1 && last.length + part.length < LINE) lines[lines.length - 1] = `${last}, ${part}`;
      else lines.push(part);
    }
    return lines;
  };

  /** A column of a table for params, which may be wrapped. */
  const paramsColumn = (rowOf) => ({ title: "params", value: (each) => rowOf(each) ? paramsOf(rowOf(each)) : "",
    cell(each, td) {
      td.className = "long";
      td.textContent = this.value(each);
    } });

  /** Fills a select with [value, label] pairs and calls f whenever another one is chosen. */
  function choose(id, options, chosen, f) {
    const select = document.getElementById(id);
    if (!select) return null;
    select.replaceChildren(...options.map(([value, label]) =>
      make("option", { value, selected: String(value) === String(chosen) }, label)));
    select.addEventListener("change", f);
    return select;
  }
  const metricOptions = (with_ = () => true) => metrics.filter((each) => each.defined > 0 && with_(each))
    .map((each) => [each.index, each.title]);

  // From purple over green to yellow, brighter and brighter (after matplotlib's viridis): also without its hues.
  const STOPS = [[68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129],
    [92, 200, 99], [170, 220, 50], [253, 231, 37]];
  function shade(part) {
    const at = Math.min(1, Math.max(0, part)) * (STOPS.length - 1), low = Math.min(STOPS.length - 2, Math.floor(at));
    return STOPS[low].map((value, c) => Math.round(value + (STOPS[low + 1][c] - value) * (at - low)));
  }
  /** The colour of a part from 0 (worst) to 1 (best), and of a text upon it. */
  function shades(part) {
    const rgb = shade(part), light = (rgb[0] * 299 + rgb[1] * 587 + rgb[2] * 114) / 1000;
    return { back: `rgb(${rgb.join(",")})`, text: light > 110 ? "#111" : "#fff" };
  }

  /** What stands at the ticks of an axis: as many digits as their distance asks for. */
  const tick = (metric) => (value, index, ticks) => {
    const times = metric.percent ? 100 : 1;
    const apart = ticks.length > 1 ? Math.abs(ticks[1].value - ticks[0].value) * times : 1;
    const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(apart) - 1e-9)));
    return format.number(value * times, digits) + (metric.percent ? "%" : "");
  };

  /** Legends of lines, long enough for dashes; the datasets have the point style "line". */
  const LINES = { labels: { pointStyleWidth: 26, generateLabels: (chart) =>
    Chart.defaults.plugins.legend.labels.generateLabels(chart).map((label) => {
      const set = chart.data.datasets[label.datasetIndex];
      return set.borderDash ? { ...label, lineDash: set.borderDash, lineWidth: set.borderWidth || 1.75 } : label;
    }) } };

  /** A value between others, of a sorted list. */
  const quantile = (sorted, part) => {
    const at = (sorted.length - 1) * part, low = Math.floor(at), high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
  };

  return { list, numbers, metrics, metric, rank, rows, byCombo, valueOf, paramsOf, paramsColumn, describe, choose,
    metricOptions, shades, tick, LINES, quantile };
})();
