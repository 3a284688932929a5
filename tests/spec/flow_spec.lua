-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local import = require "banyan.import"
local json = require "banyan.json"
local param_of = require "banyan.param"
local failures = require "spec.failures"
local flows = require "spec.flows"

local null = json.null
local void = { kind = "void" }
local with, import_of, refused = flows.with, flows.import_of, flows.refused

local function leaf(symbol)
  return { kind = "asset", ticker = symbol }
end

-- The weights of a node, with the params in it at `value`.
local function weights_at(node, value)
  local weights = {}
  for i, weight in ipairs(node.weights) do
    weights[i] = param_of.is_bound(weight) and weight.map(value) or weight
  end
  return weights
end

describe("a flow graph", function()
  local function side(symbol, kind, params)
    return { symbol = symbol, type = kind, params = params }
  end

  -- rsi(SPY, 10) > 70.
  local function test(changes)
    return with({ left = side("SPY", "RSI", { timeperiod = 10 }), op = "gt", threshold = 70 },
      changes)
  end

  local function node(id, kind, data)
    return { id = id, type = kind, data = data or json.object {} }
  end

  local function gate(changes, conditions)
    return node("g", "gate", with({ label = "Gate", conditions = conditions or { test() },
      thenTargetId = "a", elseTargetId = "b" }, changes))
  end

  local function portfolio(id, ...)
    return node(id, "portfolio", { items = json.array { ... } })
  end

  local function all(symbol)
    return { symbol = symbol, weightPct = 100 }
  end

  local function graph(nodes, changes)
    local list = { node("s", "start", { label = "First" }) }
    for _, each in ipairs(nodes) do list[#list + 1] = each end
    return with({ nodes = list, edges = { { from = "s", to = nodes[1].id } },
      globals = { benchmarkSymbol = "SPY", start = "max", ["end"] = "2024-12-31" } }, changes)
  end

  local function simple(changes, conditions)
    return graph { gate(changes, conditions), portfolio("a", all "QQQ"), portfolio("b", all "tlt") }
  end

  local function take(value)
    local root = import_of(value).root
    assert.same({ "group", "First" }, { root.kind, root.name })
    return root.child
  end

  local rsi = { fn = "rsi", ticker = "SPY", window = 10 }
  local expected = {
    kind = "if", id = "g", yes = leaf "QQQ", no = leaf "TLT",
    condition = { kind = "compare", comparator = "gt", left = rsi, threshold = 70 },
  }

  it("is found bare or wrapped, and named by what there is", function()
    local bare = import_of(simple())
    assert.same({ kind = "group", name = "First", child = expected }, bare.root)
    assert.same({ "First", "", "daily" }, { bare.name, bare.description, bare.rebalance })
    assert.same({ ema_seed = "talib", empty_filter = "rest" }, bare.options)
    local wrapped = import_of { id = "1", name = "Deployed", flowData = simple() }
    assert.same({ "Deployed", bare.root }, { wrapped.name, wrapped.root })
    local batch = import_of { jobName = "Batch", variables = json.array {}, flow = simple() }
    assert.same({ "Batch", bare.root }, { batch.name, batch.root })
  end)

  it("follows the ids of a gate, else its edges", function()
    local value = simple { thenTargetId = null, elseTargetId = null }
    value.edges = { { from = "g", to = "b", label = "else" }, { from = "g", to = "a", label = "then" },
      { from = "s", to = "g" } }
    assert.same(expected, take(value))
    value.edges = { { source = "s", target = "g" } }
    local nowhere = take(value)
    assert.same({ void, void }, { nowhere.yes, nowhere.no })
  end)

  it("looks at the first condition only", function()
    assert.same(expected, take(simple(nil, { test(), { nonsense = true } })))
  end)

  it("prefers an indicator on the right", function()
    local right = { rightIndicator = side("GLD", "SMA", { period = "20" }) }
    local condition = take(simple(nil, { test(right) })).condition
    assert.same({ kind = "compare", comparator = "gt", left = rsi,
      right = { fn = "sma", ticker = "GLD", window = 20 } }, condition)
    assert.equal(-1.5,
      take(simple(nil, { test { op = "lt", threshold = "-1.5" } })).condition.threshold)
  end)

  it("turns labels into groups, and shares nodes that two gates lead to", function()
    local second = gate({ label = "Second", thenTargetId = "b", elseTargetId = "a" })
    second.id = "h"
    local value = graph { gate { thenTargetId = "h", elseTargetId = "b" }, second,
      node("a", "portfolio", { label = "Risk on", items = { all "QQQ" } }), portfolio("b", all "TLT") }
    local root = take(value)
    assert.same({ "group", "Second" }, { root.yes.kind, root.yes.name })
    assert.equal(root.no, root.yes.child.yes)
    assert.same({ kind = "group", name = "Risk on", child = leaf "QQQ" }, root.yes.child.no)
  end)

  it("weighs portfolios and nodes in percent", function()
    local value = graph { node("w", "weights", { children = {
      { id = "a", weightPct = 75 }, { id = "b", weightPct = "25" } } }),
      portfolio("a", { symbol = "A", weightPct = 50 }, { symbol = "B", weightPct = 50 }),
      portfolio("b", all "C") }
    assert.same({ kind = "weighted", mode = "specified", id = "w", weights = { 0.75, 0.25 },
      children = { { kind = "weighted", mode = "specified", id = "a", weights = { 0.5, 0.5 },
        children = { leaf "A", leaf "B" } }, leaf "C" } }, take(value))
  end)

  it("leaves to the rest what weights leave, and scales down what is too much", function()
    local function weigh(...)
      return take(graph { portfolio("a", ...) })
    end
    local node_of = weigh({ symbol = "A", weightPct = 50 }, { symbol = "B", weightPct = 20 })
    assert.same({ { 0.5, 0.2, 0.3 }, void }, { node_of.weights, node_of.children[3] })
    assert.same({ 0.75, 0.25 },
      weigh({ symbol = "A", weightPct = 150 }, { symbol = "B", weightPct = 50 }).weights)
    assert.equal("void", weigh({ symbol = "A", weightPct = 0 }).kind)
    assert.equal("void", weigh().kind)
  end)

  it("is refused where it is broken", function()
    local value = simple()
    value.edges[1].to = "z"
    refused("root/First (id s): it leads to 'z', which is no node", value)
    value = graph { gate { thenTargetId = "g" } , portfolio("b", all "A") }
    refused("root/First/Gate (id g): it leads back to 'g'; a flow cannot go round", value)
    refused("root/First/Gate (id g): the gate has no condition; give it one",
      simple(nil, json.array {}))
    refused("root/First/Gate/condition (id g): op is 'gte'; it must be gt or lt",
      simple(nil, { test { op = "gte" } }))
    refused("root/First/Gate/condition (id g): the threshold is 'missing'; it must be a number",
      simple(nil, { test { threshold = null } }))
    refused("root/First/Gate/condition (id g): it has no left indicator",
      simple(nil, { test { left = null } }))
    refused("root/First/portfolio (id a): item 1: it has no ticker; name one",
      graph { portfolio("a", { weightPct = 100 }) })
    refused("root/First/portfolio (id a): weight 1 is '-5'; it must be a number of percent from 0 on",
      graph { portfolio("a", { symbol = "A", weightPct = -5 }) })
    refused("root/First/loop (id a): unknown node type 'loop'; banyan knows start, gate, weights and "
      .. "portfolio", graph { node("a", "loop") })
    refused("root: there is no node of the type start; add one",
      { nodes = { portfolio("a", all "A") } })
    refused("root: two nodes have the id 'a'",
      graph { portfolio("a", all "A"), portfolio("a", all "A") })
    refused("root: node 2 has no id; give it one", graph { { type = "gate", id = 5 } })
  end)

  it("may be 1000 levels deep, also by nodes that are shared", function()
    local function chain(count)
      local nodes = {}
      for i = 1, count do
        nodes[i] = gate { thenTargetId = "g" .. i + 1, elseTargetId = "g" .. math.min(i + 2, count + 1) }
        nodes[i].id = "g" .. i
      end
      nodes[count + 1] = portfolio("g" .. count + 1, all "A")
      return graph(nodes, { edges = { { from = "s", to = "g1" } } })
    end
    assert.equal("if", take(chain(900)).kind)
    failures.mentions({ "the tree is deeper than 1000 levels" }, import.text,
      json.encode(chain(1000)), "f.json")
  end)

  describe("measures", function()
    local function left(kind, params)
      return take(simple(nil, { test { left = side("SPY", kind, params) } })).condition.left
    end
    local function measured(fn, window, window2, window3)
      return { fn = fn, ticker = "SPY", window = window, window2 = window2, window3 = window3 }
    end

    it("TA-Lib's indicators", function()
      for kind, fn in pairs { RSI = "rsi", SMA = "sma", EMA = "ema", ATR = "atr", ADX = "adx",
        MFI = "mfi", AROONOSC = "aroon", AROON_UP = "aroon_up", AROON_DOWN = "aroon_down" } do
        assert.same(measured(fn, 7), left(kind, { period = "7" }))
        assert.same(measured(fn, 7), left(kind:lower(), { timeperiod = 7 }))
      end
      assert.same(measured "close", left "CURRENT_PRICE")
      assert.same(measured "obv", left "OBV")
      assert.same(measured("stochastic_k", 14, 3, 3), left "STOCH_K")
      assert.same(measured("stochastic_k", 5, 2, 4),
        left("STOCH_K", { fastk_period = 5, slowk_period = 2, slowd_period = 4 }))
    end)

    it("convergence with 12, 26 and 9 unless told otherwise", function()
      assert.same(measured("macd", 12, 26, 9), left "MACD_LINE")
      assert.same(measured("macd_signal", 3, 7, 2),
        left("MACD_SIGNAL", { fastperiod = "3", slowperiod = "7", signalperiod = "2" }))
      assert.same(measured("macd_histogram", 12, 26, 9), left "MACD_HIST")
      assert.same(measured("macd_histogram", 12, 26, 9), left "MACD")
    end)

    it("the PPO of simple averages, or of exponential ones", function()
      local slow = measured("sma", 26)
      local line = { op = "divide", factor = 100, right = slow,
        left = { op = "subtract", left = measured("sma", 12), right = slow } }
      local signal = { fn = "ema", over = line, window = 9 }
      assert.same(line, left "PPO")
      assert.same(line, left "PPO_LINE")
      assert.same(signal, left "PPO_SIGNAL")
      assert.same({ op = "subtract", left = line, right = signal }, left "PPO_HIST")
      assert.same(measured("ppo", 12, 26), left("PPO", { matype = "1" }))
    end)

    it("Bollinger's bands by the population's deviation", function()
      local middle = measured("sma", 20)
      local deviation = with(measured("stdev_price", 20), { ddof = 0, factor = 2 })
      assert.same(middle, left "BBANDS_MIDDLE")
      assert.same({ op = "add", left = middle, right = deviation }, left "BBANDS_UPPER")
      deviation.factor = 1.5
      assert.same({ op = "subtract", left = middle, right = deviation },
        left("BBANDS_LOWER", { nbdevdn = "1.5" }))
    end)

    it("nothing that it does not know", function()
      local place = "root/First/Gate/condition (id g): left: "
      local function left_refused(reason, kind, params)
        refused(place .. reason, simple(nil, { test { left = side("SPY", kind, params) } }))
      end
      left_refused("it has no period; give it the number of days", "RSI")
      left_refused("period is '0'; it must be a whole number of days from 1 to 100000", "RSI",
        { period = 0 })
      left_refused("matype is '4'; banyan knows 0 (simple) and 1 (exponential)", "PPO",
        { matype = 4 })
      left_refused("matype is '1'; banyan knows 0 (simple)", "BBANDS_UPPER", { matype = 1 })
      left_refused("fastperiod is 30 and slowperiod 26; the fast one must be the shorter", "MACD",
        { fastperiod = 30 })
      left_refused("nbdevup is 'two'; it must be a number", "BBANDS_UPPER", { nbdevup = "two" })
      failures.mentions({ place .. "unknown indicator 'WMA'; banyan knows ADX, " }, import.text,
        json.encode(simple(nil, { test { left = side("SPY", "WMA") } })), "f.json")
    end)
  end)

  describe("has variables that", function()
    local function varied(variables, changes)
      return { jobName = "V", variables = variables, flow = simple(nil, { test(changes) }) }
    end
    local by_period = { left = side(" $Symbol ", "RSI", { period = "$PERIOD" }), threshold = "$t" }

    it("are params with the values that the file lists", function()
      local root = import_of(varied({
        { name = "period", values = { "5", "10", 10, "20" } }, { name = "$symbol", values = { "QQQ", "SPY" } },
        { name = "t", values = { "70.5" } },
      }, by_period)).root
      local condition = root.child.condition
      local window, ticker = condition.left.window, condition.left.ticker
      assert.same({ "period", 5, { 5, 10, 20 } }, { window.name, window.default, window.values })
      assert.same({ "symbol", "QQQ", { "QQQ", "SPY" } }, { ticker.name, ticker.default, ticker.values })
      assert.equal(70.5, condition.threshold.default)
    end)

    it("have no value unless they get one when the file lists none", function()
      local root = import_of(varied(json.array {}, by_period)).root
      local left = root.child.condition.left
      assert.same({ 12, "IWM" }, { left.window.map "12", left.ticker.map "IWM" })
      failures.refuses("f.json: the variable $PERIOD has no value; give it one with -p PERIOD=..., or "
        .. "list its values under \"variables\"", left.window.map, left.window.param.default)
      failures.refuses("f.json: the variable $PERIOD is 'ten'; it must be a number", left.window.map,
        "ten")
      failures.mentions({ "the variable $Symbol has no value" }, left.ticker.map, "$Symbol")
    end)

    local function items(...)
      return graph { portfolio("a", ...) }
    end

    it("are weights, each beside what it leaves of its most", function()
      local value = items({ symbol = "A", weightPct = "$w" }, { symbol = "B", weightPct = 40 })
      value.variables = { { name = "w", values = { 10, 60 } } }
      local node_of = take(value)
      assert.same({ 0.6, 0.4 }, node_of.weights)
      assert.same({ leaf "A", void }, node_of.children[1].children)
      assert.same({ 10 / 60, 1 - 10 / 60 }, weights_at(node_of.children[1], 10))
      assert.same({ 1, 0 }, weights_at(node_of.children[1], 60))
      assert.same(leaf "B", node_of.children[2])
    end)

    it("are weights above 100 %, too, scaled down by the most that they can be", function()
      local value = items({ symbol = "A", weightPct = "$w" }, { symbol = "B", weightPct = "$v" })
      value.variables = { { name = "w", values = { 30, 150 } }, { name = "v", values = { 0, 50 } } }
      local node_of = take(value)
      assert.same({ 0.75, 0.25 }, node_of.weights)
      assert.same({ 0.2, 0.8 }, weights_at(node_of.children[1], 30))
      assert.same({ 0, 1 }, weights_at(node_of.children[2], 0))
    end)

    it("are weights without values, of up to 100 %", function()
      local node_of = take(items { symbol = "A", weightPct = "$w" })
      assert.same({ { 1 }, { 0.25, 0.75 } },
        { node_of.weights, weights_at(node_of.children[1], "25") })
    end)

    it("cannot make weights of one of several be above 100 %", function()
      local value = graph { node("w", "weights", { children = { { id = "a", weightPct = 50 },
        { id = "b", weightPct = 50 } } }), portfolio("a", { symbol = "A", weightPct = "$w" },
        { symbol = "B", weightPct = 60 }), portfolio("b", all "C") }
      value.variables = { { name = "w", values = { 10, 60 } } }
      refused("root/First/weights/portfolio (id a): its weights can sum to 120 %, as $w varies, and "
        .. "it is itself one of several; keep the sum within 100 %", value)
      value.variables[1].values[2] = 40
      assert.same({ 0.4, 0.6 }, take(value).children[1].weights)
    end)

    it("are refused when they cannot be params", function()
      refused("root/First/Gate/condition (id g): the variable '$a-b' must be named by letters, digits "
        .. "and _, beginning with a letter", varied(json.array {}, { threshold = "$a-b" }))
      refused("root/First/Gate/condition (id g): the variable $t has values that are no numbers, and a "
        .. "number is needed here", varied({ { name = "t", values = { 1, "x" } } }, { threshold = "$t" }))
      local value = items { symbol = "A", weightPct = "$w" }
      value.variables = { { name = "w", values = { -1 } } }
      refused("root/First/portfolio (id a): the weight $w can be -1; weights cannot be negative", value)
      refused("root: there are two variables T; keep one",
        varied({ { name = "t", values = { 1 } }, { name = "T", values = { 2 } } }))
      refused("root: a variable has no name; give it one", varied { { values = { 1 } } })
      refused("root: variable t: value 1 is '{...}'; it must be a number or a text",
        varied { { name = "t", values = { { 1 } } } })
    end)
  end)
end)
