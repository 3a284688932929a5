-- SPDX-License-Identifier: MIT
-- What every imported strategy keeps to, whatever its source: for specs and the fuzzer.
local M = {}

local window_counts = {
  close = 0, sma = 1, ema = 1, rsi = 1, cumulative_return = 1, mean_return = 1, stdev_return = 1,
  stdev_price = 1, max_drawdown = 1, ppo = 2, ppo_signal = 3,
}
local comparators = { gt = true, gte = true, lt = true, lte = true, eq = true }
local rebalances = {
  daily = true, weekly = true, monthly = true, quarterly = true, yearly = true, none = true,
}

local function check_whole(value, limit)
  assert(type(value) == "number" and value % 1 == 0 and value >= 1 and value <= limit)
end

local function check_indicator(indicator, has_ticker)
  local windows = { indicator.window, indicator.window2, indicator.window3 }
  assert(#windows == window_counts[indicator.fn])
  for _, window in ipairs(windows) do check_whole(window, 100000) end
  if has_ticker then
    assert(type(indicator.ticker) == "string" and #indicator.ticker > 0)
  else
    assert(indicator.ticker == nil)
  end
end

local function check_condition(condition, level)
  assert(level <= 200)
  if condition.kind ~= "compare" then
    assert(condition.kind == "all" or condition.kind == "any")
    assert(#condition.conditions > 0)
    for _, inner in ipairs(condition.conditions) do check_condition(inner, level + 1) end
    return
  end
  assert(comparators[condition.comparator])
  check_indicator(condition.left, true)
  assert((condition.right == nil) ~= (condition.threshold == nil))
  if condition.right then check_indicator(condition.right, true) end
  local threshold = condition.threshold or 0
  assert(type(threshold) == "number" and threshold - threshold == 0)
end

local checks = {}

function checks.cash()
  return {}
end

function checks.asset(node)
  assert(type(node.ticker) == "string" and #node.ticker > 0)
  return {}
end

function checks.weighted(node)
  assert(node.mode == "equal" and node.weights == nil or node.mode == "specified")
  if node.mode == "specified" then
    local sum = 0
    assert(#node.weights == #node.children)
    for _, weight in ipairs(node.weights) do
      assert(weight >= 0)
      sum = sum + weight
    end
    assert(sum <= 1 + 1e-9)
  end
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
  check_indicator(node.indicator, false)
  assert(type(node.bottom) == "boolean")
  check_whole(node.count, 1000000)
  assert(#node.children > 0)
  return node.children
end

function checks.group(node)
  assert(type(node.name) == "string")
  return { assert(node.child) }
end

local function check_node(node, level)
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
  check_node(strategy.root, 1)
end

return M
