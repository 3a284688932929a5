// SPDX-License-Identifier: MIT
// What all pages share: the data, numbers as people read them, elements, and the switch between light and dark.
"use strict";
banyan.data = JSON.parse(document.getElementById("data").textContent);

// Numbers ---------------------------------------------------------------------------------------

// To make one takes longer than to use it a thousand times.
banyan.numberFormats = [];
banyan.numberFormat = function (digits) {
  return banyan.numberFormats[digits] ||= new Intl.NumberFormat("en-US",
    { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

banyan.format = {
  missing: "n/a",

  /** 1034731 -> "1,034,731"; what rounds to 0 has no sign. */
  number(value, digits = 0) {
    if (value === null || value === undefined || !isFinite(value)) return banyan.format.missing;
    const text = banyan.numberFormat(digits).format(value);
    return /[1-9]/.test(text) ? text : text.replace("-", "");
  },

  /** 0.1234 -> "12.3%". */
  percent(value, digits = 1) {
    const text = banyan.format.number(value === null || value === undefined ? null : value * 100, digits);
    return text === banyan.format.missing ? text : text + "%";
  },

  /** Money, counts and the like with as few digits as tell them apart: 12,345 or 1.234. */
  short(value) {
    if (value === null || value === undefined || !isFinite(value)) return banyan.format.missing;
    const size = Math.abs(value);
    return banyan.format.number(value, size >= 1000 || value % 1 === 0 ? 0 : size >= 10 ? 2 : 4);
  },

  /** 1234567 -> "1.2M", for axes. */
  axis(value) {
    return value.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 3 });
  },

  /** Days since 1970-01-01, fractions of a day for shorter bars -> "2020-03-02" or "2020-03-02 14:30". */
  date(day) {
    const text = new Date(Math.round(day * 1440) * 60000).toISOString();
    return day % 1 === 0 ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
  },
};

// Elements --------------------------------------------------------------------------------------

/** An element with attributes (those that are functions are listeners) and children (texts or elements). */
banyan.element = function (name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
};

/** Calls f when nobody has called again for a moment. */
banyan.calmly = function (f, milliseconds = 80) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => f(...given), milliseconds);
  };
};

/** Hides the rows of a table of few hundred that do not have all words of the field; says how many are left. */
banyan.searchRows = function (field, rows, status) {
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = (row.dataset.words || row.textContent).toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      count += row.hidden ? 0 : 1;
    }
    for (const group of new Set(rows.map((row) => row.parentElement))) {
      group.hidden = !rows.some((row) => row.parentElement === group && !row.hidden);
    }
    if (status) status.textContent = words.length ? `${count} of ${rows.length}` : "";
  };
  field.addEventListener("input", banyan.calmly(show));
};

// Light and dark --------------------------------------------------------------------------------

banyan.themeListeners = [];

banyan.showTheme = function (theme) {
  if (document.documentElement.dataset.theme === theme) return;
  document.documentElement.dataset.theme = theme;
  for (const listener of banyan.themeListeners) listener(theme);
};

(function () {
  const button = document.getElementById("theme");
  const label = () => {
    const next = banyan.theme() === "dark" ? "light" : "dark";
    button.replaceChildren(next === "dark" ? "\u263e" : "\u2600",
      banyan.element("span", {}, next === "dark" ? " Dark" : " Light"));
    button.setAttribute("aria-label", `Switch to ${next} colours`);
  };
  const show = () => {
    banyan.showTheme(banyan.theme());
    label();
  };
  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { // what the system says anyway need not be remembered
      if (next === (banyan.dark.matches ? "dark" : "light")) localStorage.removeItem("banyan.theme");
      else localStorage.setItem("banyan.theme", next);
    } catch (refused) {
      banyan.chosenTheme = () => next;
    }
    show();
  });
  banyan.dark.addEventListener("change", show);
  // Paper is white.
  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("printing");
    banyan.showTheme("light");
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    show();
  });
})();

// The link of the section that is on the screen -------------------------------------------------

(function () {
  const links = new Map();
  for (const link of document.querySelectorAll(".top nav a")) links.set(link.hash.slice(1), link);
  let current;
  function mark(link) {
    if (!link || link === current) return;
    if (current) current.removeAttribute("aria-current");
    current = link;
    current.setAttribute("aria-current", "true");
    const list = current.closest("ul");
    list.scrollTo({ left: current.offsetLeft - list.clientWidth / 2 });
  }
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) mark(links.get(entry.target.id));
  }, { rootMargin: "-30% 0px -65% 0px" });
  for (const id of links.keys()) observer.observe(document.getElementById(id));
  // On a small screen the head alone is seen at the top: what comes first is next.
  addEventListener("scroll", () => {
    if (scrollY === 0) mark(links.values().next().value);
  }, { passive: true });
})();
