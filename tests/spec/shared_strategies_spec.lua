-- SPDX-License-Identifier: MIT
-- Imports the real strategies of the folder $BANYAN_SHARED (../shared when it is not set) and
-- compares their counts with that folder's README. They are private, so they may be absent.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local import = require "banyan.import"
local helper = require "spec.helper"
local imported_tree = require "spec.imported_tree"

local folder = (os.getenv("BANYAN_SHARED") or "../shared") .. "/strategies/"

-- Objects or forms of the file (an if has two more for its branches), gates, tickers, filters as
-- the README counts them (false: it does not say), and equal weights that the import put where a
-- branch has several nodes.
local expected = {
  ["composer/anansi.json"] = { 3752, 316, 93, 0, 0 },
  ["composer/frontrunner.json"] = { 34, 6, 18, 0, 0 },
  ["defsymphony/lose_money.clj"] = { 5528, 1080, 26, false, 0 },
  ["defsymphony/doctor_strange.clj"] = { 5342, 606, 103, 308, 8 },
  ["defsymphony/rains_em_dancer.clj"] = { 3095, 234, 28, 218, 4 },
  ["defsymphony/beefier_3x.clj"] = { 1642, 163, 47, 120, 0 },
  ["defsymphony/hedged_sector_rotator.clj"] = { 581, 64, 40, 50, 0 },
  ["defsymphony/beta_baller.clj"] = { 449, 49, 40, false, 0 },
  ["defsymphony/simons_full_kmlm.clj"] = { 138, 23, 21, false, 0 },
  ["defsymphony/soxl_growth.clj"] = { 105, 15, 8, false, 0 },
  ["defsymphony/tqqq_ftlt.clj"] = { 63, 11, 7, 2, 0 },
  ["defsymphony/gold.clj"] = { 58, 11, 4, false, 0 },
  ["defsymphony/holy_grail.clj"] = { 30 },
  ["defsymphony/wamcore.clj"] = { 26 },
  ["defsymphony/max_dd_tqqq_vs_smh.clj"] = { 7 },
}

local function count_condition(counts, condition)
  for _, side in ipairs { condition.left or false, condition.right or false } do
    if side then counts.tickers[side.ticker] = true end
  end
  for _, inner in ipairs(condition.conditions or {}) do count_condition(counts, inner) end
end

local function count(counts, node)
  counts.nodes = counts.nodes + 1
  if node.kind == "if" then
    counts.gates = counts.gates + 1
    count_condition(counts, node.condition)
    count(counts, node.yes)
    count(counts, node.no)
  elseif node.kind == "filter" then
    counts.filters = counts.filters + 1
  elseif node.kind == "asset" then
    counts.tickers[node.ticker] = true
  end
  if node.child then count(counts, node.child) end
  for _, child in ipairs(node.children or {}) do count(counts, child) end
end

local function counts_of(path)
  local counts = { nodes = 0, gates = 0, filters = 0, tickers = {} }
  local strategy = import.file(path)
  imported_tree.check(strategy)
  count(counts, strategy.root)
  local tickers = 0
  for _ in pairs(counts.tickers) do tickers = tickers + 1 end
  return counts.nodes + 1 + 2 * counts.gates, counts.gates, counts.filters, tickers
end

local function count_spell(root)
  local nodes, conditions, seen, tickers = {}, 0, {}, {}
  local function test(condition)
    if condition.kind == "compare" then
      conditions = conditions + 1
      for _, side in ipairs { condition.left, condition.right } do tickers[side.ticker] = true end
    end
    for _, inner in ipairs(condition.conditions or {}) do test(inner) end
  end
  local function walk(node)
    if seen[node] then return end
    seen[node] = true
    nodes[node.kind] = (nodes[node.kind] or 0) + 1
    if node.condition then test(node.condition) end
    for _, condition in ipairs(node.conditions or {}) do test(condition) end
    if node.ticker then tickers[node.ticker] = true end
    for _, list in ipairs { node.children or {}, node.cases or {}, { node.yes, node.no },
      { node.child } } do
      for _, child in ipairs(list) do walk(child) end
    end
  end
  walk(root)
  local ticker_count = 0
  for _ in pairs(tickers) do ticker_count = ticker_count + 1 end
  local sum = 0
  for kind, number in pairs(nodes) do
    if kind ~= "void" and kind ~= "group" and kind ~= "settle" then sum = sum + number end
  end
  return { sum, nodes["if"] or 0, nodes.switch or 0, nodes.filter or 0, conditions, ticker_count }
end

local function present(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

describe("real strategies in " .. folder, function()
  for name, want in pairs(expected) do
    it("imports " .. name, function()
      if not present(folder .. name) then
        return pending(folder .. name .. " is not here (set BANYAN_SHARED): skipped")
      end
      local nodes, gates, filters, tickers = counts_of(folder .. name)
      assert.equal(want[1], nodes - (want[5] or 0))
      if want[2] then assert.same({ want[2], want[3] }, { gates, tickers }) end
      if want[4] then assert.equal(want[4], filters) end
    end)
  end

  it("imports the bench tree", function()
    local path = folder .. "../bench/tree.json"
    if not present(path) then return pending(path .. " is not here: skipped") end
    local nodes, gates, filters, tickers = counts_of(path)
    assert.same({ 5648, 948, 85, 19 }, { nodes, gates, filters, tickers })
  end)

  -- Incantations that are not null, if-elses, switches, filters, single conditions, tickers.
  for name, want in pairs {
    ["quantmage/small.json"] = { 70, 17, 0, 2, 17, 23 },
    ["quantmage/highc.json"] = { 283, 81, 12, 3, 799, 350 },
  } do
    it("imports " .. name, function()
      if not present(folder .. name) then return pending(folder .. name .. " is not here: skipped") end
      local strategy = import.file(folder .. name)
      imported_tree.check(strategy)
      assert.same(want, count_spell(strategy.root))
    end)
  end

  it("imports the flow", function()
    local path = folder .. "flow/mfi_switch.json"
    if not present(path) then return pending(path .. " is not here: skipped") end
    local strategy = import.file(path)
    imported_tree.check(strategy)
    local gate = strategy.root.child
    assert.same({ "if", "mfi", "IBIT", 5, "gt", "GLD" }, { gate.kind, gate.condition.left.fn,
      gate.condition.left.ticker, gate.condition.left.window, gate.condition.comparator,
      gate.condition.right.ticker })
    assert.same({ "group", "Risk-Off" }, { gate.no.kind, gate.no.name })
  end)

  it("imports every file there is", function()
    local imported = 0
    for _, part in ipairs { "composer", "defsymphony", "quantmage", "flow" } do
      local list = io.popen("ls " .. helper.quote(folder .. part) .. " 2>/dev/null")
      for name in list:lines() do
        if not name:find "%.md$" then
          imported_tree.check(import.file(folder .. part .. "/" .. name))
          imported = imported + 1
        end
      end
      list:close()
    end
    if imported == 0 then return pending(folder .. " is not here (set BANYAN_SHARED): skipped") end
    assert.is_true(imported >= 18)
  end)
end)
