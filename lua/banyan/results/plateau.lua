-- SPDX-License-Identifier: MIT
-- Neighbours: combos that differ by one step in one param, and how something does over them. A
-- combo that is good while its neighbours are not owes it to luck.
--
-- A step goes to the next lower or higher value of a param; texts have no order, so nothing steps
-- along them. A param that does not matter under the others has no step, and where a step makes
-- others matter they have their defaults.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local names_of = require "banyan.expression.names"
local value_order = require "banyan.space.order"

local C = engine.C
local M = {}

local NONE = tonumber(C.BY_DIGIT_NONE)
local band, bxor, rol, rshift, tobit = bit.band, bit.bxor, bit.rol, bit.rshift, bit.tobit

---@class banyan.Plateau
---@field counts ffi.cdata* double[count]: neighbours of each combo
---@field first ffi.cdata* int32_t[count + 1]
---@field list ffi.cdata* int32_t: neighbours of i are list[first[i]] .. list[first[i + 1] - 1]
local Plateau = {}
Plateau.__index = Plateau

-- The digits one step below and above each digit of a param; NONE where there is none.
local function steps_of(param)
  local n, places = #param.values, value_order.places(param.values)
  if not places then return nil end
  local steps = { ffi.new("uint16_t[?]", n), ffi.new("uint16_t[?]", n) }
  for place = 0, n - 1 do
    local digit = places.digit[place]
    steps[1][digit] = places.digit[place - 1] or NONE
    steps[2][digit] = places.digit[place + 1] or NONE
  end
  return steps
end

local function hash(digits, at, width)
  local h = 0
  for p = at, at + width - 1 do h = tobit(rol(h, 7) + (digits[p] + 1) * 10368889) end
  return bxor(h, rshift(h, 15))
end

local function equal(digits, at, point, width)
  for p = 0, width - 1 do
    if digits[at + p] ~= point[p] then return false end
  end
  return true
end

-- A table of open addresses from digits to combos that have results.
local Index = {}
Index.__index = Index

local function index_of(combos)
  local size = 16
  while size < 2 * combos.count do size = 2 * size end
  local slots, width, counts = ffi.new("int32_t[?]", size), combos.param_count, combos.counts
  for i = 0, combos.count - 1 do
    if counts[i] >= 0 then
      local slot = band(hash(combos.digits, i * width, width), size - 1)
      while slots[slot] ~= 0 do slot = band(slot + 1, size - 1) end
      slots[slot] = i + 1
    end
  end
  return setmetatable({ slots = slots, mask = size - 1, digits = combos.digits, width = width },
    Index)
end

-- The combo (from 0) at a point, or -1.
function Index:find(point)
  local slot = band(hash(point, 0, self.width), self.mask)
  while self.slots[slot] ~= 0 do
    local i = self.slots[slot] - 1
    if equal(self.digits, i * self.width, point, self.width) then return i end
    slot = band(slot + 1, self.mask)
  end
  return -1
end

-- Which params do not matter in some combos: a list of distinct patterns, each a list of params
-- (from 0).
local function patterns_of(combos)
  local patterns, seen, width = {}, {}, combos.param_count
  for i = 0, combos.count - 1 do
    local any = false
    for p = 0, width - 1 do any = any or combos.digits[i * width + p] == NONE end
    if any then
      local pattern = {}
      for p = 0, width - 1 do
        if combos.digits[i * width + p] == NONE then pattern[#pattern + 1] = p end
      end
      local key = table.concat(pattern, " ")
      if not seen[key] then patterns[#patterns + 1] = pattern end
      seen[key] = true
    end
  end
  return patterns
end

-- The combo at a point as it stands, or as it is written where some params do not matter.
local function find(search, point)
  local index, masked = search.index, search.masked
  local found = index:find(point)
  for k = 1, found < 0 and #search.patterns or 0 do
    ffi.copy(masked, point, 2 * index.width)
    for _, p in ipairs(search.patterns[k]) do masked[p] = NONE end
    found = index:find(masked)
    if found >= 0 then break end
  end
  return found
end

local function default_digits(params)
  local digits = {}
  for p, param in ipairs(params) do digits[p] = names_of.digit(param, param.default) or NONE end
  return digits
end

-- Writes the neighbours of combo i (from 0) to list[at] and on; returns where they end.
local function add_neighbours(search, combos, i, list, at)
  local digits, base, point = combos.digits, i * search.index.width, search.point
  for p = 0, search.index.width - 1 do
    local digit = digits[base + p]
    point[p] = digit == NONE and search.defaults[p + 1] or digit
  end
  for p = 0, search.index.width - 1 do
    local digit, steps = digits[base + p], search.steps[p + 1]
    if digit ~= NONE and steps then
      for side = 1, 2 do
        point[p] = steps[side][digit]
        local neighbour = point[p] ~= NONE and find(search, point) or -1
        if neighbour >= 0 then
          list[at] = neighbour
          at = at + 1
        end
      end
      point[p] = digit
    end
  end
  return at
end

--- The neighbours among the combos of a store that have results.
---@param combos banyan.Combos
---@return banyan.Plateau
function M.new(combos)
  local width, count = combos.param_count, combos.count
  local search = { index = index_of(combos), patterns = patterns_of(combos),
    defaults = default_digits(combos.params), steps = {},
    point = ffi.new("uint16_t[?]", width + 1), masked = ffi.new("uint16_t[?]", width + 1) }
  for p, param in ipairs(combos.params) do search.steps[p] = steps_of(param) or false end
  local first, at = ffi.new("int32_t[?]", count + 1), 0
  local list = ffi.new("int32_t[?]", math.max(2 * width * count, 1))
  local counts = ffi.new("double[?]", math.max(count, 1))
  for i = 0, count - 1 do
    first[i] = at
    if combos.counts[i] >= 0 then at = add_neighbours(search, combos, i, list, at) end
    counts[i] = at - first[i]
  end
  first[count] = at
  return setmetatable({ count = count, counts = counts, first = first, list = list,
    width = width }, Plateau)
end

-- Puts a value into a sorted array of `n`.
local function insert(sorted, n, value)
  while n > 0 and sorted[n - 1] > value do
    sorted[n] = sorted[n - 1]
    n = n - 1
  end
  sorted[n] = value
end

--- The median and the worst of values over the neighbours of each combo; those that have no value
--- are left out, and both are NaN where none has one.
---@param values ffi.cdata* double[count]
---@param direction integer 1 when higher is better, -1 when lower is
---@return ffi.cdata* median double[count]
---@return ffi.cdata* worst double[count]
function Plateau:over(values, direction)
  local median, worst = ffi.new("double[?]", math.max(self.count, 1)),
    ffi.new("double[?]", math.max(self.count, 1))
  local sorted = ffi.new("double[?]", 2 * self.width + 1)
  for i = 0, self.count - 1 do
    local n = 0
    for k = self.first[i], self.first[i + 1] - 1 do
      local value = values[self.list[k]]
      if value == value then
        insert(sorted, n, value)
        n = n + 1
      end
    end
    local middle = rshift(n, 1)
    if n == 0 then
      median[i], worst[i] = 0 / 0, 0 / 0
    else
      median[i] = n % 2 == 1 and sorted[middle] or (sorted[middle - 1] + sorted[middle]) / 2
      worst[i] = direction > 0 and sorted[0] or sorted[n - 1]
    end
  end
  return median, worst
end

--- The neighbours of a combo (from 0), as numbers from 1.
---@param i integer
---@return integer[]
function Plateau:of(i)
  local numbers = {}
  for k = self.first[i], self.first[i + 1] - 1 do numbers[#numbers + 1] = self.list[k] + 1 end
  return numbers
end

return M
