-- SPDX-License-Identifier: MIT
-- Foreign strategies on the simulated market: they give what the same strategy gives when it is
-- written in Lua.
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"

-- The metrics of a file, run with further words.
local function run(path, ...)
  local out, err, code = simulated.run { "run", path, "--json", ... }
  assert(code == 0, err)
  return cjson.decode(out).metrics
end

local function file(name, text)
  return helper.write(helper.scratch() .. "/" .. name, text)
end

local function run_json(value, ...)
  return run(file("foreign.json", cjson.encode(value)), ...)
end

-- `settings` are the fields of b.strategy beside the node.
local function run_lua(settings, node)
  return run(file("plain.lua", ('local b = require "banyan"\nreturn b.strategy { name = "plain", %s,\n%s }')
    :format(settings, node)))
end

describe("an imported spell", function()
  local function ticker(symbol)
    return { incantation_type = "Ticker", symbol = symbol }
  end

  local function above(value, changes)
    local condition = {
      condition_type = "SingleCondition", type = "IndicatorAndNumber", greater_than = true,
      for_days = 1, lh_days_ago = 0, rh_value = value, lh_ticker_symbol = "QQQ",
      lh_indicator = { type = "RelativeStrengthIndex", window = 10 },
    }
    for key, each in pairs(changes or {}) do condition[key] = each end
    return condition
  end

  -- A spell and the node that it should be, both with the same settings.
  local function same(incantation, node, trading, settings)
    local spell = { name = "s", trading_type = trading or "Daily", threshold = 5, slippage_bps = 5,
      incantation = incantation }
    local foreign = run_json(spell)
    assert.same(run_lua('costs = { slippage = 0.0005 }, options = { ddof = 0, empty_filter = "rest" }'
      .. (settings or ""), node), foreign)
    assert.is_true(foreign.total_return ~= 0)
  end

  it("switches by how many conditions hold", function()
    same({ incantation_type = "Switch", conditions = { above(50), above(60), above(70) },
      incantations = { ticker "UVXY", cjson.null, ticker "QQQ", ticker "TLT" } },
      [[b.when(b.rsi("QQQ", 10):gt(70), "UVXY"):elsewhen(b.rsi("QQQ", 10):gt(50), "QQQ")
         :otherwise("TLT")]])
  end)

  it("waits for days in a row, scales, shifts and looks back", function()
    same({ incantation_type = "IfElse", condition = above(0, { type = "BothIndicators", for_days = 3,
      lh_days_ago = 1, rh_indicator = { type = "RelativeStrengthIndex", window = 20 },
      rh_ticker_symbol = "SPY", rh_weight = 0.5, rh_bias = 25, rh_days_ago = 2 }),
      then_incantation = ticker "TQQQ", else_incantation = ticker "GLD" },
      [[b.when(b.rsi("QQQ", 10):days_ago(1):gt(b.rsi("SPY", 20):days_ago(2) * 0.5 + 25):for_days(3),
        "TQQQ"):otherwise("GLD")]])
  end)

  it("mixes and latches", function()
    same({ incantation_type = "EnterExit", enter_condition = above(60),
      exit_condition = above(40, { greater_than = false }), exit_incantation = ticker "TLT",
      enter_incantation = { incantation_type = "Mixed", from_value = 80, to_value = 40,
        indicator = { type = "RelativeStrengthIndex", window = 10 }, ticker_symbol = "SPY",
        from_incantation = ticker "BIL", to_incantation = ticker "SPY" } },
      [[b.enter_exit { enter = b.rsi("QQQ", 10):gt(60), exit = b.rsi("QQQ", 10):lt(40),
        inside = b.mixed(b.rsi("SPY", 10), 40, 80, "SPY", "BIL"), outside = "TLT" }]])
  end)

  it("leaves the share of nothing to the rest, and trades at the end of months", function()
    same({ incantation_type = "Weighted", type = "Custom", weights = { 60, 20, 20 }, incantations = {
      ticker "SPY", cjson.null, { incantation_type = "IfElse", condition = above(55),
        then_incantation = ticker "QQQ", else_incantation = cjson.null } } },
      [[b.weighted { { 0.75, "SPY" }, { 0.25, b.when(b.rsi("QQQ", 10):gt(55), "QQQ")
        :otherwise(b.void) } }]], "Monthly", ', rebalance = "monthly_last"')
  end)

  it("ranks with weights, and trades beyond a threshold", function()
    same({ incantation_type = "Filtered", sort_indicator = { type = "Volatility", window = 20 },
      count = 2, bottom = true, weight_type = "Custom", weights = { 70, 30 },
      incantations = { ticker "SPY", ticker "TLT", ticker "GLD" } },
      [[b.bottom(2, b.stdev_return(20), { "SPY", "TLT", "GLD" }, { weights = { 0.7, 0.3 } })]],
      "Threshold", ", rebalance = { corridor = 0.05 }")
  end)

  it("measures its own branches", function()
    same({ incantation_type = "IfElse", then_incantation = ticker "SPY",
      condition = above(50, { lh_ticker_symbol = 'Subspell "Else"' }),
      else_incantation = { incantation_type = "Weighted", type = "Equal",
        incantations = { ticker "TLT", ticker "GLD" } } },
      [[(function() local calm = b.equal { "TLT", "GLD" }
        return b.when(b.rsi(calm, 10):gt(50), "SPY"):otherwise(calm) end)()]])
  end)
end)

describe("an imported flow", function()
  local function flow(period, threshold, variables)
    local list = {
      { id = "s", type = "start", data = { label = "f" } },
      { id = "g", type = "gate", data = { conditions = { { op = "gt", threshold = threshold,
        left = { symbol = "QQQ", type = "RSI", params = { period = period } } } },
        thenTargetId = "a", elseTargetId = "b" } },
      { id = "a", type = "portfolio", data = { items = { { symbol = "TQQQ", weightPct = 100 } } } },
      { id = "b", type = "portfolio", data = { items = { { symbol = "TLT", weightPct = 60 },
        { symbol = "GLD", weightPct = 30 } } } },
    }
    return { variables = variables, flow = { nodes = list, edges = { { from = "s", to = "g" } } } }
  end

  local function plain(period, threshold)
    return run_lua('options = { ema_seed = "talib", empty_filter = "rest" }',
      ([[b.when(b.rsi("QQQ", %d):gt(%d), "TQQQ")
         :otherwise(b.weighted { { 0.6, "TLT" }, { 0.3, "GLD" }, { 0.1, b.void } })]])
        :format(period, threshold))
  end

  it("scales what it holds to the whole", function()
    assert.same(plain(10, 50), run_json(flow("10", "50")))
  end)

  it("has params of its variables, which -p sets", function()
    local declared = flow("$n", "$t", { { name = "n", values = { "10", "20" } },
      { name = "t", values = { "50" } } })
    assert.same(plain(10, 50), run_json(declared))
    assert.same(plain(20, 60), run_json(declared, "-p", "n=20", "-p", "t=60"))
  end)

  it("needs -p for a variable without values", function()
    local path = file("open.json", cjson.encode(flow("$n", 50)))
    local out, err, code = simulated.run { "run", path, "--json" }
    assert.same({ "", 3 }, { out, code })
    assert.truthy(err:find("the variable $n has no value; give it one with -p n=...", 1, true), err)
    assert.same(plain(15, 50), run(path, "-p", "n=15"))
    out, err, code = simulated.run { "run", path, "-p", "n=soon" }
    assert.same({ "", 3 }, { out, code })
    assert.truthy(err:find("the variable $n is 'soon'; it must be a number", 1, true), err)
  end)

  it("keeps nodes that hold more than the whole within it, whatever their variables", function()
    local value = flow("10", 50, { { name = "w", values = { 30, 90 } }, { name = "v", values = { 60 } } })
    local items = value.flow.nodes[4].data.items
    items[1].weightPct, items[2].weightPct = "$w", "$v"
    local function shares(first, second)
      return run_lua('options = { ema_seed = "talib", empty_filter = "rest" }',
        ([[b.when(b.rsi("QQQ", 10):gt(50), "TQQQ")
          :otherwise(b.weighted { { %.17g, "TLT" }, { %.17g, "GLD" } })]]):format(first, second))
    end
    for _, case in ipairs { { 90, 0.6, 0.4 }, { 30, 1 / 3, 2 / 3 } } do
      local wanted = shares(case[2], case[3]).total_return
      local got = run_json(value, "-p", "w=" .. case[1]).total_return
      assert.is_true(math.abs(wanted - got) <= 1e-9 * math.max(1, math.abs(wanted)))
    end
  end)
end)
