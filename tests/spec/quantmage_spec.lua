-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local import = require "banyan.import"
local json = require "banyan.json"
local failures = require "spec.failures"
local imported_tree = require "spec.imported_tree"

local null = json.null
local void = { kind = "void" }

local function with(base, changes)
  for key, value in pairs(changes or {}) do base[key] = value end
  return base
end

local function spell(incantation, changes)
  return json.encode(with({
    name = "S", description = "D", version = 2, benchmark_ticker = "SPY", trading_type = "Daily",
    threshold = 10, slippage_bps = 0, incantation = incantation,
  }, changes))
end

local function import_of(incantation, changes)
  local strategy = import.text(spell(incantation, changes), "s.json")
  imported_tree.check(strategy)
  return strategy
end

local function take(incantation)
  return import_of(incantation).root
end

local function refused(message, incantation, changes)
  failures.refuses("s.json: " .. message, import.text, spell(incantation, changes), "s.json")
end

local function ticker(symbol)
  return { incantation_type = "Ticker", name = "", symbol = symbol }
end

local function leaf(symbol)
  return { kind = "asset", ticker = symbol }
end

local function weighted(children, changes)
  return with({
    incantation_type = "Weighted", name = "", type = "Equal", weights = json.array {},
    inverse_volatility_window = 0, incantations = json.array(children),
  }, changes)
end

local function indicator(kind, window)
  return { type = kind, window = window or 0 }
end

-- rsi(SPY, 10) > 79, with what an editor leaves in fields that are not used.
local function single(changes)
  return with({
    condition_type = "SingleCondition", type = "IndicatorAndNumber", greater_than = true,
    for_days = 1, lh_days_ago = 0, lh_indicator = indicator("RelativeStrengthIndex", 10),
    lh_ticker_symbol = "SPY", rh_bias = 0, rh_days_ago = 0,
    rh_indicator = indicator "CumulativeReturn", rh_ticker_symbol = "", rh_value = 79,
    rh_value_int = 0, rh_weight = 1,
  }, changes)
end

local function when(condition, changes)
  return with({
    incantation_type = "IfElse", name = "", condition = condition, then_comment = "",
    else_comment = "", then_incantation = ticker "A", else_incantation = ticker "B",
  }, changes)
end

local rsi = { fn = "rsi", ticker = "SPY", window = 10 }

local function compare(changes)
  return with({ kind = "compare", comparator = "gt", left = rsi, threshold = 79 }, changes)
end

local function condition(source)
  return take(when(source)).condition
end

local function condition_refused(reason, changes)
  refused("root/IfElse/SingleCondition: " .. reason, when(single(changes)))
end

describe("a QuantMage spell", function()
  it("has a name, a description, options and no costs by itself", function()
    assert.same({
      name = "S", description = "D", rebalance = "daily", root = leaf "A",
      options = { ddof = 0, empty_filter = "rest" },
    }, import_of(ticker "A"))
    assert.equal("s.json", import_of(ticker "A", { name = " " }).name)
  end)

  it("trades on the last session of a period, or by a threshold in percent", function()
    for kind, rebalance in pairs { Daily = "daily", Weekly = "weekly_last",
      Monthly = "monthly_last", Quarterly = "quarterly_last", Yearly = "yearly_last" } do
      local strategy = import_of(ticker "A", { trading_type = kind })
      assert.same({ rebalance }, { strategy.rebalance, strategy.corridor })
    end
    local strategy = import_of(ticker "A", { trading_type = "Threshold", threshold = "5" })
    assert.same({ "none", 0.05 }, { strategy.rebalance, strategy.corridor })
    refused("root: trading_type is 'Hourly'; it must be Daily, Weekly, Monthly, Quarterly, Yearly "
      .. "or Threshold", ticker "A", { trading_type = "Hourly" })
    refused("root: threshold is '-1'; it must be a number of percent from 0 to 100", ticker "A",
      { trading_type = "Threshold", threshold = -1 })
  end)

  it("charges its slippage, given in hundredths of a percent", function()
    assert.same({ slippage = 0.0005 }, import_of(ticker "A", { slippage_bps = 5 }).costs)
    assert.is_nil(import_of(ticker "A", { slippage_bps = null }).costs)
    refused("root: slippage_bps is '-5'; it must be a number from 0 to 5000", ticker "A",
      { slippage_bps = -5 })
  end)

  it("is refused with what is unknown in it", function()
    refused("root/Magic: unknown incantation_type 'Magic'; banyan knows Ticker, Weighted, "
      .. "Filtered, IfElse, Switch, Mixed and EnterExit", { incantation_type = "Magic" })
    refused("root/Weighted/?[2]: an incantation must be an object or null, not '7'",
      weighted { ticker "A", 7 })
  end)

  it("names the place by names, kinds, branches and positions", function()
    refused("root/Big one/IfElse[2]/IfElse[else]/Ticker[then]: it has no ticker; name one",
      weighted({ null, when(single(), { else_incantation = when(single(),
        { then_incantation = ticker "" }) }) }, { name = "Big one" }))
  end)
end)

describe("QuantMage's incantations:", function()
  it("tickers, also of views, but no economic series or sub-spells", function()
    for _, symbol in ipairs { "SPY", "BRK.B", "NAN", "SPY/TLT", "SPY?L=0.75", "SPY?L=-2" } do
      assert.same(leaf(symbol), take(ticker(symbol)))
    end
    refused("root/Ticker: @T10Y2Y is an economic series, which can be measured, but not held; use a "
      .. "ticker", ticker "@T10Y2Y")
    refused("root/Ticker: 'SPY?L=much' is not a view; banyan knows A/B, and leverage as in "
      .. "SPY?L=0.75", ticker "SPY?L=much")
    refused("root/Ticker: a sub-spell can be measured, but not held; name a ticker",
      ticker 'Subspell "Then"')
    refused("root/Ticker: 'A B' is not a ticker", ticker "A B")
  end)

  it("a name becomes a group", function()
    assert.same({ kind = "group", name = "Basket", child = { kind = "weighted", mode = "equal",
      children = { leaf "A" } } }, take(weighted({ ticker "A" }, { name = " Basket " })))
  end)

  it("equal weights leave out what is null", function()
    assert.same({ kind = "weighted", mode = "equal", children = { leaf "A", leaf "B" } },
      take(weighted { ticker "A", null, ticker "B" }))
    assert.same(void, take(weighted { null, null }))
    assert.same(void, take(weighted {}))
  end)

  it("custom weights are shared out among what is not null", function()
    local node = take(weighted({ ticker "A", null, ticker "B" },
      { type = "Custom", weights = { 30, 50, "10" } }))
    assert.same({ kind = "weighted", mode = "specified", weights = { 0.75, 0.25 },
      children = { leaf "A", leaf "B" } }, node)
    assert.same(void, take(weighted({ ticker "A" }, { type = "Custom", weights = { 0 } })))
    refused("root/Weighted: it has 1 weights and needs 2; give each its weight",
      weighted({ ticker "A", ticker "B" }, { type = "Custom", weights = { 1 } }))
    refused("root/Weighted: weight 1 is '-1'; it must be a number from 0 on",
      weighted({ ticker "A" }, { type = "Custom", weights = { -1 } }))
    refused("root/Weighted: type is 'Random'; it must be Equal, Custom or InverseVolatility",
      weighted({ ticker "A" }, { type = "Random" }))
  end)

  it("inverse volatility takes its window", function()
    assert.same({ kind = "inverse_vol", window = 20, children = { leaf "A" } },
      take(weighted({ ticker "A", null },
        { type = "InverseVolatility", inverse_volatility_window = 20 })))
    refused("root/Weighted: inverse_volatility_window is '0'; it must be a whole number of days "
      .. "from 1 to 100000", weighted({ ticker "A" }, { type = "InverseVolatility" }))
  end)

  local function filtered(changes)
    return with({
      incantation_type = "Filtered", name = "", sort_indicator = indicator("CumulativeReturn", 5),
      count = 2, bottom = false, weight_type = "Equal", weights = json.array {},
      inverse_volatility_window = 0, incantations = { ticker "A", null, ticker "B", ticker "C" },
    }, changes)
  end

  it("filters weigh equally, by rank or by inverse volatility", function()
    local expected = {
      kind = "filter", indicator = { fn = "cumulative_return", window = 5 }, bottom = false,
      count = 2, children = { leaf "A", leaf "B", leaf "C" },
    }
    assert.same(expected, take(filtered()))
    expected.weighting, expected.weights = "rank", { 60 / 90, 30 / 90 }
    assert.same(expected, take(filtered { weight_type = "Custom", weights = { 60, 30, 10 } }))
    expected.count, expected.weights, expected.bottom = 9, { 0.6, 0.3, 0.1 }, true
    assert.same(expected,
      take(filtered { weight_type = "Custom", weights = { 60, 30, 10 }, count = 9, bottom = true }))
    assert.same({ "inverse_vol", 7 }, (function()
      local node = take(filtered { weight_type = "InverseVolatility",
        inverse_volatility_window = 7 })
      return { node.weighting, node.window }
    end)())
    assert.same(void, take(filtered { incantations = { null } }))
    assert.same(void, take(filtered { weight_type = "Custom", weights = { 0, 0 } }))
  end)

  it("filters with bad fields are refused", function()
    refused("root/Filtered: count is '0'; it must be a whole number from 1 to 1000000",
      filtered { count = 0 })
    refused("root/Filtered: bottom is 'missing'; it must be true or false",
      filtered { bottom = null })
    refused("root/Filtered: weight_type is 'missing'; it must be Equal, Custom or InverseVolatility",
      filtered { weight_type = null })
    failures.mentions({ "root/Filtered: sort_indicator: unknown indicator 'Magic'; banyan knows " },
      import.text, spell(filtered { sort_indicator = indicator "Magic" }), "s.json")
  end)

  it("if-else takes what is null as void", function()
    assert.same({ kind = "if", condition = compare(), yes = leaf "A", no = void },
      take(when(single(), { else_incantation = null })))
    local bare = when(single())
    bare.then_incantation = nil
    assert.same(void, take(bare).yes)
  end)

  it("a switch goes by how many conditions hold, and falls to the next lower case", function()
    local function switch(...)
      return {
        incantation_type = "Switch", name = "", comments = {},
        conditions = { single(), single { rh_value = 80 }, single { rh_value = 81 } },
        incantations = { ... },
      }
    end
    local node = take(switch(ticker "ALL", ticker "TWO", ticker "ONE", ticker "NONE"))
    assert.same({ compare(), compare { threshold = 80 }, compare { threshold = 81 } },
      node.conditions)
    assert.same({ leaf "NONE", leaf "ONE", leaf "TWO", leaf "ALL" }, node.cases)
    node = take(switch(null, ticker "TWO", null, ticker "NONE"))
    assert.same({ leaf "NONE", leaf "NONE", leaf "TWO", leaf "TWO" }, node.cases)
    assert.equal(node.cases[1], node.cases[2])
    assert.same({ void, void, void, leaf "ALL" }, take(switch(ticker "ALL", null, null, null)).cases)
    refused("root/Switch: it has 3 conditions and 2 incantations; it needs one incantation more "
      .. "than conditions", switch(ticker "A", ticker "B"))
    refused("root/Switch/Ticker[4]: it has no ticker; name one",
      switch(null, null, null, ticker(null)))
    refused("root/Switch: it has no conditions; give it one, or remove it",
      { incantation_type = "Switch", incantations = { ticker "A" } })
  end)

  local function mixed(changes)
    return with({
      incantation_type = "Mixed", name = "", indicator = indicator("RelativeStrengthIndex", 10),
      ticker_symbol = "SPY", from_value = 30, to_value = "70", from_incantation = ticker "A",
      to_incantation = ticker "B",
    }, changes)
  end

  it("mixed goes from one to the other, whichever value is larger", function()
    assert.same({ kind = "mixed", indicator = rsi, low = 30, high = 70, from = leaf "A",
      to = leaf "B" }, take(mixed()))
    assert.same({ kind = "mixed", indicator = rsi, low = 20, high = 30, from = leaf "B",
      to = leaf "A" }, take(mixed { to_value = 20 }))
    refused("root/Mixed: from_value and to_value are 'missing' and '70'; both must be numbers",
      mixed { from_value = null })
  end)

  it("enter-exit keeps its two conditions and branches apart", function()
    local source = {
      incantation_type = "EnterExit", name = "", enter_condition = single(),
      exit_condition = single { greater_than = false, rh_value = 50 },
      enter_incantation = ticker "A", exit_incantation = null,
    }
    assert.same({ kind = "enter_exit", enter = compare(),
      exit = compare { comparator = "lt", threshold = 50 }, inside = leaf "A", outside = void },
      take(source))
    source.exit_condition = null
    refused("root/EnterExit/?[exit]: the condition is 'missing'; it must be an object", source)
  end)
end)

describe("QuantMage's conditions:", function()
  it("an indicator against a number", function()
    assert.same(compare(), condition(single()))
    assert.same(compare { comparator = "lt", threshold = -0.5 },
      condition(single { greater_than = false, rh_value = "-0.5" }))
  end)

  it("two indicators, the right one scaled and shifted", function()
    local both = { type = "BothIndicators", rh_indicator = indicator("MovingAverage", 200),
      rh_ticker_symbol = "QQQ" }
    local right = { fn = "sma", ticker = "QQQ", window = 200 }
    local expected = compare { right = right }
    expected.threshold = nil
    assert.same(expected, condition(single(both)))
    right.factor, right.offset, right.days_ago = 0.5, -3, 4
    assert.same(expected, condition(single(with(both,
      { rh_weight = 0.5, rh_bias = -3, rh_days_ago = 4 }))))
  end)

  it("the month, and the place among the last values", function()
    assert.same(compare { left = { fn = "month" }, threshold = 10 },
      condition(single { type = "Month", rh_value_int = 10 }))
    for kind, fn in pairs { IndicatorPercentile = "percentile", IndicatorStochastic = "stochastic" } do
      assert.same(compare { left = { fn = fn, over = rsi, window = 252, days_ago = 2 },
        threshold = 90 }, condition(single { type = kind, rh_value_int = 252, rh_value = 90,
        lh_days_ago = 2 }))
    end
    condition_refused("rh_value_int is '0'; it must be a whole number of days from 1 to 100000",
      { type = "IndicatorPercentile" })
  end)

  it("for days in a row, and days ago", function()
    assert.same(compare { for_days = 3, left = with({ days_ago = 1 }, rsi) },
      condition(single { for_days = "3", lh_days_ago = 1 }))
    condition_refused("for_days is '0'; it must be a whole number from 1 to 100000",
      { for_days = 0 })
    condition_refused("lh_days_ago is '1.5'; it must be a whole number from 0 to 100000",
      { lh_days_ago = 1.5 })
  end)

  it("all and any, within each other", function()
    local function group(kind, ...)
      return { condition_type = kind, conditions = json.array { ... } }
    end
    assert.same({ kind = "any", conditions = { compare(), { kind = "all",
      conditions = { compare { threshold = 1 } } } } },
      condition(group("AnyOf", single(), group("AllOf", single { rh_value = 1 }))))
    refused("root/IfElse/AnyOf/AllOf[2]: it has no conditions; give it one, or remove it",
      when(group("AnyOf", single(), group "AllOf")))
    local deep = single()
    for _ = 1, 100 do deep = group("AllOf", deep) end
    failures.mentions({ "conditions are nested deeper than 100 levels" }, import.text,
      spell(when(deep)), "s.json")
  end)

  it("what they do not know is refused", function()
    condition_refused("unknown condition type 'Magic'; banyan knows IndicatorAndNumber, "
      .. "BothIndicators, Month, IndicatorPercentile and IndicatorStochastic", { type = "Magic" })
    condition_refused("greater_than is 'missing'; it must be true or false",
      { greater_than = null })
    condition_refused("rh_value is 'NaN'; it must be a number", { rh_value = "NaN" })
    condition_refused("left side: it has no ticker; name one", { lh_ticker_symbol = "" })
    condition_refused("left side: it has no indicator", { lh_indicator = null })
    condition_refused("left side: indicator RelativeStrengthIndex: window is '0'; it must be a "
      .. "whole number of days from 1 to 100000",
      { lh_indicator = indicator "RelativeStrengthIndex" })
    refused("root/IfElse/Maybe: unknown condition_type 'Maybe'; banyan knows SingleCondition, AllOf "
      .. "and AnyOf", when { condition_type = "Maybe" })
  end)

  it("all indicators", function()
    local function left(kind, window)
      return condition(single { lh_indicator = indicator(kind, window) }).left
    end
    for kind, fn in pairs {
      MovingAverage = "sma", ExponentialMovingAverage = "ema", RelativeStrengthIndex = "rsi",
      CumulativeReturn = "cumulative_return", MovingAverageOfReturns = "mean_return",
      Volatility = "stdev_return", MaxDrawdown = "max_drawdown",
      UltimateSmoother = "ultimate_smoother", AroonUp = "aroon_up", AroonDown = "aroon_down",
      Aroon = "aroon", TrendClarity = "trend_clarity",
    } do
      assert.same({ fn = fn, ticker = "SPY", window = 7 }, left(kind, 7))
    end
    for kind, fn in pairs {
      CurrentPrice = "close", Drawdown = "drawdown", ["13612wMomentum"] = "momentum_13612w",
      ["13612uMomentum"] = "momentum_13612u", Sma12Momentum = "momentum_sma12",
      SMA12Momentum = "momentum_sma12",
    } do
      assert.same({ fn = fn, ticker = "SPY" }, left(kind, 50))
    end
    for kind, fn in pairs { Macd = "macd_histogram", PercentagePriceOscillator = "ppo_histogram" } do
      assert.same({ fn = fn, ticker = "SPY", window = 12, window2 = 26, window3 = 9 }, left(kind, 0))
    end
  end)
end)

describe("QuantMage's sub-spells:", function()
  it("a condition measures the equity of its own incantation's branches", function()
    local node = take(when({ condition_type = "AllOf", conditions = {
      single { lh_ticker_symbol = 'Subspell "Then"' },
      single { type = "BothIndicators", rh_indicator = indicator("MovingAverage", 5),
        rh_ticker_symbol = 'Subspell "Else"' },
    } }))
    local left, right = node.condition.conditions[1].left, node.condition.conditions[2].right
    assert.same({ "rsi", 10, nil }, { left.fn, left.window, left.ticker })
    assert.equal(node.yes, left.of)
    assert.equal(node.no, right.of)
  end)

  it("those of mixed and of enter-exit have their own names", function()
    local node = take {
      incantation_type = "Mixed", name = "", indicator = indicator("RelativeStrengthIndex", 10),
      ticker_symbol = 'Subspell "To"', from_value = 70, to_value = 30, from_incantation = ticker "A",
      to_incantation = ticker "B",
    }
    assert.same({ leaf "B", leaf "B" }, { node.indicator.of, node.from })
    assert.equal(node.from, node.indicator.of)
    node = take {
      incantation_type = "EnterExit", name = "", enter_incantation = ticker "A",
      enter_condition = single { lh_ticker_symbol = 'Subspell "Enter"' },
      exit_condition = single { lh_ticker_symbol = 'Subspell "Exit"' },
      exit_incantation = ticker "B",
    }
    assert.equal(node.inside, node.enter.left.of)
    assert.equal(node.outside, node.exit.left.of)
  end)

  it("others are refused with those that there are", function()
    condition_refused("left side: there is no sub-spell 'from' here; this incantation has else, then",
      { lh_ticker_symbol = 'Subspell "From"' })
    refused("root/Switch/SingleCondition[1]: left side: there is no sub-spell 'then' here; it has "
      .. "none at all", { incantation_type = "Switch",
        conditions = { single { lh_ticker_symbol = 'Subspell "Then"' } },
        incantations = { ticker "A", ticker "B" } })
  end)
end)

describe("QuantMage's limits:", function()
  local function chain(levels)
    local base = json.encode(when(single()))
    local head = base:gsub('"else_incantation":%b{}', '"else_incantation":')
    local before, after = head:match '^(.*"else_incantation":)(.*)$'
    return '{"trading_type":"Daily","incantation":' .. before:rep(levels) .. json.encode(ticker "A")
      .. after:rep(levels) .. "}"
  end

  it("1000 levels, and no more", function()
    assert.equal("if", import.text(chain(999), "f").root.kind)
    failures.mentions({ "f: root/IfElse/", "the tree is deeper than 1000 levels" }, import.text,
      chain(1000), "f")
  end)

  it("the cases of a switch are levels, too", function()
    local source = { incantation_type = "Switch", conditions = {}, incantations = { ticker "A" } }
    for i = 1, 1000 do
      source.conditions[i], source.incantations[i + 1] = single(), ticker "A"
    end
    failures.mentions({ "f: root/Switch: the tree is deeper than 1000 levels" }, import.text,
      spell(source), "f")
  end)
end)
