-- SPDX-License-Identifier: MIT
-- Imports the real strategies of the folder $BANYAN_SHARED (../shared when it is not set) and
-- compares their counts with that folder's README. They are private, so they may be absent.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local import = require "banyan.import"
local failures = require "spec.failures"
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

  it("refuses QuantMage's", function()
    local path = folder .. "quantmage/small.json"
    if not present(path) then return pending(path .. " is not here: skipped") end
    failures.mentions({ "QuantMage JSON is not supported yet" }, import.file, path)
  end)
end)
