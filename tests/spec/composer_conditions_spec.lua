-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local json = require "banyan.json"
local failures = require "spec.failures"
local nodes = require "spec.composer_nodes"

local null = json.null
local asset, leaf, take, refused = nodes.asset, nodes.leaf, nodes.take, nodes.refused
local case, otherwise, flat = nodes.case, nodes.otherwise, nodes.flat

local function when(fields)
  return { step = "if", children = { case(fields), otherwise } }
end

local function condition(fields)
  return take(when(fields)).condition
end

local function condition_refused(reason, fields)
  refused("s.json: root/if/if-child[1]: " .. reason, when(fields))
end

local function compare(comparator, right, left)
  local result = {
    kind = "compare", comparator = comparator,
    left = left or { fn = "rsi", ticker = "SPY", window = 10 },
  }
  result[type(right) == "number" and "threshold" or "right"] = right
  return result
end

describe("composer if", function()
  it("takes conditions, and the if-child's id as theirs", function()
    local node = when(flat { id = "c" })
    node.id = "i"
    local expected = compare("gt", 79)
    expected.id = "c"
    assert.same({ kind = "if", id = "i", condition = expected, yes = leaf "A", no = leaf "B" },
      take(node))
  end)

  it("takes the else branch wherever it stands", function()
    local node = when(flat())
    node.children = { node.children[2], node.children[1] }
    assert.same({ leaf "A", leaf "B" }, { take(node).yes, take(node).no })
  end)

  it("lets the first of several conditions win", function()
    local node = { step = "if", id = "i", children = {
      case(flat { id = "1" }), case(flat { id = "2" }, { asset "C", asset "D" }), otherwise,
    } }
    local result = take(node)
    assert.same({ "i", "1", leaf "A" }, { result.id, result.condition.id, result.yes })
    assert.same({ "if", "i", "2" }, { result.no.kind, result.no.id, result.no.condition.id })
    assert.same({ kind = "weighted", mode = "equal", children = { leaf "C", leaf "D" } },
      result.no.yes)
    assert.same(leaf "B", result.no.no)
  end)

  it("refuses missing, double and empty branches", function()
    local node = { step = "if", children = { case(flat()) } }
    refused("s.json: root/if: it has no else branch; add an if-child with "
      .. "\"is-else-condition?\": true", node)
    node.children = { otherwise }
    refused("s.json: root/if: it has no if-child with a condition; give it one", node)
    node.children = { case(flat()), otherwise, otherwise }
    refused("s.json: root/if: it has two else branches (children 2 and 3); keep one", node)
    node.children = { case(flat()), asset "A" }
    refused("s.json: root/if: child 2 of an if is not an if-child", node)
    node.children = { case(flat { id = "e" }, json.array {}), otherwise }
    refused("s.json: root/if/if-child[1] (id e): it has no children; give it one, or remove it",
      node)
  end)
end)

describe("composer flat conditions", function()
  it("takes windows as number or text in both spellings", function()
    local expected = compare("gt", 79)
    assert.same(expected, condition(flat { ["lhs-fn-params"] = { window = "10" } }))
    assert.same(expected,
      condition(flat { ["lhs-fn-params"] = false, ["lhs-window-days"] = "10" }))
    assert.same(expected, condition(flat { ["lhs-fn-params"] = null, ["lhs-window-days"] = 10 }))
    assert.same(expected, condition(flat { ["lhs-window-days"] = 14 }))
  end)

  it("takes a fixed value when it is marked or reads as a number, whatever stands beside it",
    function()
      local stale = { ["rhs-fn"] = "moving-average-return", ["rhs-window-days"] = "1" }
      assert.same(compare("gt", 79), condition(flat(stale)))
      stale["rhs-fixed-value?"] = false
      assert.same(compare("gt", 79), condition(flat(stale)))
      for text, value in pairs { ["-1"] = -1, ["33.5"] = 33.5, [" 4 "] = 4, ["1e1"] = 10,
        [".5"] = 0.5, ["+2"] = 2 } do
        assert.same(compare("gt", value),
          condition(flat { ["rhs-val"] = text, ["rhs-fixed-value?"] = false }))
      end
      assert.same(compare("gt", 12.25), condition(flat { ["rhs-val"] = 12.25 }))
    end)

  it("takes indicators on the right, of tickers that look like numbers, too", function()
    for _, ticker in ipairs { "NAN", "INF", "0X1F", "nan" } do
      assert.same(compare("gt", { fn = "sma", ticker = ticker, window = 200 }), condition(flat {
        ["rhs-val"] = ticker, ["rhs-fixed-value?"] = false, ["rhs-fn"] = "moving-average-price",
        ["rhs-window-days"] = "200",
      }))
    end
  end)

  it("takes all comparators and indicators", function()
    for _, comparator in ipairs { "gt", "gte", "lt", "lte", "eq" } do
      assert.equal(comparator, condition(flat { comparator = comparator }).comparator)
    end
    local names = {
      ["moving-average-price"] = "sma", ["exponential-moving-average-price"] = "ema",
      ["relative-strength-index"] = "rsi", ["cumulative-return"] = "cumulative_return",
      ["moving-average-return"] = "mean_return", ["standard-deviation-return"] = "stdev_return",
      ["standard-deviation-price"] = "stdev_price", ["max-drawdown"] = "max_drawdown",
    }
    for name, fn in pairs(names) do
      assert.same({ fn = fn, ticker = "SPY", window = 10 },
        condition(flat { ["lhs-fn"] = name }).left)
    end
    assert.same({ fn = "close", ticker = "SPY" },
      condition(flat { ["lhs-fn"] = "current-price" }).left)
    assert.same({ fn = "close", ticker = "SPY" },
      condition(flat { ["lhs-fn"] = "current-price", ["lhs-fn-params"] = false }).left)
    local params = { ["short-window"] = 12, ["long-window"] = "26", ["smooth-window"] = 9 }
    assert.same({ fn = "ppo", ticker = "SPY", window = 12, window2 = 26 }, condition(flat {
      ["lhs-fn"] = "percentage-price-oscillator", ["lhs-fn-params"] = params,
    }).left)
    assert.same({ fn = "ppo_signal", ticker = "SPY", window = 12, window2 = 26, window3 = 9 },
      condition(flat {
        ["lhs-fn"] = "percentage-price-oscillator-signal", ["lhs-fn-params"] = params,
      }).left)
    assert.same({ fn = "macd", ticker = "SPY", window = 12, window2 = 26, window3 = 9 },
      condition(flat {
        ["lhs-fn"] = "moving-average-convergence-divergence", ["lhs-fn-params"] = params,
      }).left)
    assert.same({ fn = "macd_signal", ticker = "SPY", window = 12, window2 = 26, window3 = 9 },
      condition(flat {
        ["lhs-fn"] = "moving-average-convergence-divergence-signal", ["lhs-fn-params"] = params,
      }).left)
  end)

  it("refuses what it cannot take", function()
    condition_refused("rhs-val is 'NAN'; a fixed value must be a number",
      flat { ["rhs-val"] = "NAN" })
    condition_refused("rhs-val is '0x10'; a fixed value must be a number",
      flat { ["rhs-val"] = "0x10" })
    condition_refused("rhs-val is '1e999'; a fixed value must be a number",
      flat { ["rhs-val"] = "1e999", ["rhs-fixed-value?"] = false })
    condition_refused("the comparator is 'near'; it must be gt, gte, lt, lte or eq",
      flat { comparator = "near" })
    condition_refused("the comparator is 'missing'; it must be gt, gte, lt, lte or eq",
      flat { comparator = false })
    condition_refused("lhs: it has no ticker; name one", flat { ["lhs-val"] = false })
    condition_refused("lhs: indicator relative-strength-index: it has no window; give it the "
      .. "number of days", flat { ["lhs-fn-params"] = json.object {} })
    for _, window in ipairs { 0, -3, 1.5, "ten", "0x10", 100001, "1e9" } do
      condition_refused(("lhs: indicator relative-strength-index: window is '%s'; it must be a "
        .. "whole number of days from 1 to 100000"):format(window),
        flat { ["lhs-fn-params"] = { window = window } })
    end
    condition_refused("lhs: indicator percentage-price-oscillator: it has no long-window; give it "
      .. "the number of days", flat {
        ["lhs-fn"] = "percentage-price-oscillator", ["lhs-fn-params"] = { ["short-window"] = 3 },
      })
    failures.mentions({ "root/if/if-child[1]: rhs: unknown indicator 'upper-bollinger'" }, condition,
      flat { ["rhs-fixed-value?"] = false, ["rhs-val"] = "SPY", ["rhs-fn"] = "upper-bollinger" })
    failures.mentions({ "lhs: it has no indicator function; it takes one of cumulative-return" },
      condition, { id = "x", ["lhs-val"] = "SPY" })
    condition_refused("it has no condition; give it one, or \"is-else-condition?\": true", {})
    condition_refused("the comparator is '{...}'; it must be gt, gte, lt, lte or eq",
      flat { comparator = json.object {} })
  end)
end)

describe("composer condition objects", function()
  local function binary(fields)
    local result = {
      ["condition-type"] = "binary", comparator = "lt",
      lhs = { fn = "relative-strength-index", ticker = "QQQ", params = { window = 10 } },
      rhs = { constant = 31 },
    }
    for key, value in pairs(fields or {}) do result[key] = value or nil end
    return result
  end

  local function refused_in(path, reason, fields)
    refused("s.json: root/if/if-child[1]/" .. path .. " (id c): " .. reason,
      when { id = "c", condition = fields })
  end

  local left = { fn = "rsi", ticker = "QQQ", window = 10 }

  it("wins over flat fields", function()
    assert.same(compare("lt", 31, left), condition(flat { condition = binary() }))
    assert.same(compare("gt", 79), condition(flat { condition = null }))
  end)

  it("takes constants and indicators", function()
    assert.same(compare("lt", 31.5, left),
      condition { condition = binary { rhs = { constant = "31.5" } } })
    local sma = { fn = "moving-average-price", ticker = "SPY", params = { window = "200" } }
    assert.same(compare("lt", { fn = "sma", ticker = "SPY", window = 200 }, left),
      condition { condition = binary { rhs = sma } })
  end)

  it("takes compounds within compounds", function()
    local inner = { ["condition-type"] = "compound", operator = "all", conditions = { binary() } }
    local outer = {
      ["condition-type"] = "compound", operator = "any", conditions = { binary(), inner },
    }
    local simple = compare("lt", 31, left)
    assert.same({ kind = "any", id = "c", conditions = {
      simple, { kind = "all", conditions = { simple } },
    } }, condition { id = "c", condition = outer })
  end)

  it("puts each ticker in the place of %", function()
    local percent = { fn = "relative-strength-index", ticker = "%", params = { window = 10 } }
    local object = binary {
      ["condition-type"] = "binary-compound", tickers = { "A", "B" }, operator = "any",
      lhs = percent,
    }
    assert.same({ kind = "any", conditions = {
      compare("lt", 31, { fn = "rsi", ticker = "A", window = 10 }),
      compare("lt", 31, { fn = "rsi", ticker = "B", window = 10 }),
    } }, condition { condition = object })
    refused_in("binary", "lhs: the ticker % needs a list of tickers", binary { lhs = percent })
    object.tickers = json.array {}
    refused_in("binary-compound", "the condition has no list of tickers", object)
    object.tickers = { 5 }
    refused_in("binary-compound", "lhs: it has no ticker; name one", object)
  end)

  it("refuses what it cannot take", function()
    condition_refused("the condition has no condition object", { condition = "x" })
    refused_in("?", "unknown condition-type 'missing'; banyan knows binary, compound and "
      .. "binary-compound", json.object {})
    refused_in("binary", "the condition has no lhs object", binary { lhs = false })
    refused_in("binary", "the condition has no rhs object", binary { rhs = 3 })
    refused_in("binary", "rhs: the constant 'NaN' is not a number",
      binary { rhs = { constant = "NaN" } })
    local function compound(operator, ...)
      return {
        ["condition-type"] = "compound", operator = operator, conditions = json.array { ... },
      }
    end
    refused_in("compound", "the operator is 'xor'; it must be all or any",
      compound("xor", binary()))
    refused_in("compound", "the condition has no list of conditions", compound("all"))
    refused_in("compound", "the condition has no inner object", compound("any", "x"))
    refused_in("compound/compound[2]/binary[1]", "the comparator is 'missing'; it must be gt, "
      .. "gte, lt, lte or eq",
      compound("any", binary(), compound("all", binary { comparator = false })))
    local deep = binary()
    for _ = 1, 100 do deep = compound("all", deep) end
    failures.mentions({ "conditions are nested deeper than 100 levels" },
      condition, { condition = deep })
  end)
end)
