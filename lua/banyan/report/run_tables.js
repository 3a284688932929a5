// SPDX-License-Identifier: MIT
// The tables of a run's report that are sorted and filtered.
"use strict";
(function () {
  const { data, format } = banyan;

  const field = document.getElementById("metric-search");
  banyan.searchRows(field, [...document.querySelectorAll("#metrics-all tbody tr")],
    document.getElementById("metric-status"));

  const place = document.getElementById("trades");
  if (!place) return;
  const { positions } = data, open = new Set(positions.open);
  const rows = positions.symbol.map((_, index) => index);
  const short = (row) => positions.weight[row] < 0;
  banyan.grid(place, { caption: "Positions", search: "Search", rows, sort: { column: 1, descending: true }, step: 25,
    columns: [
      { title: "Symbol", value: (row) => positions.symbols[positions.symbol[row]] + (short(row) ? " short" : "") },
      { title: "Entered", value: (row) => positions.entry[row], text: (row) => format.date(positions.entry[row]),
        first: "descending" },
      { title: "Left", value: (row) => open.has(row) ? Infinity : positions.exit[row],
        text: (row) => open.has(row) ? "still held" : format.date(positions.exit[row]), first: "descending" },
      { title: "Sessions", align: "right", value: (row) => positions.sessions[row],
        text: (row) => format.number(positions.sessions[row]), first: "descending" },
      { title: "Mean weight", align: "right", value: (row) => positions.weight[row],
        text: (row) => format.percent(positions.weight[row]), first: "descending" },
      { title: "Return", align: "right", value: (row) => positions.value[row],
        text: (row) => format.percent(positions.value[row], 2), first: "descending",
        cell(row, td) {
          td.textContent = this.text(row);
          td.classList.add(positions.value[row] < 0 ? "less" : "more");
        } },
    ] });
})();
