-- SPDX-License-Identifier: MIT
-- Arrays of returns as users give them, as C arrays.
local check = require "banyan.api.check"
local ffi = require "ffi"

local M = {}

local fail = check.fail
local COUNT_MAX = 2 ^ 28

local function check_array(what, given)
  if type(given) ~= "table" then
    fail("%s takes an array of returns, such as { 0.01, -0.005 }, not %s", what, type(given))
  end
  if #given > COUNT_MAX then fail("%s: more than %d numbers", what, COUNT_MAX) end
end

--- Checks a return.
local function check_return(what, value, t)
  if type(value) ~= "number" or value - value ~= 0 then
    fail("%s: return %d is %s, not a finite number; leave the period out, or put 0 there", what, t,
      type(value) == "number" and tostring(value) or type(value))
  end
  return value
end

--- An array of returns.
---@param what string names it in messages
---@param given number[]
---@param least integer? fewest returns; 1 when left out
---@return ffi.cdata* double[count]
---@return integer count
function M.array(what, given, least)
  check_array(what, given)
  local count = #given
  least = least or 1
  if count < least then fail("%s: %d returns; at least %d are needed", what, count, least) end
  local array = ffi.new("double[?]", count)
  for t = 1, count do array[t - 1] = check_return(what, given[t], t) end
  return array, count
end

--- Several arrays of equally many returns, as rows of periods: [period][series].
---@param what string names them in messages
---@param given number[][]
---@param least integer fewest returns
---@return ffi.cdata* double[periods * count]
---@return integer periods
---@return integer count
function M.matrix(what, given, least)
  if type(given) ~= "table" or type(given[1]) ~= "table" then
    fail("%s takes a list of arrays of returns, one a strategy: { { 0.01, ... }, { ... } }", what)
  end
  local count, periods = #given, #given[1]
  if periods < least then
    fail("%s: %d returns a series; at least %d are needed", what, periods, least)
  end
  if count * periods > COUNT_MAX then fail("%s: more than %d numbers", what, COUNT_MAX) end
  local matrix = ffi.new("double[?]", count * periods)
  for k = 1, count do
    local name = ("%s: series %d"):format(what, k)
    check_array(name, given[k])
    if #given[k] ~= periods then
      fail("%s has %d returns and series 1 has %d; all must be of the same periods", name,
        #given[k], periods)
    end
    for t = 1, periods do
      matrix[(t - 1) * count + k - 1] = check_return(name, given[k][t], t)
    end
  end
  return matrix, periods, count
end

--- A number among the options of a call.
---@param what string names the call in messages
---@param options table
---@param key string
---@param default number?
---@param low number smallest
---@param high number? largest
---@return number
function M.number(what, options, key, default, low, high)
  local value = options[key]
  if value == nil then value = default end
  high = high or math.huge
  if type(value) ~= "number" or not (value >= low and value <= high) then
    fail("%s: %s must be a number from %g to %g, not %s", what, key, low, high, tostring(value))
  end
  return value
end

--- A whole number among the options of a call.
function M.whole(what, options, key, default, low, high)
  local value = M.number(what, options, key, default, low, high)
  if value % 1 ~= 0 then fail("%s: %s must be a whole number, not %s", what, key, value) end
  return value
end

return M
