-- SPDX-License-Identifier: MIT
-- Checks the settings that people write, before a strategy takes them. Bound ones are checked with
-- their values, when the strategy is emitted. Each function takes fail(message, ...), which raises.
local lists = require "banyan.lists"
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"

local M = {}

local function check_keys(what, given, names, fail)
  if type(given) ~= "table" then fail("%s must be a table, not '%s'", what, tostring(given)) end
  for key in pairs(given) do
    local known = false
    for _, name in ipairs(names) do known = known or name == key end
    if not known then
      fail("%s: unknown key '%s'%s; known are %s", what, tostring(key), settings_of.suggestion(key, names),
        table.concat(names, ", "))
    end
  end
end

local function check_word(name, value, fail)
  if param_of.is_bound(value) then return end
  local code, expected = settings_of.code(name, value)
  if not code then fail("%s must be %s", name, expected) end
end

local function check_profile(profile, fail)
  if param_of.is_bound(profile) or settings_of.PROFILES[profile] then return end
  local names = lists.sorted_keys(settings_of.PROFILES)
  fail("costs must be %s or a table such as { slippage = 0.0005 }, not '%s'%s", table.concat(names, ", "),
    tostring(profile), settings_of.suggestion(profile, names))
end

local function check_whole_shares(value, fail)
  if value == nil or type(value) == "boolean" then return end
  if type(value) ~= "table" or param_of.is_bound(value) then
    fail("costs: whole_shares must be true or a list of tickers, not '%s'", tostring(value))
  end
  for _, ticker in ipairs(value) do
    if type(ticker) ~= "string" then
      fail("costs: whole_shares must be true or a list of tickers such as { \"SPY\" }")
    end
  end
end

--- A rebalancing as people write it: its word and, with "none", its corridor.
---@param value any a word, { corridor = 0.05 } or nil
---@return any rebalance, any corridor
function M.rebalancing(value, fail)
  if value == nil then return nil, nil end
  if type(value) ~= "table" or param_of.is_bound(value) then
    check_word("rebalance", value, fail)
    return value, nil
  end
  check_keys("rebalance", value, { "corridor" }, fail)
  local corridor = value.corridor
  if not param_of.is_bound(corridor) then
    local number, expected = settings_of.corridor(corridor)
    if not number then fail("rebalance: the corridor must be %s", expected) end
  end
  return "none", corridor
end

--- Checks where orders are filled.
function M.fill(fill, fail)
  if fill ~= nil then check_word("fill", fill, fail) end
end

local COST_KEYS = { "profile", "whole_shares" }
for _, cost in ipairs(settings_of.COSTS) do COST_KEYS[#COST_KEYS + 1] = cost.name end

--- Checks a profile or a table of costs.
function M.costs(costs, fail)
  if costs == nil then return end
  if type(costs) ~= "table" or param_of.is_bound(costs) then return check_profile(costs, fail) end
  check_keys("costs", costs, COST_KEYS, fail)
  if costs.profile ~= nil then check_profile(costs.profile, fail) end
  check_whole_shares(costs.whole_shares, fail)
  for _, cost in ipairs(settings_of.COSTS) do
    local value = costs[cost.name]
    if value ~= nil and not param_of.is_bound(value) then
      local number, expected = settings_of.number(cost, value)
      if not number then fail("costs: %s must be %s", cost.name, expected) end
    end
  end
end

--- Checks a table of options.
function M.options(options, fail)
  if options == nil then return end
  check_keys("options", options, settings_of.OPTIONS, fail)
  for _, name in ipairs(settings_of.OPTIONS) do
    if options[name] ~= nil then check_word(name, options[name], fail) end
  end
end

--- Checks what a strategy is to be overridden with.
---@param settings table
function M.override(settings, fail)
  check_keys("override", settings, { "rebalance", "fill", "costs", "slippage", "options" }, fail)
  M.rebalancing(settings.rebalance, fail)
  M.fill(settings.fill, fail)
  M.costs(settings.costs, fail)
  if settings.slippage ~= nil then M.costs({ slippage = settings.slippage }, fail) end
  M.options(settings.options, fail)
end

return M
