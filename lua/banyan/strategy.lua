-- SPDX-License-Identifier: MIT
-- A strategy: a tree with a name, its params, and what can be asked of it.
local emit = require "banyan.emit"
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local nearest = require "banyan.nearest"
local param_of = require "banyan.param"
local select_of = require "banyan.select"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

---@class banyan.Strategy
---@field name string
---@field root table a node, see banyan.tree
---@field rebalance string "daily"
local Strategy = {}
Strategy.__index = Strategy

--- Makes a strategy of a tree.
---@param fields { name: string, root: table, rebalance: string?, corridor: number? }
---@return banyan.Strategy
function M.new(fields)
  return setmetatable({ type = "strategy", name = fields.name, root = fields.root,
    rebalance = fields.rebalance or "daily", corridor = fields.corridor }, Strategy)
end

function M.is_strategy(value)
  return getmetatable(value) == Strategy
end

-- Calls visit(value, field) for each field of a tree that may be bound to a param.
local function each_field(root, visit)
  local function indicator(at)
    if at then
      visit(at.fn, "indicator")
      visit(at.ticker, "ticker")
      for _, name in ipairs(tree_of.WINDOW_NAMES) do visit(at[name], name) end
    end
  end
  tree_of.each_node(root, function(node)
    visit(node.ticker, "ticker")
    visit(node.count, "n")
    indicator(node.indicator)
    for _, weight in ipairs(node.weights or {}) do visit(weight, "weight") end
    if node.condition then
      tree_of.each_comparison(node.condition, function(condition)
        visit(condition.threshold, "threshold")
        visit(condition.comparator, "comparator")
        indicator(condition.left)
        indicator(condition.right)
      end)
    end
  end)
end

--- The params of a strategy, in the order of their declaration.
---@return banyan.Param[]
function Strategy:params()
  local list, by_name = {}, {}
  each_field(self.root, function(value)
    if not param_of.is_bound(value) then return end
    local param, known = value.param, by_name[value.param.name]
    if not known then
      by_name[param.name] = param
      list[#list + 1] = param
    elseif known ~= param then
      failure.fail("STRATEGY", "%s: two params are called %s; use one b.param twice or give them "
        .. "different names", self.name, param.name)
    end
  end)
  table.sort(list, function(a, b) return a.serial < b.serial end)
  return list
end

--- Every ticker that the strategy refers to, under any of the values given, in rising order.
---@param space { name: string, values: any[] }[]
---@return string[]
function Strategy:tickers(space)
  local values, seen, list = {}, {}, {}
  for _, param in ipairs(space) do values[param.name] = param.values end
  local function add(ticker)
    if type(ticker) == "string" and not seen[ticker] then
      seen[ticker] = true
      list[#list + 1] = ticker
    end
  end
  each_field(self.root, function(value, field)
    if field ~= "ticker" then return end
    if param_of.is_bound(value) then
      for _, each in ipairs(values[value.param.name]) do add(value.map(each)) end
    else
      add(value)
    end
  end)
  table.sort(list)
  return list
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
---@return { name: string, values: any[] }[]
function Strategy:assignment(given)
  local params, space = self:params(), {}
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

--- Refuses what is read but not evaluated yet.
function Strategy:check_supported()
  if self.rebalance ~= "daily" then
    failure.fail("STRATEGY", "%s: rebalancing '%s'%s is not supported yet, only daily", self.name,
      tostring(self.rebalance), self.corridor and (" with a corridor of " .. self.corridor) or "")
  end
end

--- Compiles the strategy over a space.
---@param space { name: string, values: any[] }[]
---@param tickers string[] see Strategy:tickers
---@return ffi.cdata* plan by_plan *
function Strategy:compile(space, tickers)
  local tree = emit.tree(self, space, tickers)
  if #tickers == 0 then
    failure.fail("STRATEGY", "%s holds no ticker and asks for none; there is nothing to test",
      self.name)
  end
  local ok, result = pcall(engine.make, "by_plan", C.by_plan_free, C.by_plan_new, tree)
  if ok then return result end
  local known = failure.failure_of(result)
  if known then failure.fail(known.status, "%s: %s", self.name, known.message) end
  error(result, 0)
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
    depth = figures.depth,
    distinct = figures.distinct_nodes,
    conditions = figures.distinct_conditions,
    indicators = figures.distinct_series,
    tickers = tickers,
    params = params,
  }
end

--- The nodes whose field a selection or a param can be: see banyan.select.
function Strategy:select(keys)
  return select_of.new(self, keys)
end

local lines_of = {}

local function show(value)
  if param_of.is_bound(value) then return "$" .. value.param.name end
  return type(value) == "number" and ("%.10g"):format(value) or tostring(value)
end

local function indicator_text(indicator)
  local parts = { indicator.ticker and show(indicator.ticker) or nil }
  for _, name in ipairs(tree_of.WINDOW_NAMES) do
    if indicator[name] ~= nil then parts[#parts + 1] = show(indicator[name]) end
  end
  return ("%s(%s)"):format(show(indicator.fn), table.concat(parts, ", "))
end

local TEXT_LEVELS = 6 -- of conditions in conditions: what is below is three dots

--- A condition as text, such as "rsi(SPY, 10) > 79".
---@param condition table
---@param level integer? how deep it lies in others
function M.condition_text(condition, level)
  level = level or 1
  if condition.kind == "compare" then
    local sign = tree_of.COMPARATOR_SIGNS[condition.comparator] or show(condition.comparator)
    return ("%s %s %s"):format(indicator_text(condition.left), sign,
      condition.right and indicator_text(condition.right) or show(condition.threshold))
  end
  if level > TEXT_LEVELS then return condition.kind .. "(...)" end
  local parts = {}
  for i, child in ipairs(condition.conditions) do parts[i] = M.condition_text(child, level + 1) end
  return ("%s(%s)"):format(condition.kind, table.concat(parts, ", "))
end

lines_of.cash = function() return "cash" end
lines_of.asset = function(node) return show(node.ticker) end
lines_of.group = function(node) return ("group %q"):format(node.name) end
lines_of["if"] = function(node) return "if " .. M.condition_text(node.condition) end
lines_of.inverse_vol = function(node) return ("inverse volatility %s"):format(show(node.window)) end
lines_of.weighted = function(node)
  if node.mode == "equal" then return "equal" end
  local weights = {}
  for i, weight in ipairs(node.weights) do weights[i] = show(weight) end
  return "weights " .. table.concat(weights, " ")
end
lines_of.filter = function(node)
  return ("%s %s by %s"):format(node.bottom and "bottom" or "top", show(node.count),
    indicator_text(node.indicator))
end

--- Iterates over the lines of the tree: { depth =, text =, id = }.
---@param depth_max number? lines below this depth are left out
function Strategy:lines(depth_max)
  return coroutine.wrap(function()
    local function walk(node, depth)
      if depth_max and depth > depth_max then return end
      coroutine.yield { depth = depth, text = lines_of[node.kind](node), id = node.id }
      if node.kind == "if" then
        walk(node.yes, depth + 1)
        coroutine.yield { depth = depth, text = "else" }
        walk(node.no, depth + 1)
      else
        for _, child in ipairs(tree_of.children(node)) do walk(child, depth + 1) end
      end
    end
    walk(self.root, 0)
  end)
end

return M
