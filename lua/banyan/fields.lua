-- SPDX-License-Identifier: MIT
-- The fields of a strategy that may be bound to params, and what can be told from them alone.
local lists = require "banyan.lists"
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"
local tree_of = require "banyan.tree"

local M = {}

local NONE = {}

-- Field of a table -> what people call it.
local CONDITION_FIELDS = { threshold = "threshold", comparator = "comparator", count = "n",
  for_days = "for_days", days_ago = "days_ago" }
local NODE_FIELDS = { ticker = "ticker", count = "n", window = "window", low = "low", high = "high",
  param = "choice" }
local SERIES_FIELDS = { fn = "indicator", ticker = "ticker", window = "window", window2 = "window",
  window3 = "window", number = "number", number2 = "number", days_ago = "days_ago", factor = "factor",
  offset = "offset" }
for _, name in ipairs(tree_of.OPTION_NAMES) do SERIES_FIELDS[name] = name end

-- The weight of a child is told by the path to the child.
local function each_weight(node, path, visit)
  for i, weight in ipairs(node.weights or {}) do
    path[#path + 1] = node.mode == "specified" and node.children[i] or nil
    visit(weight, "weight", path)
    if path[#path] ~= node then path[#path] = nil end
  end
end

--- Calls visit(value, field, path) for each field of a tree that may be bound to a param, of each
--- distinct table once. `path` is as in tree_of.each_node.
---@param root table
---@param visit fun(value: any, field: string, path: table[])
function M.each(root, visit)
  local seen_series, seen_conditions = {}, {}
  tree_of.each_node(root, function(node, path)
    local function fields(at, names)
      for name, field in pairs(names) do
        if at[name] ~= nil then visit(at[name], field, path) end
      end
    end
    local function series(at) fields(at, SERIES_FIELDS) end
    fields(node, NODE_FIELDS)
    each_weight(node, path, visit)
    if node.indicator then tree_of.each_series(node.indicator, series, seen_series) end
    for _, condition in ipairs(tree_of.conditions(node)) do
      tree_of.each_condition(condition, function(at)
        fields(at, CONDITION_FIELDS)
        if at.kind ~= "compare" then return end
        tree_of.each_series(at.left, series, seen_series)
        if at.right then tree_of.each_series(at.right, series, seen_series) end
      end, seen_conditions)
    end
  end)
end

---@class banyan.Survey what the fields of a tree hold, each distinct one once
---@field bound banyan.Bound[]
---@field tickers any[] plain or bound
---@field kinds any[] of indicators; plain or bound
---@field customs userdata[] of those that scripts define

-- Adds a value to a list unless it is there.
local function add(self, list, value)
  if value ~= nil and not self.known[list][value] then
    self.known[list][value] = true
    list[#list + 1] = value
  end
end

-- Large trees are surveyed before anything is evaluated: lists of names are walked several times faster than tables.
local CONDITION_NAMES, NODE_NAMES = lists.sorted_keys(CONDITION_FIELDS), lists.sorted_keys(NODE_FIELDS)
local SERIES_NAMES = lists.sorted_keys(SERIES_FIELDS)

local function add_bound(self, value)
  if type(value) == "table" and param_of.is_bound(value) then add(self, self.bound, value) end
end

local function add_bound_fields(self, at, names)
  for i = 1, #names do
    local value = at[names[i]]
    if type(value) == "table" then add_bound(self, value) end
  end
end

local survey_node

local function survey_series(self, at, depth)
  if not at or self.seen[at] then return end
  self.seen[at] = true
  tree_of.check_depth(depth, "series of a node are")
  add(self, self.kinds, at.fn)
  add(self, self.customs, at.custom)
  add(self, self.tickers, at.ticker)
  add_bound_fields(self, at, SERIES_NAMES)
  survey_series(self, at.over, depth + 1)
  survey_series(self, at.other, depth + 1)
  survey_series(self, at.left, depth + 1)
  survey_series(self, at.right, depth + 1)
  if at.of then
    local level = self.level
    survey_node(self, at.of, level + 1)
    self.level = level
  end
end

local function survey_condition(self, at, depth)
  if not at or self.seen[at] then return end
  self.seen[at] = true
  tree_of.check_depth(depth, "conditions of a node are")
  add_bound_fields(self, at, CONDITION_NAMES)
  survey_series(self, at.left, 1)
  survey_series(self, at.right, 1)
  for _, child in ipairs(at.conditions or NONE) do survey_condition(self, child, depth + 1) end
end

function survey_node(self, node, depth)
  if self.seen[node] then return end
  self.seen[node] = true
  tree_of.check_depth(depth, "tree is")
  self.level = depth
  add(self, self.tickers, node.ticker)
  add_bound_fields(self, node, NODE_NAMES)
  for _, weight in ipairs(node.weights or NONE) do add_bound(self, weight) end
  survey_series(self, node.indicator, 1)
  for _, condition in ipairs(tree_of.conditions(node)) do survey_condition(self, condition, 1) end
  for _, child in ipairs(tree_of.children(node)) do survey_node(self, child, depth + 1) end
end

--- What the fields of a tree hold: one walk for all who ask.
---@param root table
---@return banyan.Survey
function M.survey(root)
  local self = { bound = {}, tickers = {}, kinds = {}, customs = {}, seen = {} }
  self.known = { [self.bound] = {}, [self.tickers] = {}, [self.kinds] = {}, [self.customs] = {} }
  survey_node(self, root, 1)
  return { bound = self.bound, tickers = self.tickers, kinds = self.kinds, customs = self.customs }
end

--- Calls visit(value) for each value that a field takes over a space.
---@param value any plain or bound
---@param space { name: string, values: any[] }[]
---@param visit fun(value: any)
function M.each_value(value, space, visit)
  if not param_of.is_bound(value) then return visit(value) end
  for _, param in ipairs(space) do
    if param.name == value.param.name then
      for _, each in ipairs(param.values) do visit(value.map(each)) end
    end
  end
end

--- Every ticker of a tree over a space, in rising order. Views such as "SPY/TLT" are among them.
---@param survey banyan.Survey
---@param space { name: string, values: any[] }[]
---@return string[]
function M.tickers(survey, space)
  local seen, list = {}, {}
  local function add_ticker(ticker)
    if type(ticker) == "string" and not seen[ticker] then
      seen[ticker] = true
      list[#list + 1] = ticker
    end
  end
  for _, value in ipairs(survey.tickers) do M.each_value(value, space, add_ticker) end
  table.sort(list)
  return list
end

--- Whether any indicator of a tree reads more than closes and days, over a space.
---@param survey banyan.Survey
---@param space { name: string, values: any[] }[]
---@return boolean
function M.reads_full_bars(survey, space)
  local found = false
  local function look(known)
    found = found or known ~= nil
      and (known.reads_range or known.reads_open or known.reads_volume)
  end
  for _, value in ipairs(survey.kinds) do
    M.each_value(value, space, function(name) look(tree_of.INDICATORS[name]) end)
  end
  for _, kind in ipairs(survey.customs) do look(tree_of.CUSTOMS[kind]) end
  return found
end

--- What each param of a strategy stands for: a field in some nodes (`places` are their paths), or a
--- setting of the strategy (no places).
---@param strategy banyan.Strategy
---@return { param: string, field: string, places: string[]? }[] by param and field
function M.touches(strategy)
  local list, known = {}, {}
  local function touch(value, field, path)
    if not param_of.is_bound(value) then return end
    local key = value.param.name .. " " .. field
    local at = known[key]
    if not at then
      at = { param = value.param.name, field = field, places = path and {} }
      known[key] = at
      list[#list + 1] = at
    end
    if path then table.insert(at.places, tree_of.path_text(path)) end
  end
  M.each(strategy.root, touch)
  settings_of.each(strategy, touch)
  table.sort(list, function(a, b)
    if a.param ~= b.param then return a.param < b.param end
    return a.field < b.field
  end)
  return list
end

return M
