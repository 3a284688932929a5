-- SPDX-License-Identifier: MIT
-- Providers: tables that say how a vendor is asked and how its answers are read. Every field is
-- checked when the table is made; docs/providers.md tells what each means.
local checks = require "banyan.provider_checks"
local failure = require "banyan.failure"
local host = require "banyan.host"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"

local M = {}

--- The providers that ship, by name.
M.SHIPPED = { "alpaca", "binance", "csv", "nepse", "polygon", "sim", "stooq", "tiingo" }

---@class banyan.Provider see docs/providers.md
---@field type "provider"
---@field name string

local DEFAULTS = {
  concurrency = 8, delay_s = 0, grid_offset_s = 0, http = "2", limits = {}, missing_open = "none",
  order = "asc", row_bytes = 100, settle_s = {},
}

--- A provider: how a vendor is asked and how its answers are read (see docs/providers.md).
---@param fields table
---@return banyan.Provider
function M.new(fields)
  checks.provider(fields)
  local provider = { type = "provider" }
  for key, value in pairs(DEFAULTS) do provider[key] = value end
  for key, value in pairs(fields) do provider[key] = value end
  return provider
end

--- A provider that ships.
---@param name string
---@return banyan.Provider
function M.named(name)
  if lists.contains(M.SHIPPED, name) then return require("banyan.providers." .. name) end
  local near = nearest(name, M.SHIPPED)
  failure.fail("PROVIDER", "there is no provider '%s'%s banyan has %s, and others are written as "
    .. "in docs/providers.md", name, near and (", did you mean '%s'?"):format(near) or ";",
    table.concat(M.SHIPPED, " "))
end

--- Raises what a function of a provider has raised, as a failure that names both; but what Ctrl-C
--- has broken into is no fault of the provider.
---@param provider banyan.Provider
---@param name string of the field
---@param raised any
function M.raise(provider, name, raised)
  local broken_into = host.interrupted() > 0 and tostring(raised):find "interrupted$"
  if broken_into or failure.failure_of(raised) then error(raised, 0) end
  failure.fail("PROVIDER", "provider %s: %s: %s", provider.name, name, tostring(raised))
end

-- The results of a pcall; what went wrong inside is told with its place.
local function results(provider, name, ok, ...)
  if ok then return ... end
  M.raise(provider, name, (...))
end

--- Calls a function of a provider. What it raises becomes a failure that names both.
---@param provider banyan.Provider
---@param name string of the field
function M.call(provider, name, ...)
  return results(provider, name, pcall(provider[name], ...))
end

--- A field that may be a function: its value for these arguments.
---@param provider banyan.Provider
---@param name string of the field
function M.value(provider, name, ...)
  if type(provider[name]) ~= "function" then return provider[name] end
  local value = M.call(provider, name, ...)
  checks.result(provider, name, value)
  return value
end

--- A symbol as the vendor names it.
---@param provider banyan.Provider
---@param symbol string
---@return string
function M.symbol(provider, symbol)
  return M.value(provider, "symbol", symbol) or symbol
end

--- Most rows of a page of a job; nil when the provider does not say.
---@param provider banyan.Provider
---@param job table as providers see it
---@return number?
function M.rows(provider, job)
  return M.value(provider, "rows_of", job) or provider.rows
end

--- Limits by name, as a list.
---@param limits table<string, number> such as { per_minute = 200 }
---@return { count: number, period_s: number, weighted: boolean }[] the shortest period first
function M.limits(limits)
  local list = {}
  for name, count in pairs(limits) do
    local known = checks.LIMITS[name]
    list[#list + 1] = { count = count, period_s = known.period_s, weighted = known.weighted }
  end
  table.sort(list, function(a, b)
    if a.period_s ~= b.period_s then return a.period_s < b.period_s end
    return not a.weighted and b.weighted
  end)
  return list
end

return M
