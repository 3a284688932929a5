-- SPDX-License-Identifier: MIT
-- Sharing, threads and memory change nothing: random sweeps of random strategies have the same bits whichever way
-- they are evaluated, and the program exports the same bytes.
local b = require "banyan"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local random = require "banyan.random"
local random_market = require "spec.random_market"
local random_strategy = require "spec.random_strategy"
local same = require "spec.same_sweeps"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local SEEDS = helper.sanitized and 20 or 120

-- Some of the values of each param, in any order.
local function random_over(seed, strategy)
  local stream, over = random.stream("over " .. seed), {}
  for _, param in ipairs(strategy:space()) do
    local left, taken = { unpack(param.values) }, {}
    for i = 1, 1 + math.floor(stream:uniform() * math.min(#left, 3)) do
      taken[i] = table.remove(left, 1 + math.floor(stream:uniform() * #left))
    end
    over[param.name] = taken
  end
  return over
end

describe("random sweeps", function()
  it("have the same bits in whatever way they are evaluated", function()
    local data = random_market.fill()
    local combos, alive, refused = 0, 0, 0
    for seed = 1, SEEDS do
      local strategy = random_strategy.strategy(seed)
      local ok, count, sessions = pcall(function()
        return same.check(b.sweep { strategy = strategy, over = random_over(seed, strategy) },
          { data = data, plain = 2 })
      end)
      if ok then
        combos, alive = combos + count, alive + sessions
      else
        local why = failure.failure_of(count)
        if not why or (why.status ~= "STRATEGY" and why.status ~= "DATA") then
          error(("seed %d: %s"):format(seed, tostring(count)), 0)
        end
        refused = refused + 1
      end
    end
    assert(refused < SEEDS / 4, refused .. " of the strategies are none")
    assert(alive > 4 * SEEDS and alive > combos / 2, ("%d of %d combos have sessions"):format(alive, combos))
  end)
end)

-- A tree with whatever a selection can bind.
local function tree_of_all_kinds()
  local rising = b.close("SPY"):gt(b.sma("SPY", 50) * 1.02 - 1):for_days(2)
  local held = b.group("held", b.equal { "GLD", b.top(1, b.ema(7), { "SPY", "TLT" }) })
  return b.strategy { name = "All kinds", costs = "alpaca", b.equal {
    b.top(2, b.rsi(10), { "SPY", held, "TLT" }, { inverse_vol = 30 }),
    b.bottom(2, b.stdev_return(15, { ddof = 0 }), { "SPY", "QQQ", "TLT" }, { weights = { 0.7, 0.3 } }),
    b.inverse_vol(20, { "SPY", held }),
    b.weighted { { 0.5, "QQQ" }, { 0.25, held } },
    b.mixed(b.rsi(held, 11), 30, 70, "TLT", "SPY"),
    b.switch({ rising, b.at_least(1, { b.rsi("QQQ", 12):lt(40), b.month():eq(3) }):days_ago(1) },
      { "SPY", "TLT", b.void }),
    b.enter_exit { enter = b.percentile(b.rsi("GLD", 13), 60):gt(80),
      exit = (b.ema("GLD", 5) - b.ema("GLD", 9):days_ago(4)):lt(0), inside = "GLD", outside = b.cash },
  } }
end

local FIELDS = {
  { { indicator = "rsi", window = { 10, 11, 13 } }, "window", { 5, 9, 30 } },
  { { kind = "inverse_vol" }, "window", { 10, 40 } },
  { { indicator = "rsi", kind = "filter" }, "volatility.window", { 10, 60 } },
  { { indicator = "ema", ticker = "GLD" }, "left.window", { 3, 8 } },
  { { indicator = "sma" }, "right.factor", { 0.98, 1, 1.03 } },
  { { indicator = "sma" }, "offset", { -2, 0, 2 } },
  { { kind = "filter" }, "weights.2", { 0.1, 0.3, 0.5 } },
  { { kind = "filter" }, "n", { 1, 2 } },
  { { indicator = "sma" }, "for_days", { 1, 3 } },
  { { kind = "at_least" }, "days_ago", { 0, 4 } },
  { { kind = "at_least" }, "n", { 1, 2 } },
  { { kind = "switch" }, "threshold", { 20, 45 } },
  { { kind = "enter_exit" }, "comparator", { "lt", "gt" } },
  { { window = 9 }, "left.days_ago", { 0, 10 } },
  { { kind = "mixed" }, "low", { 10, 45 } },
  { { kind = "mixed" }, "days_ago", { 0, 2 } },
  { { indicator = "stdev_return" }, "ddof", { 0, 1 } },
  { { window = 10 }, "history", { 100, 250 } },
  { { window = 9 }, "seed", { "sma", "first" } },
  { { kind = "asset", ticker = "TLT" }, "ticker", { "TLT", "BIL", "GLD" } },
  { { indicator = "percentile" }, "indicator", { "percentile", "stochastic" } },
  { { kind = "asset", ticker = "QQQ" }, "weight", { 0.1, 0.6, -0.2 } },
}

local SETTINGS = {
  { rebalance = b.param("rule", "daily", { "daily", "weekly", "monthly_last", "none" }) },
  { rebalance = { corridor = b.param("corridor", 0.05, { 0.01, 0.1 }) } },
  { fill = b.param("fill", "close", { "close", "open" }) },
  { costs = b.param("profile", "none", { "none", "composer", "alpaca" }) },
  { options = { ddof = b.param("ddof", 1, { 0, 1 }), ties = b.param("ties", "first", { "first", "last" }) } },
}

describe("a sweep by selection", function()
  -- Each field is swept next to a window that much depends on.
  local function check(strategy)
    strategy:select { indicator = "rsi", window = 12 }:param("window", "other", 12, { 12, 6 })
    same.check(b.sweep { strategy = strategy, from = "2020-01-02", to = "2022-06-30" },
      { data = simulated.store(), plain = 4 })
  end

  for _, each in ipairs(FIELDS) do
    it("of " .. each[2] .. " has the same bits in whatever way it is evaluated", function()
      local strategy = tree_of_all_kinds()
      strategy:select(each[1]):param(each[2], "swept", each[3][1], each[3])
      check(strategy)
    end)
  end

  it("and of settings has the same bits in whatever way it is evaluated", function()
    for _, settings in ipairs(SETTINGS) do check(tree_of_all_kinds():override(settings)) end
  end)
end)

describe("the program", function()
  local SWEEP = [[
local b = require "banyan"
local window, hot = b.param("window", 10, b.range(4, 12, 2)), b.param("hot", 60, b.range(50, 70, 2.5))
local n, refuge = b.param("n", 1, { 1, 2, 3 }), b.param("refuge", "TLT", { "TLT", "GLD" })
local best = b.top(n, b.cumulative_return(window), { "SPY", "QQQ", b.equal { "GLD", refuge }, "IWM" })
return b.sweep { strategy = b.strategy { name = "Same", costs = "composer",
  b.when(b.rsi("QQQ", window):gt(hot), refuge):elsewhen(b.max_drawdown(best, 20):gt(5), "BIL")
    :otherwise(b.inverse_vol(window, { best, "SMH" })) } }
]]

  local function exported(script, ...)
    local _, directory = sweeps.sweep(script, simulated.store(), ...)
    local out, err, code = helper.run { "export", directory }
    assert(code == 0, err)
    return out
  end

  it("exports the same bytes", function()
    local script = sweeps.script(SWEEP)
    local whole = exported(script, "-j1")
    assert.equal(5 * 9 * 3 * 2 + 1, select(2, whole:gsub("\n", "")))
    for _, words in ipairs { { "-j2" }, { "-j3" }, { "-j8" }, { "-j2", "--mem", "64M" }, { "--mem", "8G" },
      { "--no-share", "-j1" }, { "--no-share", "-j2" } } do
      assert(whole == exported(script, unpack(words)), table.concat(words, " "))
    end
  end)
end)
