-- SPDX-License-Identifier: MIT
-- The values of params as the columns and rows of pictures: each by itself, or many next to each other in one bin.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local print_ = require "banyan.print"
local value_order = require "banyan.space.order"

local M = {}

local NONE = tonumber(engine.C.BY_DIGIT_NONE)

---@class banyan.SweepBins
---@field count integer
---@field of ffi.cdata* int32_t[values]: bin (from 0) of each digit
---@field labels string[]
---@field values integer how many values there are
---@field whole boolean whether each value has a bin by itself

local function label_of(values, digits, first, last)
  local low = print_.value(values[digits(first) + 1])
  return first == last and low or low .. " … " .. print_.value(values[digits(last) + 1])
end

--- Bins for the values of a param: in rising order when all are numbers, else as they are declared.
---@param param { name: string, values: any[] }
---@param most integer bins at most
---@return banyan.SweepBins
function M.of(param, most)
  local values = param.values
  local places, n = value_order.places(values), #values
  local function digits(place) return places and places.digit[place] or place end
  local count = math.min(n, most)
  local bins = { count = count, values = n, whole = count == n, labels = {}, of = ffi.new("int32_t[?]", n) }
  for bin = 0, count - 1 do
    local first, last = math.ceil(bin * n / count), math.ceil((bin + 1) * n / count) - 1
    for place = first, last do bins.of[digits(place)] = bin end
    bins.labels[bin + 1] = label_of(values, digits, first, last)
  end
  return bins
end

--- The bin of each combo in one param: int32_t[count]; -1 where it does not matter, or without results.
---@param combos banyan.Combos
---@param p integer param, from 1
---@param bins banyan.SweepBins
---@return ffi.cdata*
function M.column(combos, p, bins)
  local column = ffi.new("int32_t[?]", math.max(combos.count, 1))
  local digits, stride, rows, of = combos.digits, combos.param_count, combos.rows, bins.of
  for i = 0, combos.count - 1 do
    local digit = digits[i * stride + p - 1]
    column[i] = (digit == NONE or rows[i].return_count < 0) and -1 or of[digit]
  end
  return column
end

--- Which params (from 1) have several values among the combos with results.
---@param combos banyan.Combos
---@return integer[]
function M.varying(combos)
  local list, digits, stride, rows = {}, combos.digits, combos.param_count, combos.rows
  for p = 1, stride do
    local seen, varies = nil, false
    for i = 0, combos.count - 1 do
      local digit = digits[i * stride + p - 1]
      if rows[i].return_count >= 0 and digit ~= NONE then
        seen = seen or digit
        if digit ~= seen then
          varies = true
          break
        end
      end
    end
    if varies then list[#list + 1] = p end
  end
  return list
end

return M
