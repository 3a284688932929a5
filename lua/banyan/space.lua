-- SPDX-License-Identifier: MIT
-- The combos of a sweep: which there are, and in which order they are walked.
--
-- Combos are numbered from 1 in the order of a nested loop over the params, the last one changing fastest,
-- without those that `where` leaves out. The walk goes through them in another order (by_sweep_order).
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"

local C = engine.C
local M = {}

local COMBOS_MAX = 5000000

---@class banyan.Space
---@field params { name: string, values: any[], default: any }[]
---@field combo_count integer
---@field combos ffi.cdata* uint32_t[combo_count]; combo (from 0) at each walk position
---@field digits ffi.cdata* uint16_t[combo_count][params]; by walk position

-- Calls visit(digits) for each point of the grid; digits[order[#order]] changes fastest. With `turn` a param
-- goes back and forth instead of starting over: from one point to the next, one digit moves by one.
local function each_point(params, order, turn, visit)
  local digits, step = {}, {}
  for i = 1, #params do digits[i], step[i] = 0, 1 end
  while true do
    visit(digits)
    local at = #order
    while at > 0 do
      local p = order[at]
      local to = digits[p] + step[p]
      if to >= 0 and to < #params[p].values then
        digits[p] = to
        break
      end
      if turn then step[p] = -step[p] else digits[p] = 0 end
      at = at - 1
    end
    if at == 0 then return end
  end
end

local function grid_size(params)
  local size = 1
  for _, param in ipairs(params) do size = size * #param.values end
  if size > COMBOS_MAX then
    failure.fail("LIMIT", "the sweep has %.3g combos; at most %d are taken: use fewer values",
      size, COMBOS_MAX)
  end
  return size
end

-- The number of each point that `where` keeps, by its index in the grid; nil when all are kept.
local function keep(params, order, where, size)
  if not where then return nil, size end
  local numbers, count, index = ffi.new("uint32_t[?]", size), 0, 0
  local point = {}
  local ok, message = host.breakable(each_point, params, order, false, function(digits)
    for p, param in ipairs(params) do point[param.name] = param.values[digits[p] + 1] end
    local called, kept = pcall(where, point)
    if not called then
      if host.interrupted() > 0 then failure.fail("CANCELLED", "sweep: interrupted in where") end
      if failure.failure_of(kept) then error(kept, 0) end
      failure.fail("STRATEGY", "sweep: where failed: %s", tostring(kept))
    end
    if kept then count = count + 1 end
    numbers[index] = kept and count or 0
    index = index + 1
  end)
  if not ok then error(message, 0) end
  if count == 0 then
    failure.fail("STRATEGY", "sweep: where leaves none of the %d combos", size)
  end
  return numbers, count
end

local function natural_order(params)
  local order = {}
  for i = 1, #params do order[i] = i end
  return order
end

local function walk_order(plan, params)
  local c_order = ffi.new("int32_t[?]", math.max(#params, 1))
  C.by_sweep_order(plan, c_order)
  local order = {}
  for i = 1, #params do order[i] = c_order[i - 1] + 1 end
  return order
end

--- The combos of a sweep.
---@param params { name: string, values: any[], default: any }[]
---@param where (fun(point: table): any)?
---@param plan ffi.cdata* by_plan *
---@return banyan.Space
function M.new(params, where, plan)
  local size = grid_size(params)
  local numbers, count = keep(params, natural_order(params), where, size)
  local stride, step = {}, 1
  for p = #params, 1, -1 do
    stride[p] = step
    step = step * #params[p].values
  end
  local combos = ffi.new("uint32_t[?]", count)
  local digits = ffi.new("uint16_t[?]", math.max(count * #params, 1))
  local position = 0
  each_point(params, walk_order(plan, params), true, function(point)
    local index = 0
    for p = 1, #params do index = index + point[p] * stride[p] end
    local number = numbers and numbers[index] or index + 1
    if number > 0 then
      combos[position] = number - 1
      for p = 1, #params do digits[position * #params + p - 1] = point[p] end
      position = position + 1
    end
  end)
  return { params = params, combo_count = count, combos = combos, digits = digits }
end

return M
