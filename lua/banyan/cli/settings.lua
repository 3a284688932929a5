-- SPDX-License-Identifier: MIT
-- The settings that a command line gives a strategy: --option, --rebalance, --fill, --costs and
-- --slippage, instead of the strategy's own.
local check = require "banyan.settings.check"
local ffi = require "banyan.ffi"
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
    ffi.fail("USAGE", "%s", message:format(...))
  end)
  return strategy:override(given)
end

return M
