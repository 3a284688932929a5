-- SPDX-License-Identifier: MIT
-- Ranks the combos of a store: what is kept, by what, and what is not shown twice.
local ffi = require "ffi"
local failure = require "banyan.failure"
local order = require "banyan.results.order"
local pareto = require "banyan.results.pareto"

local M = {}

local FRONT_MIN, FRONT_MAX = 2, 3

---@class banyan.RankingOptions
---@field by string? metric or expression; the sweep's own ranking when left out
---@field keep string[]? comparisons that must all hold
---@field pareto string? two or three metrics or expressions with commas between them
---@field distinct boolean? one combo of each behaviour, the best
---@field ascending boolean? smallest first

---@class banyan.Ranking
---@field by banyan.Expression
---@field values ffi.cdata* double[count of all combos]: what ranks them
---@field direction integer 1 when higher is better, -1 when lower is
---@field front banyan.Expression[] of --pareto, or empty
---@field kept integer how many combos the comparisons keep
---@field on_front integer how many of them are on the front
---@field count integer how many there are in `order`
---@field order ffi.cdata* int32_t[count], from 0, best first

-- Whether an expression asks for plateaus.
local function has_plateau(root)
  if root.kind == "plateau" or root.kind == "neighbours" then return true end
  for _, child in ipairs { root.left or root.operand, root.right } do
    if has_plateau(child) then return true end
  end
  for _, child in ipairs(root.arguments or {}) do
    if has_plateau(child) then return true end
  end
  return false
end

local function front_of(combos, text)
  local front = combos:parse_list(text)
  if #front < FRONT_MIN or #front > FRONT_MAX then
    failure.fail("USAGE", "--pareto takes two or three metrics, such as sharpe,max_drawdown, and "
      .. "'%s' has %d", text, #front)
  end
  return front
end

--- The combos that have results and that all filters keep.
---@param combos banyan.Combos
---@param keep string[]?
---@return ffi.cdata* indices int32_t[count], from 0, rising
---@return integer count
function M.candidates(combos, keep)
  local indices, count = ffi.new("int32_t[?]", math.max(combos.count, 1)), 0
  for i = 0, combos.count - 1 do
    if combos.rows[i].return_count >= 0 then
      indices[count] = i
      count = count + 1
    end
  end
  for _, text in ipairs(keep or {}) do
    local holds, kept = combos:evaluate(combos:parse(text, "truth")), 0
    for k = 0, count - 1 do
      if holds[indices[k]] == 1 then
        indices[kept] = indices[k]
        kept = kept + 1
      end
    end
    count = kept
  end
  return indices, count
end

-- Values as keys that are higher for what is better; what has no finite value is left out of
-- `indices`.
local function to_keys(values, direction, indices, count, size)
  local keys, kept = ffi.new("double[?]", math.max(size, 1)), 0
  for k = 0, count - 1 do
    local i = indices[k]
    local key = values[i] * direction
    if key - key == 0 then
      keys[i] = key
      indices[kept] = i
      kept = kept + 1
    end
  end
  return keys, kept
end

-- The first of each behaviour, in the order of `indices`.
local function once(indices, count, behaviours, size)
  local seen, kept = ffi.new("uint8_t[?]", math.max(size, 1)), 0
  for k = 0, count - 1 do
    local first = behaviours.first[indices[k]]
    if seen[first] == 0 then
      seen[first] = 1
      indices[kept] = indices[k]
      kept = kept + 1
    end
  end
  return kept
end

--- Ranks combos.
---@param combos banyan.Combos
---@param options banyan.RankingOptions
---@return banyan.Ranking
function M.new(combos, options)
  local by = options.by and combos:parse(options.by, "number") or combos:own_ranking()
  if not has_plateau(by.root) then combos:measure_plateau(by) end
  local front = options.pareto and front_of(combos, options.pareto) or {}
  local indices, count = M.candidates(combos, options.keep)
  local kept, values = count, combos:evaluate(by)
  local direction = options.ascending and -1 or combos:direction(by)
  local keys
  keys, count = to_keys(values, direction, indices, count, combos.count)
  local sides = {}
  for k, each in ipairs(front) do
    sides[k], count = to_keys(combos:evaluate(each), combos:direction(each), indices, count,
      combos.count)
  end
  if #front > 0 then count = pareto.front(indices, count, sides, combos.count) end
  order.falling(indices, count, keys)
  local on_front = count
  if options.distinct then count = once(indices, count, combos:behaviours(), combos.count) end
  return { by = by, values = values, direction = direction, front = front, kept = kept,
    on_front = on_front, count = count, order = indices }
end

return M
