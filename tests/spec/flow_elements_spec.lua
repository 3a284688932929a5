-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local import = require "banyan.import"
local json = require "banyan.json"
local failures = require "spec.failures"
local flows = require "spec.flows"

local null = json.null
local void = { kind = "void" }
local with, import_of, refused = flows.with, flows.import_of, flows.refused

describe("a flow of elements", function()
  local function ticker(symbol, weight)
    return { id = "t" .. symbol, type = "ticker", ticker = symbol, weight = weight or 0 }
  end

  local function condition(changes)
    return with({ ticker = "SPY", indicator = "RSI", params = { period = "10" }, period = "10",
      operator = "gt", compareTo = "threshold", threshold = "70" }, changes)
  end

  local function gate(changes)
    return with({ id = "g", type = "gate", name = "", weight = 100, conditionMode = "if",
      conditions = { condition() }, thenChildren = { ticker "A" }, elseChildren = { ticker "B" } },
      changes)
  end

  local function take(...)
    return import_of(json.array { ... }).root
  end

  local function element_refused(message, ...)
    refused(message, json.array { ... })
  end

  local rsi = { fn = "rsi", ticker = "SPY", window = 10 }
  local hot = { kind = "compare", comparator = "gt", left = rsi, threshold = 70 }
  local a, b = { kind = "asset", id = "tA", ticker = "A" }, { kind = "asset", id = "tB", ticker = "B" }

  it("is found as a list, or under elements", function()
    local expected = { kind = "if", id = "g", condition = hot, yes = a, no = b }
    assert.same(expected, take(gate()))
    for _, value in ipairs {
      { name = "N", elements = { gate() } }, { name = "N", flowData = { elements = { gate() } } },
      { name = "N", flow = { gate() } },
    } do
      local strategy = import_of(value)
      assert.same({ "N", expected }, { strategy.name, strategy.root })
    end
  end)

  it("shares out by the weights of several elements", function()
    assert.same({ kind = "weighted", mode = "specified", weights = { 0.75, 0.25 },
      children = { a, b } }, take(ticker("A", 75), ticker("B", "25")))
    assert.same({ 0.5, 0.5 }, take(ticker "A", ticker "B").weights)
    local node = take(gate { thenChildren = { ticker("A", 60), ticker("B", 30) } })
    assert.same({ kind = "settle", child = { kind = "weighted", mode = "specified",
      weights = { 0.6, 0.3, 0.1 }, children = { a, b, void } } }, node.yes)
  end)

  it("weighs equally or as defined, and turns names into groups", function()
    local source = { id = "w", type = "weight", name = "Mix", weight = 100, weightMode = "equal",
      children = { ticker("A", 5), ticker("B", 95) } }
    assert.same({ kind = "group", name = "Mix", child = { kind = "weighted", mode = "equal", id = "w",
      children = { a, b } } }, take(source))
    source.weightMode = "defined"
    assert.same({ 0.05, 0.95 }, take(source).child.weights)
    source.children = json.array {}
    assert.equal("void", take(source).child.kind)
  end)

  it("has gates of one, all, any or none of their conditions", function()
    local cold = { kind = "compare", comparator = "lte", left = rsi, threshold = 30 }
    local both = { condition(), condition { operator = "lte", compareTo = "value", threshold = 30 } }
    assert.same(hot, take(gate { conditions = both }).condition)
    for mode, kind in pairs { if_all = "all", if_any = "any", if_none = "none" } do
      assert.same({ kind = kind, conditions = { hot, cold } },
        take(gate { conditions = both, conditionMode = mode }).condition)
    end
    assert.same(hot, take(gate { conditions = json.array {}, condition = condition() }).condition)
    assert.same({ void, b }, (function()
      local node = take(gate { thenChildren = json.array {} })
      return { node.yes, node.no }
    end)())
  end)

  it("compares as named, also for what is not equal", function()
    for operator, comparator in pairs { gt = "gt", gte = "gte", lt = "lt", lte = "lte", eq = "eq" } do
      assert.equal(comparator,
        take(gate { conditions = { condition { operator = operator } } }).condition.comparator)
    end
    assert.same({ kind = "none", conditions = { with({ comparator = "eq" },
      { kind = "compare", left = rsi, threshold = 70 }) } },
      take(gate { conditions = { condition { operator = "neq" } } }).condition)
  end)

  it("compares indicators, with params or an old period", function()
    local right = { compareTo = "indicator", rightTicker = "QQQ", rightIndicator = "SMA" }
    local wanted = { fn = "sma", ticker = "QQQ", window = 20 }
    assert.same(wanted, take(gate { conditions = { condition(with({ rightParams = { period = "20" } },
      right)) } }).condition.right)
    assert.same(wanted, take(gate { conditions = { condition(with({ rightPeriod = "20" }, right)) } })
      .condition.right)
  end)

  local function scale(changes)
    return { id = "m", type = "scale", name = "", weight = 100, fromChildren = { ticker "A" },
      toChildren = { ticker "B" }, config = with({ ticker = "SPY", indicator = "RSI",
        params = { period = "10" }, rangeMin = "30", rangeMax = "70" }, changes) }
  end

  it("mixes by a scale", function()
    assert.same({ kind = "mixed", id = "m", indicator = rsi, low = 30, high = 70, from = a, to = b },
      take(scale()))
    assert.same({ kind = "mixed", id = "m", indicator = rsi, low = 10, high = 30, from = b, to = a },
      take(scale { rangeMax = 10 }))
    element_refused("root/scale (id m): rangeMin is 'x'; it must be a number", scale { rangeMin = "x" })
  end)

  local function sort(changes)
    return with({ id = "f", type = "sort", name = "", weight = 100, direction = "bottom", count = "1",
      indicator = "RSI", params = { period = "10" }, children = { ticker "A", gate() } }, changes)
  end

  it("sorts", function()
    local node = take(sort())
    assert.same({ "filter", "f", true, 1, { fn = "rsi", window = 10 } },
      { node.kind, node.id, node.bottom, node.count, node.indicator })
    assert.same({ a, "if" }, { node.children[1], node.children[2].kind })
    element_refused("root/sort (id f): sort: BBANDS_UPPER is made of several indicators, which a sort "
      .. "cannot rank by", sort { indicator = "BBANDS_UPPER" })
    element_refused("root/sort (id f): direction is 'up'; it must be top or bottom",
      sort { direction = "up" })
    element_refused("root/sort (id f): count is '0'; it must be a whole number from 1 to 1000000",
      sort { count = 0 })
  end)

  it("has variables everywhere a value stands", function()
    local source = { variables = { { name = "n", values = { "1", "2" } }, { name = "w", values = { 5 } },
      { name = "low", values = { 20 } }, { name = "who", values = { "C" } } },
      elements = { ticker("$who", 50), sort { weight = "50", count = "$n", children = { scale {
        params = { period = "$w" }, rangeMin = "$low" } } } } }
    local node = import_of(source).root
    local filter = node.children[2]
    assert.same({ "who", "n", "w", "low" }, { node.children[1].ticker.name, filter.count.name,
      filter.children[1].indicator.window.name, filter.children[1].low.name })
  end)

  it("is refused where it is broken", function()
    element_refused("root/ladder (id x): unknown element type 'ladder'; banyan knows ticker, weight, "
      .. "gate, scale and sort", { type = "ladder", id = "x" })
    element_refused("root/gate (id g): the gate has no conditions; give it one",
      gate { conditions = json.array {} })
    element_refused("root/gate (id g): conditionMode is 'if_most'; it must be if, if_all, if_any or "
      .. "if_none", gate { conditionMode = "if_most" })
    element_refused("root/gate/condition[1] (id g): the operator is 'near'; it must be gt, gte, lt, "
      .. "lte, eq or neq", gate { conditions = { condition { operator = "near" } } })
    element_refused("root/gate/condition[1] (id g): compareTo is 'missing'; it must be value, "
      .. "threshold or indicator", gate { conditions = { condition { compareTo = null } } })
    element_refused("root/gate/ticker[thenChildren] (id tA): it has no ticker; name one",
      gate { thenChildren = { { id = "tA", type = "ticker" } } })
    element_refused("root/weight (id w): weightMode is 'free'; it must be equal or defined",
      { id = "w", type = "weight", weightMode = "free", children = { ticker "A" } })
    element_refused("root/gate (id g): the weight of element 2 is 'missing'; it must be a number of "
      .. "percent from 0 on", gate { thenChildren = { ticker("A", 50), { type = "ticker" } } })
    element_refused("root/gate (id g): element 2 must be an object, not '5'",
      gate { elseChildren = { ticker("A", 1), 5 } })
  end)

  it("may be 1000 levels deep", function()
    local function chain(levels)
      return ('[{"type":"weight","weightMode":"equal","children":'):rep(levels)
        .. '[{"type":"ticker","ticker":"A"}]' .. ("}]"):rep(levels)
    end
    assert.equal("weighted", import.text(chain(999), "f").root.kind)
    failures.mentions({ "the tree is deeper than 1000 levels" }, import.text, chain(1000), "f")
  end)
end)
