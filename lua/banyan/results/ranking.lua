-- SPDX-License-Identifier: MIT
-- Ranks the combos of a store: what is kept, by what, and what is not shown twice.
local ffi = require "ffi"
local failure = require "banyan.failure"
local lists = require "banyan.lists"
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
---@field behaviours boolean? whether these are looked at, too
---@field number integer? how many of the best are asked for; all when left out

---@class banyan.Ranking
---@field by banyan.Expression
---@field values ffi.cdata* double[count of all combos]: what ranks them
---@field direction integer 1 when higher is better, -1 when lower is
---@field front banyan.Expression[] of --pareto, or empty
---@field sides ffi.cdata*[] their values
---@field kept integer how many combos the comparisons keep
---@field on_front integer how many of them are on the front
---@field count integer how many are ranked
---@field order ffi.cdata* int32_t[count, or `number` where that is less], from 0, best first

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

--- Parses filters.
---@param combos banyan.Combos
---@param keep string[]?
---@return banyan.Expression[]
function M.filters(combos, keep)
  local filters = {}
  for k, text in ipairs(keep or {}) do filters[k] = combos:parse(text, "truth") end
  return filters
end

--- The combos that have results and that all filters keep.
---@param combos banyan.Combos
---@param filters banyan.Expression[] comparisons
---@return ffi.cdata* indices int32_t[count], from 0, rising
---@return integer count
function M.candidates(combos, filters)
  local indices, count, counts = ffi.new("int32_t[?]", math.max(combos.count, 1)), 0, combos.counts
  for i = 0, combos.count - 1 do
    if counts[i] >= 0 then
      indices[count] = i
      count = count + 1
    end
  end
  for _, filter in ipairs(filters) do
    local holds, kept = combos:evaluate(filter), 0
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

-- Keeps the best of each behaviour; of equal ones the first in `indices`.
local function once(indices, count, keys, behaviours, size)
  local best, first, kept = ffi.new("int32_t[?]", math.max(size, 1)), behaviours.first, 0 -- from 1; 0 is none
  for k = 0, count - 1 do
    local i = indices[k]
    local known = best[first[i]]
    if known == 0 or keys[i] > keys[known - 1] then best[first[i]] = i + 1 end
  end
  for k = 0, count - 1 do
    local i = indices[k]
    if best[first[i]] == i + 1 then
      indices[kept] = i
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
  local filters = M.filters(combos, options.keep)
  combos:read(lists.append(lists.append({ by }, front), filters), options.behaviours or options.distinct)
  local indices, count = M.candidates(combos, filters)
  local kept, values = count, combos:evaluate(by)
  local direction = options.ascending and -1 or combos:direction(by)
  local keys
  keys, count = to_keys(values, direction, indices, count, combos.count)
  local sides, side_keys = {}, {}
  for k, each in ipairs(front) do
    sides[k] = combos:evaluate(each)
    side_keys[k], count = to_keys(sides[k], combos:direction(each), indices, count, combos.count)
  end
  if #front > 0 then count = pareto.front(indices, count, side_keys, combos.count) end
  local on_front = count
  if options.distinct then count = once(indices, count, keys, combos:behaviours(), combos.count) end
  return { by = by, values = values, direction = direction, front = front, sides = sides, kept = kept,
    on_front = on_front, count = count,
    order = order.best(indices, count, keys, math.floor(options.number or count)) }
end

return M
