-- SPDX-License-Identifier: MIT
-- A strategy: a tree with a name, its params, and what can be asked of it.
local check = require "banyan.settings.check"
local emit = require "banyan.emit"
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local fields_of = require "banyan.fields"
local nearest = require "banyan.nearest"
local outline = require "banyan.outline"
local param_of = require "banyan.param"
local record = require "banyan.settings.record"
local settings_of = require "banyan.settings"
local select_of = require "banyan.select"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

---@class banyan.Strategy a tree with a name and the way it trades
---@field name string
---@field package root table a node, see banyan.tree
---@field rebalance string|banyan.Bound a word of banyan.settings
---@field corridor number|banyan.Bound|nil with the rebalance "none" only
---@field fill string|banyan.Bound
---@field costs string|table|banyan.Bound a profile or a table
---@field options table<string, any> those that were written
local Strategy = {}
Strategy.__index = Strategy

--- Makes a strategy of a tree.
---@param fields { name: string, description: string?, root: table, [string]: any } with its settings
---@return banyan.Strategy
function M.new(fields)
  return setmetatable({ type = "strategy", name = fields.name, root = fields.root,
    description = fields.description,
    rebalance = fields.rebalance or "daily", corridor = fields.corridor,
    fill = fields.fill or "close", costs = fields.costs or "none", options = fields.options or {} },
    Strategy)
end

function M.is_strategy(value)
  return getmetatable(value) == Strategy
end

--- The same strategy with other settings; what is not given stays. Options are given one by one, and
--- slippage beside the costs that there are.
--- Example: b.import("examples/frontrunner.json"):override { rebalance = "weekly", slippage = 0.0005 }
---@param settings { rebalance: any, fill: any, costs: any, slippage: any, options: table? }
---@return banyan.Strategy another one, of the same tree
function Strategy:override(settings)
  local function refuse(message, ...)
    failure.fail("STRATEGY", "%s: %s", self.name, message:format(...))
  end
  check.override(settings, refuse)
  local made = {}
  for key, value in pairs(self) do made[key] = value end
  if settings.rebalance ~= nil then
    made.rebalance, made.corridor = check.rebalancing(settings.rebalance, refuse)
  end
  made.fill = settings.fill or made.fill
  made.costs = settings.costs or made.costs
  if settings.slippage ~= nil then
    made.costs = settings_of.with_slippage(made.costs, settings.slippage)
  end
  made.options = {}
  for _, options in ipairs { self.options, settings.options or {} } do
    for name, value in pairs(options) do made.options[name] = value end
  end
  return setmetatable(made, Strategy)
end

--- Its settings as results record them.
---@param assignment table<string, any>? values of the params by name, for those of one backtest
---@return banyan.Settings
function Strategy:settings(assignment)
  return record.of(self, assignment)
end

--- The params of a strategy, in the order of their declaration.
--- Example:
---     local window = b.param("window", 10, b.range(5, 30))
---     local s = b.strategy { name = "Dips", b.when(b.rsi("SPY", window):lt(30), "SPY"):otherwise("BIL") }
---     return s:params()[1].name
---@return banyan.Param[]
function Strategy:params()
  self.survey = fields_of.survey(self.root)
  return self:surveyed_params()
end

--- Those that params() saw last, without another walk of the tree.
---@return banyan.Param[]
function Strategy:surveyed_params()
  local list, by_name = {}, {}
  local function add(value)
    if not param_of.is_bound(value) then return end
    local param, known = value.param, by_name[value.param.name]
    if not known then
      by_name[param.name] = param
      list[#list + 1] = param
    elseif known ~= param then
      failure.fail("STRATEGY", "%s: two params are called %s; use one b.param twice or give them "
        .. "different names", self.name, param.name)
    end
  end
  for _, value in ipairs(self:surveyed().bound) do add(value) end
  settings_of.each(self, add)
  table.sort(list, function(a, b) return a.serial < b.serial end)
  return list
end

-- What params() saw last: it comes first wherever a strategy is evaluated, so that one walk of a
-- large tree does for all.
function Strategy:surveyed()
  self.survey = self.survey or fields_of.survey(self.root)
  return self.survey
end

--- Every ticker that the strategy refers to, under any of the values given, in rising order. Views
--- such as "SPY/TLT" are among them.
---@param space { name: string, values: any[] }[]
---@return string[]
function Strategy:tickers(space)
  return fields_of.tickers(self:surveyed(), space)
end

--- Whether it needs more of the bars than their closes, under any of the values given.
---@param space { name: string, values: any[] }[]
---@return boolean
function Strategy:needs_full_bars(space)
  local at_open = false
  fields_of.each_value(self.fill, space, function(fill) at_open = at_open or fill == "open" end)
  return at_open or fields_of.reads_full_bars(self:surveyed(), space)
end

--- Calls visit(ticker, path) for each ticker that a node holds, under any of the values given.
---@param space { name: string, values: any[] }[]
---@param visit fun(ticker: string, path: string)
function Strategy:each_held(space, visit)
  tree_of.each_node(self.root, function(node, path)
    if node.kind ~= "asset" then return end
    fields_of.each_value(node.ticker, space, function(ticker)
      visit(ticker, tree_of.path_text(path))
    end)
  end)
end

--- What each param stands for: see banyan.fields.
---@return { param: string, field: string, places: string[]? }[]
function Strategy:touches()
  return fields_of.touches(self)
end

-- A value from the command line takes the type that the param has.
local function coerce(param, value)
  if type(param.default) == "number" and type(value) == "string" then
    local number = tonumber(value)
    if not number then
      failure.fail("USAGE", "param %s takes a number, not '%s'", param.name, value)
    end
    return number
  end
  return value
end

local function check_names(self, params, given)
  local names = {}
  for i, param in ipairs(params) do names[i] = param.name end
  for name in pairs(given) do
    local known = false
    for _, each in ipairs(names) do known = known or each == name end
    if not known then
      local near = nearest(name, names)
      failure.fail("STRATEGY", "%s has no param '%s'%s", self.name, name,
        near and (", did you mean '%s'?"):format(near)
        or #names > 0 and ("; it has " .. table.concat(names, ", ")) or "; it has none at all")
    end
  end
end

--- The space of one assignment: each param with the value given, or its default.
---@param given table<string, any>?
---@param params banyan.Param[]? those of the strategy, where they are known: to find them takes a walk of the tree
---@return { name: string, values: any[] }[]
function Strategy:assignment(given, params)
  local space = {}
  params = params or self:params()
  check_names(self, params, given or {})
  for i, param in ipairs(params) do
    local value = given and given[param.name]
    if value == nil then value = param.default else value = coerce(param, value) end
    space[i] = { name = param.name, values = { value } }
  end
  return space
end

--- The space of a sweep: the values that the params declare, or those in `over`; `fixed` ones (of -p) have one.
---@param over table<string, any[]>?
---@param fixed table<string, any>?
---@return { name: string, values: any[], default: any }[]
function Strategy:space(over, fixed)
  local params, space = self:params(), {}
  check_names(self, params, over or {})
  check_names(self, params, fixed or {})
  for i, param in ipairs(params) do
    local values = over and over[param.name] or param.values
    if fixed and fixed[param.name] ~= nil then values = { coerce(param, fixed[param.name]) } end
    param_of.check_values(param.name, values)
    space[i] = { name = param.name, values = values, default = param.default }
  end
  return space
end

--- Compiles the strategy over a space.
---@param space { name: string, values: any[] }[]
---@param tickers string[] see Strategy:tickers
---@return ffi.cdata* plan by_plan *
---@return banyan.Emitted
function Strategy:compile(space, tickers)
  local tree, emitted = emit.tree(self, space, tickers)
  if #tickers == 0 then
    failure.fail("STRATEGY", "%s holds no ticker and asks for none; there is nothing to test",
      self.name)
  end
  local ok, result = pcall(engine.make, "by_plan", C.by_plan_free, C.by_plan_new, tree)
  if ok then return result, emitted end
  local known = failure.failure_of(result)
  if known then failure.fail(known.status, "%s: %s", self.name, known.message) end
  error(result, 0)
end

-- Filters of the tree as written and expanded, as nodes and gates are counted.
local function count_filters(root)
  local known = {}
  local function count(node)
    if not known[node] then
      local sum = node.kind == "filter" and 1 or 0
      for _, child in ipairs(tree_of.children(node)) do sum = sum + count(child) end
      known[node] = sum
    end
    return known[node]
  end
  return count(root)
end

--- Figures of the tree.
function Strategy:describe()
  local params = self:params()
  local space = self:assignment()
  local tickers = self:tickers(space)
  local plan = self:compile(space, tickers)
  local figures = ffi.new "by_plan_figures"
  C.by_plan_describe(plan, figures)
  engine.close(plan, C.by_plan_free)
  return {
    name = self.name,
    nodes = tonumber(figures.node_count),
    gates = tonumber(figures.gate_count),
    filters = count_filters(self.root),
    depth = figures.depth,
    distinct = figures.distinct_nodes,
    conditions = figures.distinct_conditions,
    indicators = figures.distinct_series,
    tickers = tickers,
    params = params,
  }
end

---@class banyan.SelectKeys what to match, on the values as written; each key is a value or a list of values
---@field kind string|string[]|nil "condition", or of a node such as "asset", "filter", "group"
---@field id string|string[]|nil the foreign file's own id of the node
---@field group string|string[]|nil what lies inside the group of that name
---@field ticker string|string[]|nil
---@field indicator string|string[]|nil
---@field window integer|integer[]|nil
---@field comparator string|string[]|nil
---@field threshold number|number[]|nil

--- The parts of a strategy that match all keys, to be bound to params. None is an error.
--- Example:
---     local t = b.import "examples/frontrunner.json"
---     t:select { indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, b.range(5, 30))
---     return t
---@param keys banyan.SelectKeys
---@return banyan.Selection
function Strategy:select(keys)
  return select_of.new(self, keys)
end

--- Iterates over the lines of the tree: see banyan.outline.
---@param depth_max number? lines below this depth are left out
function Strategy:lines(depth_max)
  return outline.lines(self.root, depth_max)
end

return M
