-- SPDX-License-Identifier: MIT
-- What any page of ours must have, whatever is on it: asked of the browser that shows it.
local assert = require "luassert"

local M = {}

-- Texts whose contrast is below that of WCAG 2.2 AA: 4.5, or 3 for large ones.
local CONTRAST = [[
const parse = (text) => {
  const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
  return { r, g, b, a };
};
const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a),
  b: top.b * top.a + below.b * (1 - top.a), a: 1 });
const ground = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) layers.unshift(parse(getComputedStyle(at).backgroundColor));
  return layers.reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
};
const light = ({ r, g, b }) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const found = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const text = walker.currentNode.data.trim();
  if (!text || !element.checkVisibility() || element.closest("script, style, .unseen, .skip")) continue;
  const style = getComputedStyle(element), back = ground(element), front = over(parse(style.color), back);
  const [high, low] = [light(front), light(back)].sort((x, y) => y - x), ratio = (high + 0.05) / (low + 0.05);
  const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
  const what = `${ratio.toFixed(2)} ${element.tagName}.${element.className} ${text.slice(0, 30)}`;
  if (ratio < (large ? 3 : 4.5)) found.add(what);
}
return [...found];
]]

-- What has no name for a reader of screens, ids that are there twice, and canvases on which nothing is drawn.
local FAULTS = [[
const found = [], ids = new Set();
for (const element of document.querySelectorAll("[id]")) {
  if (ids.has(element.id)) found.push("id twice: " + element.id);
  ids.add(element.id);
}
for (const input of document.querySelectorAll("input, select")) {
  if (!input.labels.length && !input.ariaLabel) found.push("no label: " + input.outerHTML);
}
for (const button of document.querySelectorAll("button")) {
  if (!button.textContent.trim() && !button.ariaLabel) found.push("no name: " + button.outerHTML);
}
for (const table of document.querySelectorAll("table")) {
  if (!table.querySelector("th")) found.push("no heads: " + table.outerHTML.slice(0, 100));
}
for (const canvas of document.querySelectorAll("canvas")) {
  if (canvas.getAttribute("role") !== "img" || !canvas.ariaLabel) found.push("no words: " + canvas.id);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0;
  if (drawn < 500) found.push(`empty: ${canvas.id} (${drawn} pixels)`);
}
for (const scroll of document.querySelectorAll(".scroll")) {
  if (scroll.tabIndex !== 0) found.push("cannot be scrolled by keyboard: " + scroll.ariaLabel);
}
return found;
]]

--- Raises unless the page that is open has no complaint in its console, draws all its charts, names what is on it, is
--- no wider than the screen, and can be read.
---@param browser spec.Browser
function M.page(browser)
  assert.same({}, browser:errors())
  assert.same({}, browser:js(FAULTS))
  assert.same({}, browser:js(CONTRAST))
  local width = browser:js "return [document.documentElement.scrollWidth, innerWidth]"
  assert(width[1] <= width[2], ("%d pixels on a screen of %d"):format(width[1], width[2]))
end

return M
