-- SPDX-License-Identifier: MIT
-- Settings as results record them, as JSON, and as remarks for people.
local json = require "banyan.json"
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"

local M = {}

local function resolved(value, assignment)
  if assignment then return param_of.resolve(value, assignment) end
  if param_of.is_bound(value) then return { param = value.param.name } end
  return value
end

---@class banyan.Settings as results record them; of a sweep, a value that is bound is { param = its name }
---@field rebalance any
---@field corridor any nil unless rebalance is "none"
---@field fill any
---@field profile any
---@field costs { [1]: string, [2]: any }[] name and value of each
---@field whole_shares boolean|string[]
---@field options { [1]: string, [2]: any }[]

--- All settings of a strategy, the defaults too.
---@param strategy table
---@param assignment table<string, any>? values of the params by name, for those of one backtest
---@return banyan.Settings
function M.of(strategy, assignment)
  local function recorded(value) return resolved(value, assignment) end
  local made = { rebalance = recorded(strategy.rebalance), corridor = recorded(strategy.corridor),
    fill = recorded(strategy.fill), profile = recorded((settings_of.profile(strategy.costs))),
    whole_shares = settings_of.whole_shares(strategy.costs) or false, costs = {}, options = {} }
  for i, cost in ipairs(settings_of.COSTS) do
    made.costs[i] = { cost.name, recorded(settings_of.cost(strategy.costs, cost.name)) }
  end
  for i, name in ipairs(settings_of.OPTIONS) do
    made.options[i] = { name, recorded(settings_of.option(strategy.options, name)) }
  end
  return made
end

local function shown(value)
  if type(value) == "table" and value.param then return "$" .. value.param end
  if type(value) == "table" then return table.concat(value, " ") end
  return type(value) == "number" and ("%.10g"):format(value) or tostring(value)
end

-- Whether a cost is what its profile charges anyway.
local function is_usual(settings, cost)
  local profile, value = settings.profile, cost[2]
  if type(profile) == "table" then
    return type(value) == "table" and value.param == profile.param
  end
  return value == settings_of.cost(profile, cost[1])
end

--- The settings that are not the default, as texts: "weekly rebalancing", "slippage 0.0005".
---@param settings banyan.Settings
---@return string[]
function M.remarks(settings)
  local list = {}
  local function add(...) list[#list + 1] = (...):format(select(2, ...)) end
  if settings.corridor ~= nil then
    add("rebalancing beyond a corridor of %s", shown(settings.corridor))
  elseif settings.rebalance ~= "daily" then
    add("%s rebalancing", (shown(settings.rebalance):gsub("^none$", "no")))
  end
  if settings.fill ~= "close" then add("filled at the next %s", shown(settings.fill)) end
  if settings.profile ~= "none" then add("costs of %s", shown(settings.profile)) end
  for _, cost in ipairs(settings.costs) do
    if not is_usual(settings, cost) then add("%s %s", cost[1]:gsub("_", " "), shown(cost[2])) end
  end
  if settings.whole_shares then
    add("whole shares%s", settings.whole_shares == true and ""
      or " of " .. shown(settings.whole_shares))
  end
  for _, option in ipairs(settings.options) do
    if option[2] ~= settings_of.default(option[1]) then add("%s %s", option[1]:gsub("_", " "), shown(option[2])) end
  end
  return list
end

local function setting_json(value)
  if type(value) == "table" and value.param then return json.object { { "param", value.param } } end
  return type(value) == "table" and json.array(value) or value
end

local function settings_list(list)
  local members = {}
  for i, each in ipairs(list) do members[i] = { each[1], setting_json(each[2]) } end
  return members
end

--- Settings of a strategy as JSON: { rebalance, corridor, fill, costs = { profile, slippage, ... },
--- options = { ddof, ... } }; one that is bound is { "param": its name }.
---@param settings banyan.Settings
function M.json(settings)
  local costs = settings_list(settings.costs)
  table.insert(costs, 1, { "profile", setting_json(settings.profile) })
  costs[#costs + 1] = { "whole_shares", setting_json(settings.whole_shares) }
  local corridor = settings.corridor == nil and json.null or setting_json(settings.corridor)
  return json.object { { "rebalance", setting_json(settings.rebalance) }, { "corridor", corridor },
    { "fill", setting_json(settings.fill) }, { "costs", json.object(costs) },
    { "options", json.object(settings_list(settings.options)) } }
end

return M
