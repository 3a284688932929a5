// SPDX-License-Identifier: MIT
// The map of two params: a table whose cells are coloured, walked by arrow keys, and read out below it.
"use strict";
(function () {
  const { data, element: make, format, sweep } = banyan;
  const host = document.getElementById("map-picture");
  if (!host) return;

  const { params, maps } = data.maps, name = (k) => data.params[params[k].param].name;
  const STATISTICS = { best: "the best", median: "the median", worst: "the worst" };
  const CHARACTER = 7, CELL_MOST = 76, CELL_LEAST = 7, LABEL_LEAST = 13, CUT = 0.02; // pixels; CUT is a part
  const reading = make("p", { class: "status", id: "map-reading", role: "status" });
  const legend = make("div", { class: "legend" });
  const place = make("div", { class: "scroll", id: "map-scroll" });
  host.append(legend, reading, place);

  const options = params.map((_, k) => [k, name(k)]);
  const across = sweep.choose("map-across", options, 0, (event) => pick(event, down));
  const down = sweep.choose("map-down", options, 1, (event) => pick(event, across));
  const metrics = sweep.choose("map-metric", sweep.metricOptions(), sweep.rank.index, draw);
  const statistics = sweep.choose("map-statistic", Object.entries(STATISTICS), "median", draw);
  statistics.parentElement.hidden = maps.every((map) => sweep.numbers(map.sizes).every((size) => size <= 1));

  // The two are never the same: the other one takes what this one had.
  let before = [0, 1];
  function pick(event, other) {
    if (across.value === down.value) other.value = before[event.target === across ? 0 : 1];
    before = [Number(across.value), Number(down.value)];
    draw();
  }

  // Cells of the map that is asked for, row by row.
  function cellsNow() {
    const a = Number(across.value), d = Number(down.value), metric = sweep.metrics[metrics.value];
    const map = maps.find((each) => each.across === Math.min(a, d) && each.down === Math.max(a, d));
    const values = sweep.numbers(map.metrics[metric.index][statistics.value], metric.scale);
    const sizes = sweep.numbers(map.sizes), turned = a > d, width = params[map.across].labels.length;
    const columns = params[a].labels, rows = params[d].labels;
    const at = (row, column) => turned ? column * width + row : row * width + column;
    return { a, d, metric, columns, rows, value: (row, column) => values[at(row, column)],
      size: (row, column) => sizes[at(row, column)] || 0, values: values.filter((value) => value !== null) };
  }

  // From where to where the colours go: without the last cells at both ends, where they lie far out.
  function range(values) {
    const sorted = [...values].sort((x, y) => x - y);
    const [low, high] = [sorted[0], sorted[sorted.length - 1]];
    const [inner, outer] = [sweep.quantile(sorted, CUT), sweep.quantile(sorted, 1 - CUT)];
    return high - low > 3 * (outer - inner) && outer > inner ? [inner, outer, true] : [low, high, false];
  }

  function readCell(map, row, column) {
    const value = map.value(row, column), size = map.size(row, column);
    const where = `${name(map.a)} ${map.columns[column]}, ${name(map.d)} ${map.rows[row]}`;
    if (value === null) return `${where}: no combo`;
    const kind = size > 1 ? `${STATISTICS[statistics.value]} of ${format.number(size)} combos` : "1 combo";
    return `${where}: ${map.metric.title} ${map.metric.text(value)}, ${kind}`;
  }

  function bestOf(map) {
    let best = null;
    map.rows.forEach((_, row) => map.columns.forEach((__, column) => {
      const value = map.value(row, column);
      if (value !== null && (best === null || (value - best.value) * map.metric.direction > 0)) {
        best = { value, row, column };
      }
    }));
    return best;
  }

  const longest = (texts) => texts.reduce((most, text) => Math.max(most, text.length), 0);

  // Of the heads on the left, of a cell, and of all; cells share what there is.
  function widths({ columns, rows }) {
    const side = Math.min(place.clientWidth * 0.4, 8 + CHARACTER * longest(rows)), room = place.clientWidth - side;
    const cell = Math.min(CELL_MOST, Math.max(CELL_LEAST, room / columns.length));
    return { side, cell, width: side + cell * columns.length };
  }

  const plain = (value, metric) => metric.text(value).replace("%", "");

  function draw() {
    const map = cellsNow(), { metric } = map;
    if (map.values.length === 0) {
      place.replaceChildren(make("p", {}, "No combo has this metric."));
      legend.replaceChildren();
      return;
    }
    const [low, high, cut] = range(map.values), best = bestOf(map);
    const part = (value) => {
      const x = high > low ? (value - low) / (high - low) : 1;
      return metric.direction > 0 ? x : high > low ? 1 - x : 1;
    };
    const { side, width, cell: cellWidth } = widths(map);
    const wide = cellWidth >= 8 + CHARACTER * longest(map.values.map((value) => plain(value, metric)));
    const turned = cellWidth < 8 + CHARACTER * longest(map.columns), every = Math.ceil(LABEL_LEAST / cellWidth);
    const head = make("tr", {}, make("td", { class: "corner" }), ...map.columns.map((label, column) =>
      make("th", { scope: "col", title: label }, make("span", {}, column % every === 0 || !turned ? label : ""))));
    const body = map.rows.map((label, row) => make("tr", {}, make("th", { scope: "row", title: label }, label),
      ...map.columns.map((_, column) => cell(map, row, column, best, part, wide))));
    const table = make("table", { class: `heat${wide ? " numbers" : ""}${turned ? " turned" : ""}`, role: "grid",
      "aria-label": `${metric.title} by ${name(map.a)} and ${name(map.d)}` },
    make("caption", {}, `${name(map.a)} \u2192, ${name(map.d)} \u2193`), make("thead", {}, head),
    make("tbody", {}, ...body));
    table.style.width = `${width}px`;
    head.cells[0].style.width = `${side}px`;
    if (turned) head.style.height = `${CHARACTER * longest(map.columns) + 4}px`;
    place.replaceChildren(table);
    drawLegend(metric, low, high, cut);
    reading.textContent = "\u2605 " + readCell(map, best.row, best.column);
  }

  function cell(map, row, column, best, part, wide) {
    const value = map.value(row, column);
    const isBest = best.row === row && best.column === column, text = readCell(map, row, column);
    const colours = value === null ? null : sweep.shades(part(value));
    const td = make("td", { role: "gridcell", tabindex: isBest ? 0 : -1, "aria-label": text,
      class: value === null ? "none" : isBest ? "best" : null },
    value === null ? "" : wide ? plain(value, map.metric) : isBest ? "\u2605" : "");
    if (colours) {
      td.style.background = colours.back;
      td.style.color = colours.text;
    }
    return td;
  }

  function drawLegend(metric, low, high, cut) {
    const [worst, best] = metric.direction > 0 ? [low, high] : [high, low];
    const steps = Array.from({ length: 11 }, (_, k) => sweep.shades(k / 10).back);
    const ramp = make("span", { class: "ramp" });
    ramp.style.background = `linear-gradient(to right, ${steps.join(", ")})`;
    legend.replaceChildren(make("span", {}, metric.text(worst) + (cut ? " or worse" : "")), ramp,
      make("span", {}, metric.text(best) + (cut ? " or better" : "")),
      make("span", { class: "status" }, "\u2605 is the best cell; arrow keys go from cell to cell"));
  }

  function readOut(event) {
    const td = event.target.closest("td[role=gridcell]");
    if (td) reading.textContent = (td.className === "best" ? "\u2605 " : "") + td.getAttribute("aria-label");
  }
  place.addEventListener("focusin", readOut);
  place.addEventListener("mouseover", readOut);

  const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  place.addEventListener("keydown", (event) => {
    const td = event.target.closest("td[role=gridcell]"), move = MOVES[event.key];
    if (!td || !move) return;
    event.preventDefault();
    const row = td.parentElement.parentElement.rows[td.parentElement.sectionRowIndex + move[0]];
    const next = row && row.cells[td.cellIndex + move[1]];
    if (!next || next.tagName !== "TD") return;
    td.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  draw();
  addEventListener("resize", banyan.calmly(() => {
    if (!place.contains(document.activeElement)) draw();
  }, 150));
})();
