-- SPDX-License-Identifier: MIT
-- Real strategies on real prices give, day by day, what an independent evaluator got.
local cjson = require "cjson"
local helper = require "spec.helper"
local shared = require "spec.shared"

local NAMES = { "anansi", "beefier_3x", "beta_baller", "doctor_strange", "gold",
  "hedged_sector_rotator", "holy_grail", "lose_money", "max_dd_tqqq_vs_smh", "rains_em_dancer",
  "simons_full_kmlm", "soxl_growth", "tqqq_ftlt", "wamcore" }
local WEIGHT_TOLERANCE, TOLERANCE = 1e-12, 1e-9

if not shared.present() then
  describe("real prices", function()
    it("are compared with", function() pending(shared.absent) end)
  end)
  return
end

local expected = shared.folder .. "/strategies/expected/"
local prices = shared.folder .. "/data/us_daily_adjusted"
local store

-- Runs a strategy up to a day; the answer, and the texts of its weights and its equity.
local function run(path, to, slippage)
  local scratch = helper.scratch()
  local weights, equity = scratch .. "/w.csv", scratch .. "/e.csv"
  local out, err, code = helper.run { "run", path, "--json", "--weights", weights, "--equity",
    equity, "--to", to, "--data", store, slippage and "--slippage=" .. slippage }
  assert(code == 0, err)
  return cjson.decode(out), helper.read(weights), helper.read(equity)
end

-- Lines of a CSV text by all their fields but the last; how many there are.
local function by_key(text)
  local values, count = {}, 0
  for key, value in text:match "\n(.*)":gmatch "([^\n]+),([^,\n]+)\n" do
    assert(not values[key], key)
    values[key], count = tonumber(value), count + 1
  end
  return values, count
end

-- Both texts have the same lines, with numbers that are `close` to each other.
local function compare(wanted_text, got_text, close)
  local wanted, wanted_count = by_key(wanted_text)
  local got, got_count = by_key(got_text)
  for key, value in pairs(wanted) do
    if not got[key] or not close(value, got[key]) then
      error(("%s: %s instead of %.17g"):format(key, tostring(got[key]), value))
    end
  end
  assert.equal(wanted_count, got_count)
  assert(wanted_count > 100)
end

local function close_weights(a, b) return math.abs(a - b) <= WEIGHT_TOLERANCE end
local function close_equity(a, b) return math.abs(a / b - 1) <= TOLERANCE end

local function compare_trades(wanted, got, name)
  assert.equal(wanted.trade_days, got.metrics.trade_days)
  shared.near(wanted.turnover_sum, got.metrics.average_turnover * got.days, TOLERANCE,
    name .. ": sum of turnover")
end

describe("real prices", function()
  it("are imported once, all 1,034,731 bars", function()
    local report
    store, report = shared.import(prices)
    assert.truthy(report:find("1,034,731 new", 1, true), report)
    local out, err, code = helper.run { "data", "import", prices, "--data", store }
    assert.equal(0, code, err)
    assert.truthy(out:find("bars: 0 new, 1,034,731 unchanged", 1, true), out)
  end)

  it("are sound in the store", function()
    local out, err, code = helper.run { "data", "check", "--data", store }
    assert.equal(0, code, err)
    assert.truthy(out:find("285 series, 1,034,731 bars: no faults", 1, true), out)
  end)

  -- Answers that are the same but for the time that they took.
  local function without_timing(got)
    got.timing = nil
    return got
  end

  for _, name in ipairs(NAMES) do
    it("give " .. name .. " as Lua the same bytes as the file", function()
      local path = helper.scratch() .. "/written.lua"
      local _, err, code = helper.run { "import", shared.strategy(name), "-o", path }
      assert.same({ "", 0 }, { err, code })
      local last = shared.json(expected .. name .. ".json")["end"]
      local foreign, foreign_weights, foreign_equity = run(shared.strategy(name), last)
      local written, weights, equity = run(path, last)
      assert.same(without_timing(foreign), without_timing(written))
      assert.equal(foreign_weights, weights)
      assert.equal(foreign_equity, equity)
    end)

    it("give " .. name .. " its weights, equity and metrics", function()
      local wanted = shared.json(expected .. name .. ".json")
      local got, weights, equity = run(shared.strategy(name), wanted["end"])
      assert.same({ wanted.start, wanted["end"], wanted.days }, { got.start, got["end"], got.days })
      compare(shared.unpacked(expected .. name .. ".weights.csv.gz"), weights, close_weights)
      compare(shared.unpacked(expected .. name .. ".equity.csv.gz"), equity, close_equity)
      shared.same_metrics(wanted.metrics, got.metrics, TOLERANCE, name)
      compare_trades(wanted, got, name)
    end)

    it("give " .. name .. " its metrics after slippage", function()
      local wanted = shared.json(expected .. name .. ".json")
      local got = run(shared.strategy(name), wanted["end"], "0.0001")
      local metrics = wanted["metrics_with_slippage_0.0001"]
      assert.equal(wanted.days, got.days)
      shared.same_metrics(metrics, got.metrics, TOLERANCE, name)
      compare_trades(metrics, got, name)
    end)
  end

  it("give strategies/tqqq_ftlt.lua the same bytes as the import", function()
    local last = "2025-01-31"
    local imported, imported_weights, imported_equity = run(shared.strategy "tqqq_ftlt", last)
    local written, weights, equity = run("strategies/tqqq_ftlt.lua", last)
    assert.equal(imported_weights, weights)
    assert.equal(imported_equity, equity)
    assert.same(imported.metrics, written.metrics)
    assert.equal(imported.strategy, written.strategy)
  end)
end)
