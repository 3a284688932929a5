-- SPDX-License-Identifier: MIT
-- What every imported strategy keeps to, whatever its source: for specs and the fuzzer.
local is_bound = require("banyan.param").is_bound

local M = {}

local window_counts = {
  close = 0, sma = 1, ema = 1, rsi = 1, cumulative_return = 1, mean_return = 1, stdev_return = 1,
  stdev_price = 1, max_drawdown = 1, ppo = 2, ppo_signal = 3, ppo_histogram = 3, macd = 3,
  macd_signal = 3, macd_histogram = 3, month = 0, percentile = 1, stochastic = 1, drawdown = 0,
  momentum_13612w = 0, momentum_13612u = 0, momentum_sma12 = 0, ultimate_smoother = 1,
  aroon_up = 1, aroon_down = 1, aroon = 1, trend_clarity = 1, atr = 1, adx = 1, mfi = 1, obv = 0,
  stochastic_k = 3,
}
local comparators = { gt = true, gte = true, lt = true, lte = true, eq = true }
local operators = { add = true, subtract = true, multiply = true, divide = true }
local rebalances = {
  daily = true, weekly = true, monthly = true, quarterly = true, yearly = true, none = true,
  weekly_last = true, monthly_last = true, quarterly_last = true, yearly_last = true,
}

-- What is bound to a param is checked when it has a value.
local function check_whole(value, limit, least)
  if is_bound(value) then return end
  assert(type(value) == "number" and value % 1 == 0 and value >= (least or 1) and value <= limit)
end

local function check_number(value)
  assert(is_bound(value) or type(value) == "number" and value - value == 0)
end

local function check_ticker(value)
  assert(is_bound(value) or type(value) == "string" and #value > 0 and #value <= 64)
end

local check_node

local function check_series(series, is_template)
  check_whole(series.days_ago or 0, 100000, 0)
  check_number(series.factor or 1)
  check_number(series.offset or 0)
  if series.op then
    assert(operators[series.op] and not is_template)
    check_series(series.left)
    return check_series(series.right)
  end
  for i, name in ipairs { "window", "window2", "window3" } do
    if i <= window_counts[series.fn] then
      check_whole(series[name], 100000)
    else
      assert(series[name] == nil)
    end
  end
  local sources = (series.ticker and 1 or 0) + (series.of and 1 or 0) + (series.over and 1 or 0)
  assert(sources == ((is_template or series.fn == "month") and 0 or 1))
  if series.ticker then check_ticker(series.ticker) end
  if series.over then check_series(series.over) end
  if series.of then check_node(series.of, 1) end
end

local function check_condition(condition, level)
  assert(level <= 200)
  check_whole(condition.for_days or 1, 100000)
  if condition.kind ~= "compare" then
    assert(condition.kind == "all" or condition.kind == "any" or condition.kind == "none")
    assert(#condition.conditions > 0)
    for _, inner in ipairs(condition.conditions) do check_condition(inner, level + 1) end
    return
  end
  assert(comparators[condition.comparator])
  check_series(condition.left)
  assert((condition.right == nil) ~= (condition.threshold == nil))
  if condition.right then check_series(condition.right) else check_number(condition.threshold) end
end

local function check_weights(weights, count)
  local sum = 0
  assert(#weights == count)
  for _, weight in ipairs(weights) do
    if is_bound(weight) then return end
    assert(weight >= 0)
    sum = sum + weight
  end
  assert(sum <= 1 + 1e-9)
end

local checks = {}

function checks.cash()
  return {}
end

function checks.void()
  return {}
end

function checks.asset(node)
  check_ticker(node.ticker)
  return {}
end

function checks.weighted(node)
  assert(node.mode == "equal" and node.weights == nil or node.mode == "specified")
  if node.mode == "specified" then check_weights(node.weights, #node.children) end
  assert(#node.children > 0)
  return node.children
end

function checks.inverse_vol(node)
  check_whole(node.window, 100000)
  assert(#node.children > 0)
  return node.children
end

checks["if"] = function(node)
  check_condition(node.condition, 1)
  return { assert(node.yes), assert(node.no) }
end

function checks.filter(node)
  check_series(node.indicator, true)
  assert(type(node.bottom) == "boolean")
  check_whole(node.count, 1000000)
  assert(#node.children > 0)
  assert((node.weighting == "rank") == (node.weights ~= nil))
  assert((node.weighting == "inverse_vol") == (node.window ~= nil))
  if node.weights then assert(#node.weights == math.min(node.count, #node.children)) end
  return node.children
end

function checks.settle(node)
  return { assert(node.child) }
end

function checks.group(node)
  assert(type(node.name) == "string")
  return { assert(node.child) }
end

function checks.mixed(node)
  check_series(node.indicator)
  check_number(node.low)
  check_number(node.high)
  assert(is_bound(node.low) or is_bound(node.high) or node.low <= node.high)
  return { assert(node.from), assert(node.to) }
end

function checks.switch(node)
  assert(#node.conditions > 0 and #node.cases == #node.conditions + 1)
  for _, condition in ipairs(node.conditions) do check_condition(condition, 1) end
  return node.cases
end

function checks.enter_exit(node)
  check_condition(node.enter, 1)
  check_condition(node.exit, 1)
  return { assert(node.inside), assert(node.outside) }
end

local seen -- nodes that are checked, as trees may share them

function check_node(node, level)
  if seen[node] then return end
  seen[node] = true
  assert(level <= 1000 and (node.id == nil or type(node.id) == "string"))
  for _, child in ipairs(checks[node.kind](node)) do check_node(child, level + 1) end
end

--- Raises an error when a strategy is not what import.text promises.
---@param strategy banyan.import.strategy
function M.check(strategy)
  assert(type(strategy.name) == "string" and type(strategy.description) == "string")
  assert(rebalances[strategy.rebalance])
  local corridor = strategy.corridor
  assert(corridor == nil or strategy.rebalance == "none" and corridor >= 0 and corridor <= 1)
  local slippage = strategy.costs and strategy.costs.slippage or 0
  assert(slippage >= 0 and slippage <= 0.5)
  seen = {}
  check_node(strategy.root, 1)
end

return M
