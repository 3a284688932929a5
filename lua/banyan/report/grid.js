// SPDX-License-Identifier: MIT
// Tables of any length, made of data: sorted by their heads, filtered, and shown a few at a time.
"use strict";
(function () {
  const { element: make, format } = banyan;
  const textOf = (column, row) => String(column.text ? column.text(row) : column.value(row) ?? "");
  const isMissing = (value) => value === null || value === undefined || value !== value;

  // Rows by the values of a column; those without one come last, in either direction.
  function sorted(rows, value, descending) {
    const compare = (a, b) => {
      if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b);
      const order = typeof a === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
      return descending ? -order : order;
    };
    return rows.map((row) => [value(row), row]).sort((a, b) => compare(a[0], b[0])).map((pair) => pair[1]);
  }

  // Whether a row has all words of a text, of which the table's texts are made when first searched.
  function searcher(columns) {
    const texts = new Map();
    const all = (row) => {
      if (!texts.has(row)) texts.set(row, columns.map((column) => textOf(column, row)).join(" ").toLowerCase());
      return texts.get(row);
    };
    return (text) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      return (row) => words.every((word) => all(row).includes(word));
    };
  }

  function line(columns, row) {
    return make("tr", {}, ...columns.map((column) => {
      const td = make("td", { class: column.align === "right" ? "number" : column.align });
      if (column.cell) column.cell(row, td);
      else td.textContent = textOf(column, row);
      return td;
    }));
  }

  // How many of the rows are shown: "First 25 of 618, of 900 in all".
  function statusText(shown, kept, all) {
    const of = all === kept ? "" : `, of ${format.number(all)} in all`;
    if (kept === 0) return "None" + of;
    return `${shown < kept ? `First ${format.number(shown)} of ` : ""}${format.number(kept)}${of}`;
  }

  // A head that sorts when it is clicked.
  function head(column, click) {
    const title = column.sortable === false ? column.title : make("button", { type: "button", click }, column.title);
    return make("th", { scope: "col", class: column.align === "right" ? "number" : null }, title);
  }

  /**
   * banyan.grid(element, { caption, columns, rows, sort, step, search }) fills the element with a table.
   *
   * columns: { title, value(row), text(row), align: "left"|"right"|"long", cell(row, td), sortable, first } where value
   *   is what is sorted by, text what is shown (value when left out), cell puts something else into the cell, and first
   *   is "descending" where a first click shows the highest. Long texts wrap.
   * rows: anything; sort: { column, descending }; step: how many rows are shown at once (100);
   * search: the label of a field that keeps the rows with all of its words in their texts; none without it.
   *
   * Returns { where(f), update(), shown(), element }: where keeps the rows for which f holds, too; shown gives the rows
   * that are kept, in their order.
   */
  banyan.grid = function (element, given) {
    const { columns, rows } = given, step = given.step || 100, search = searcher(columns);
    let limit = step, keep = () => true, kept = [];
    let { column: by, descending } = given.sort || {};

    const body = make("tbody"), status = make("p", { class: "status", role: "status" });
    const more = make("button", { type: "button", click: () => {
      limit += step;
      show();
    } });
    const field = given.search && make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    const heads = columns.map((column, index) => head(column, () => {
      descending = by === index ? !descending : column.first === "descending";
      by = index;
      again();
    }));

    function show() {
      body.replaceChildren(...kept.slice(0, limit).map((row) => line(columns, row)));
      more.hidden = kept.length <= limit;
      more.textContent = `Show ${format.number(Math.min(step, kept.length - limit))} more`;
      status.textContent = statusText(limit, kept.length, rows.length);
      heads.forEach((each, index) => {
        if (index === by) each.setAttribute("aria-sort", descending ? "descending" : "ascending");
        else each.removeAttribute("aria-sort");
      });
    }

    function update() {
      const found = field ? search(field.value) : () => true;
      kept = rows.filter((row) => keep(row) && found(row));
      if (by !== undefined) kept = sorted(kept, columns[by].value, descending);
      show();
    }

    function again() {
      limit = step;
      update();
    }

    if (field) field.addEventListener("input", banyan.calmly(again));
    const bar = make("div", { class: "bar" }, field && make("label", {}, given.search + " ", field), status);
    element.append(bar, make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": given.caption },
      make("table", { class: "grid" }, make("caption", { class: "unseen" }, given.caption),
        make("thead", {}, make("tr", {}, ...heads)), body)), more);
    update();
    return { element, update, bar, shown: () => kept, where(f) {
      keep = f;
      again();
    } };
  };
})();
