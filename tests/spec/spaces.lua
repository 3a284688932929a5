-- SPDX-License-Identifier: MIT
-- Spaces in specs: the combos of a strategy's params, without bars.
local b = require "banyan"
local failure = require "banyan.failure"
local space_of = require "banyan.space"

local M = {}

--- A strategy of params that all matter: each is a cost.
---@param params banyan.Param[] of small numbers
---@return banyan.Strategy
function M.strategy(params)
  local names = { "slippage", "commission_bps", "commission_per_share", "commission_per_order",
    "commission_minimum", "sale_fee", "share_fee", "share_fee_maximum" }
  local costs, nodes = {}, {}
  for i, param in ipairs(params) do
    if names[i] then
      costs[names[i]] = param * 1e-9
    else
      nodes[#nodes + 1] = b.when(b.sma("SPY", 5):gt(param), "SPY"):otherwise("TLT")
    end
  end
  return b.strategy { name = "x", costs = costs, b.equal { "SPY", unpack(nodes) } }
end

--- The space of a strategy; options as of banyan.space.new, but for the plan, which stays alive with it.
---@param strategy banyan.Strategy
---@param options table?
---@return banyan.Space
function M.new(strategy, options)
  options = options or {}
  local params = strategy:space()
  local plan = strategy:compile(params, strategy:tickers(params))
  local space = space_of.new(params, { plan = plan, where = options.where, guided = options.guided,
    stretch = options.stretch,
    sample = options.sample and b.sweep { strategy = strategy, sample = options.sample }.sample })
  space.kept_plan = plan
  return space
end

--- A space of params p1, p2, ... that have as many values, 1, 2, ..., as `sizes` say.
function M.sized(sizes, options)
  local params = {}
  for i, size in ipairs(sizes) do params[i] = b.param("p" .. i, 1, b.range(1, size)) end
  return M.new(M.strategy(params), options)
end

--- The digits of each combo, in combo order, as text: "0/2/-" where the last param does not matter.
---@param space banyan.Space
---@return string[]
function M.texts(space)
  local texts, count = {}, #space.params
  for i = 0, space.combo_count - 1 do
    local digits = {}
    for p = 1, count do
      local digit = space.digits[i * count + p - 1]
      digits[p] = digit == 0xffff and "-" or tostring(digit)
    end
    local combo = space.combos[i] + 1
    assert(not texts[combo], "a combo is there twice")
    texts[combo] = table.concat(digits, "/")
  end
  assert(#texts == space.combo_count)
  return texts
end

--- The failure that a call ends with.
---@return string message
---@return string status
function M.failure(f, ...)
  local ok, result = pcall(f, ...)
  assert(not ok, "it did not fail")
  local known = failure.failure_of(result)
  assert(known, tostring(result))
  return known.message, known.status
end

return M
