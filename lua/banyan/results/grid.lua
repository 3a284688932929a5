-- SPDX-License-Identifier: MIT
-- What combos of a store are worth over the values of two params, whatever the others are.
local failure = require "banyan.failure"
local nearest = require "banyan.nearest"
local order = require "banyan.space.order"
local ffi = require "banyan.ffi"

local M = {}

local NONE = tonumber(ffi.C.BY_DIGIT_NONE)

---@class banyan.Grid
---@field by string metric or expression
---@field metric string? the metric that tells its unit
---@field direction integer 1 when higher is better, -1 when lower is
---@field aggregate "best"|"median"
---@field x { name: string, values: any[] } rising where they are numbers
---@field y { name: string, values: any[] }
---@field cells (number?)[][] [y][x]; nil where no combo has a value
---@field combos (integer?)[][] [y][x]: the best combo of each cell

local function param_index(combos, name)
  local names = {}
  for p, param in ipairs(combos.params) do
    if param.name == name then return p end
    names[p] = param.name
  end
  local near = nearest(tostring(name), names)
  return failure.fail("USAGE", "the sweep has no param '%s'%s; it has %s", tostring(name),
    near and (", did you mean '%s'?"):format(near) or "", #names > 0 and table.concat(names, ", ") or "none")
end

-- A param's values in the order of an axis, and the places of its digits.
local function axis_of(param)
  local places, values, place = order.places(param.values), {}, {}
  for digit = 0, #param.values - 1 do
    local at = places and places.place[digit] or digit
    place[digit], values[at + 1] = at + 1, param.values[digit + 1]
  end
  return { name = param.name, values = values }, place
end

-- A param that does not matter under the others has any of its values.
local function places_of(digit, place, count)
  if digit ~= NONE then return place[digit], place[digit] end
  return 1, count
end

local function median(list)
  table.sort(list)
  local middle = math.floor(#list / 2)
  return #list % 2 == 1 and list[middle + 1] or (list[middle] + list[middle + 1]) / 2
end

-- All values by cell, and the best combo of each.
local function gather(combos, values, direction, x, y)
  local lists, best = {}, {}
  local function add(row, column, i)
    local key = row * 65536 + column
    local list = lists[key]
    if not list then
      lists[key], best[key] = { values[i] }, i
      return
    end
    list[#list + 1] = values[i]
    if values[i] * direction > values[best[key]] * direction then best[key] = i end
  end
  local stride, digits = combos.param_count, combos.digits
  for i = 0, combos.count - 1 do
    local value = values[i]
    if value - value == 0 and combos.counts[i] >= 0 then
      local first_x, last_x = places_of(digits[i * stride + x.index - 1], x.place, #x.axis.values)
      local first_y, last_y = places_of(digits[i * stride + y.index - 1], y.place, #y.axis.values)
      for row = first_y, last_y do
        for column = first_x, last_x do add(row, column, i) end
      end
    end
  end
  return lists, best
end

--- A metric over two params, of all combos with the same values of both the best or the median.
---@param combos banyan.Combos
---@param x string name of the param that goes across
---@param y string name of the one that goes down
---@param options { metric: string?, aggregate: "best"|"median"|nil } metric: or an expression; the sweep's own
--- ranking, and the best, when left out
---@return banyan.Grid
function M.new(combos, x, y, options)
  local by = options.metric and combos:parse(options.metric, "number") or combos:own_ranking()
  local direction, metric = combos:direction(by), combos:metric_of(by)
  local aggregate = options.aggregate or "best"
  if x == y then failure.fail("USAGE", "a heat map needs two params, and both are %s", tostring(x)) end
  local sides = {}
  for s, name in ipairs { x, y } do
    local index = param_index(combos, name)
    local axis, place = axis_of(combos.params[index])
    sides[s] = { index = index, axis = axis, place = place }
  end
  local values = combos:evaluate(by)
  local lists, best = gather(combos, values, direction, sides[1], sides[2])
  local grid = { by = by.text, metric = metric and metric.name, direction = direction, aggregate = aggregate,
    x = sides[1].axis, y = sides[2].axis, cells = {}, combos = {} }
  for row = 1, #grid.y.values do
    grid.cells[row], grid.combos[row] = {}, {}
    for column = 1, #grid.x.values do
      local key = row * 65536 + column
      if lists[key] then
        grid.cells[row][column] = aggregate == "best" and values[best[key]] or median(lists[key])
        grid.combos[row][column] = best[key] + 1
      end
    end
  end
  return grid
end

return M
