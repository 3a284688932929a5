-- SPDX-License-Identifier: MIT
-- The settings that a command line gives a strategy (--option, --rebalance, --fill, --costs and --slippage, instead of
-- the strategy's own), and what else a backtest of it needs.
local check = require "banyan.settings.check"
local failure = require "banyan.failure"
local store_of = require "banyan.store"
local text_of = require "banyan.text"

local M = {}

-- "weekly", or "corridor:0.05".
local function rebalance_of(word)
  local corridor = word and word:match "^corridor:(.*)$"
  if not corridor then return word end
  return { corridor = text_of.decimal(corridor) or corridor }
end

local function options_of(list)
  if not list then return nil end
  local options = {}
  for _, each in ipairs(list) do options[each.name] = each.value end
  return options
end

--- The strategy with the settings of the command line; itself when there are none.
---@param strategy banyan.Strategy
---@param options table<string, any> of the command line
---@return banyan.Strategy
function M.apply(strategy, options)
  local given = { rebalance = rebalance_of(options.rebalance), fill = options.fill,
    costs = options.costs, slippage = options.slippage, options = options_of(options.option) }
  if not next(given) then return strategy end
  check.override(given, function(message, ...)
    failure.fail("USAGE", "%s", message:format(...))
  end)
  return strategy:override(given)
end

--- Values of -p by name.
---@param assignments { name: string, value: any }[]?
---@return table<string, any>
function M.params(assignments)
  local values = {}
  for _, each in ipairs(assignments or {}) do values[each.name] = each.value end
  return values
end

--- What a backtest needs beside its strategy, as the command line says it.
---@param options table<string, any>
function M.of_run(options)
  return { params = M.params(options.param), from = options.from, to = options.to,
    data = store_of.directory(options.data), dataset = options.dataset,
    timeframe = options.timeframe }
end

return M
