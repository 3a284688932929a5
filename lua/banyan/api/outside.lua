-- SPDX-License-Identifier: MIT
-- Series from outside in the API: b.series("fed_funds").
local as_of = require "banyan.as_of"
local check = require "banyan.api.check"
local param_of = require "banyan.param"
local series_of = require "banyan.api.series"

local fail = check.fail
local M = { b = {} }

local function ticker_of_series(name)
  if not as_of.is_name(name) then
    fail("series takes the name of a series, up to %d letters, digits, _, - and points, not %s",
      as_of.NAME_MAX, type(name) == "string" and ("'%s'"):format(name) or tostring(name))
  end
  return as_of.ticker(name)
end

--- A series from outside that was imported: fundamentals, rates, the signals of another system. A session sees the
--- last value that was known before its close.
--- Example: b.series("fed_funds"):gt(3)
---@param name string|banyan.Bound
---@return banyan.Series
function M.b.series(name)
  if param_of.is_bound(name) then
    return series_of.new { fn = "close", ticker = param_of.map(name.param,
      function(value) return ticker_of_series(name.map(value)) end, { "b.series", name }) }
  end
  return series_of.new { fn = "close", ticker = ticker_of_series(name) }
end

return M
