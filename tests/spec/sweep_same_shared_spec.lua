-- SPDX-License-Identifier: MIT
-- Sharing, threads and memory change no bit of sweeps of real trees on real prices: filters, inverse volatility,
-- groups that are measured by their equity, threshold rebalancing.
local b = require "banyan"
local helper = require "spec.helper"
local same = require "spec.same_sweeps"
local shared = require "spec.shared"

if not shared.present() then
  describe("sweeps of real trees", function()
    it("are the same in whatever way they are evaluated", function() pending(shared.absent) end)
  end)
  return
end

-- How a tree gets its params. Under sanitizers only the first values of each are taken.
local SWEEPS = {
  anansi = function(t)
    t:select { indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, { 10, 8, 14 })
    t:select { indicator = "rsi", comparator = "lt", threshold = 30 }:shift("threshold", "shift", 0, { 0, 2.5, -2.5 })
    t:select { indicator = "sma", window = 30 }:param("window", "ma_window", 30, { 30, 20 })
  end,
  doctor_strange = function(t)
    t:select { kind = "filter" }:shift("window", "ranking_shift", 0, { 0, 3 })
    t:select { kind = "condition", indicator = "rsi" }:shift("window", "rsi_shift", 0, { 0, 4 })
    t:select { kind = "inverse_vol" }:shift("window", "volatility_shift", 0, { 0, 5 })
  end,
  rains_em_dancer = function(t)
    t:select { kind = "filter" }:param("n", "n", 1, { 1, 2 })
    t:select { kind = "condition", indicator = "rsi", window = 10 }:param("window", "window", 10, { 10, 12 })
    t:select { kind = "condition", comparator = "gt" }:param("comparator", "sign", "gt", { "gt", "gte", "lt" })
  end,
  hedged_sector_rotator = function(t)
    t:select { kind = "filter" }:shift("window", "ranking_shift", 0, { 0, 7 })
    t:select { kind = "filter" }:param("n", "n", 1, { 1, 2 })
    t:select { kind = "condition" }:param("days_ago", "late", 0, { 0, 1 })
  end,
  beefier_3x = function(t)
    t:select { kind = "condition" }:param("for_days", "patience", 1, { 1, 2 })
    t:select { kind = "filter" }:shift("window", "ranking_shift", 0, { 0, 2 })
    return t:override { rebalance = { corridor = b.param("corridor", 0.05, { 0.05, 0.02 }) } }
  end,
  soxl_growth = function(t)
    t:select { kind = "filter" }:param("n", "n", 1, { 1, 3 })
    t:select { indicator = "stdev_return" }:param("ddof", "ddof", 1, { 1, 0 })
    return t:override { rebalance = b.param("rule", "daily", { "daily", "weekly" }),
      costs = b.param("profile", "none", { "none", "alpaca" }), fill = b.param("fill", "close", { "close", "open" }) }
  end,
  simons_full_kmlm = function(t)
    t:select { indicator = "rsi", ticker = "KMLM" }:param("ticker", "other", "KMLM", { "KMLM", "TLT" })
    t:select { kind = "asset", ticker = "KMLM" }:param("ticker", "held", "KMLM", { "KMLM", "GLD" })
    t:select { indicator = "rsi" }:param("window", "window", 10, { 10, 6, 21 })
  end,
}

describe("the sweep of", function()
  local data

  setup(function() data = shared.import(shared.folder .. "/data/us_daily_adjusted") end)

  for name, bind in pairs(SWEEPS) do
    it(name .. " has the same bits in whatever way it is evaluated", function()
      local tree = b.import(shared.strategy(name))
      tree = bind(tree) or tree
      local ways, over = same.WAYS, nil
      if helper.sanitized then
        ways, over = { same.WAYS[2], same.WAYS[5] }, {}
        for _, param in ipairs(tree:space()) do over[param.name] = { unpack(param.values, 1, 2) } end
      end
      local combos, sessions = same.check(b.sweep { strategy = tree, over = over },
        { data = data, plain = helper.sanitized and 1 or 2, ways = ways })
      assert.equal(combos, sessions)
    end)
  end
end)
