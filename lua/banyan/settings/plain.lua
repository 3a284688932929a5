-- SPDX-License-Identifier: MIT
-- How a strategy trades under one assignment of its params, as plain values.
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"

local M = {}

--- The settings by their names in by_trading.
---@param strategy banyan.Strategy
---@param assignment table<string, any> values of the params by name
---@return table<string, any>
function M.settings(strategy, assignment)
  local how = {}
  for _, cost in ipairs(settings_of.COSTS) do
    how[cost.field] = settings_of.number(cost,
      param_of.resolve(settings_of.cost(strategy.costs, cost.name), assignment))
  end
  for _, name in ipairs { "rebalance", "corridor", "fill" } do
    how[name] = param_of.resolve(strategy[name], assignment)
  end
  return how
end

--- Symbols, from 0, of which whole shares are held only.
---@param strategy banyan.Strategy
---@param tickers string[]
---@return table<integer, boolean>
function M.whole_shares(strategy, tickers)
  local wanted, flags = settings_of.whole_shares(strategy.costs), {}
  local named = {}
  for _, ticker in ipairs(type(wanted) == "table" and wanted or {}) do named[ticker] = true end
  for i, ticker in ipairs(tickers) do
    if wanted == true or named[ticker] then flags[i - 1] = true end
  end
  return flags
end

return M
