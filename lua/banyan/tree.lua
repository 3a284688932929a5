-- SPDX-License-Identifier: MIT
-- Trees of a strategy as Lua tables, and one way to walk them.
--
-- Nodes, each of which may have an id:
--   { kind = "cash" } · { kind = "void" } · { kind = "settle", child = } · { kind = "asset", ticker = }
--   { kind = "weighted", mode = "equal" | "specified", weights = {...}, children = {...} }
--   { kind = "if", condition =, yes =, no = } · { kind = "group", name =, child = }
--   { kind = "filter", indicator = a template, bottom =, count =, weighting = "equal" (or nil) |
--     "rank" (then weights = one a rank, best first) | "inverse_vol" (then window =), children = }
--   { kind = "inverse_vol", window =, children = {...} }
--   { kind = "mixed", indicator =, low =, high =, from =, to = }: from at or below low
--   { kind = "switch", conditions = {...}, cases = {...} }: cases[1 + how many conditions hold]
--   { kind = "enter_exit", enter =, exit =, inside =, outside = }
--   { kind = "choice", param =, names = {...}, cases = {...} }: the case whose name the param is
-- Conditions, each of which may have an id, for_days (1) and days_ago (0):
--   { kind = "compare", left =, comparator =, right = | threshold = }
--   { kind = "all" | "any" | "none", conditions = {...} }
--   { kind = "at_least", count =, conditions = {...} }
-- Series, each of which may have days_ago (0), factor (1) and offset (0):
--   { fn =, ticker = | of = a node | over = a series, window =, window2 =, window3 =, number =,
--     number2 =, other = a series } and, where the kind has them, its options: ddof =, seed =,
--     history = and so on; custom = its key in CUSTOMS, where a script defines the kind. Without a
--     source it is a template: it stands for one series a child of the filter that it ranks.
--   { op = "add" | "subtract" | "multiply" | "divide", left =, right = }
--   { on = a timeframe such as "1d", over = a series }: that series over bars of the timeframe, of which
--     the last one that has closed is seen
-- Tickers, fn, windows, numbers, thresholds, comparators, weights, counts, low, high, for_days, days_ago,
-- factor, offset and options may be bound to params.
local failure = require "banyan.failure"
local ffi = require "banyan.ffi"
local param_of = require "banyan.param"

local C = ffi.C
local M = {}

M.COMPARATORS = { gt = 0, gte = 1, lt = 2, lte = 3, eq = 4 }
M.COMPARATOR_SIGNS = { gt = ">", gte = ">=", lt = "<", lte = "<=", eq = "=" }
M.OPERATORS = { add = "+", subtract = "-", multiply = "*", divide = "/" }
M.WINDOW_NAMES = { "window", "window2", "window3" }
M.NUMBER_NAMES = { "number", "number2" }

--- Kinds of nodes and conditions.
M.NODE_KINDS = { cash = true, void = true, settle = true, asset = true, weighted = true, ["if"] = true,
  group = true, filter = true, inverse_vol = true, mixed = true, switch = true, enter_exit = true,
  choice = true }
M.CONDITION_KINDS = { compare = true, all = true, any = true, none = true, at_least = true }

---@class banyan.IndicatorOption one of the choices between definitions on which tools differ
---@field name string
---@field words string[] the first one is the default
---@field counts boolean a number of bars will do, too
---@field size integer how many there are

---@class banyan.Indicator what the engine knows of a kind of indicator
---@field code integer by_indicator
---@field windows integer how many it has
---@field numbers integer how many it has
---@field title string
---@field reads_range boolean high and low
---@field reads_open boolean
---@field reads_volume boolean
---@field reads_time boolean days alone: it has no source
---@field reads_other boolean a second series
---@field options banyan.IndicatorOption[]

--- Indicators by their Lua name.
---@type table<string, banyan.Indicator>
M.INDICATORS = {}
---@type string[]
M.indicator_names = {}
--- Names of all options of indicators, in the order in which they are shown.
---@type string[]
M.OPTION_NAMES = {}
local text_of = require "ffi".string
local is_option = {}

-- Of "seed=first|sma history=all|#".
local function options_of(text)
  local options = {}
  for name, choices in text:gmatch "(%S+)=(%S+)" do
    local words = {}
    for word in choices:gmatch "[^|]+" do words[#words + 1] = word ~= "#" and word or nil end
    local counts = choices:find("#", 1, true) ~= nil
    options[#options + 1] = { name = name, words = words, counts = counts,
      size = #words + (counts and tonumber(C.BY_WINDOW_MAX) or 0) }
    if not is_option[name] then M.OPTION_NAMES[#M.OPTION_NAMES + 1] = name end
    is_option[name] = true
  end
  return options
end

for code = 0, tonumber(C.BY_INDICATOR_COUNT) - 1 do
  local name, reads = text_of(C.by_indicator_name(code)), C.by_indicator_reads(code)
  local function reads_bit(which) return bit.band(reads, which) ~= 0 end
  M.indicator_names[#M.indicator_names + 1] = name
  M.INDICATORS[name] = {
    code = code,
    windows = C.by_indicator_window_count(code),
    numbers = C.by_indicator_number_count(code),
    title = text_of(C.by_indicator_title(code)),
    reads_range = reads_bit(C.BY_READS_RANGE),
    reads_open = reads_bit(C.BY_READS_OPEN),
    reads_volume = reads_bit(C.BY_READS_VOLUME),
    reads_time = reads_bit(C.BY_READS_TIME),
    reads_other = reads_bit(C.BY_READS_OTHER),
    options = options_of(text_of(C.by_indicator_options(code))),
  }
end

--- Indicators that scripts define, by what the engine computes them by.
---@type table<userdata, banyan.Custom>
M.CUSTOMS = setmetatable({}, { __mode = "k" })

--- What is known of a kind that a series may be of; nil when there is no such kind.
---@param series table
---@param name string
---@return banyan.Indicator|banyan.Custom|nil
function M.known(series, name)
  local custom = series.custom and M.CUSTOMS[series.custom]
  return custom and custom.name == name and custom or M.INDICATORS[name]
end

-- Nodes ------------------------------------------------------------------------------------------

local NONE = {}

--- The children of a node, in order; not to be changed.
---@return table[]
function M.children(node)
  local kind = node.kind
  if kind == "if" then return { node.yes, node.no } end
  if kind == "group" or kind == "settle" then return { node.child } end
  if kind == "mixed" then return { node.from, node.to } end
  if kind == "enter_exit" then return { node.inside, node.outside } end
  return node.children or node.cases or NONE
end

--- The conditions by which a node chooses, in order; not to be changed.
---@return table[]
function M.conditions(node)
  if node.kind == "if" then return { node.condition } end
  if node.kind == "enter_exit" then return { node.enter, node.exit } end
  return node.kind == "switch" and node.conditions or NONE
end

--- What a node is called in a path: its group name, its ticker, its id or its kind.
---@return string
function M.name(node)
  if node.kind == "group" then return node.name end
  if node.kind == "asset" then
    local ticker = node.ticker
    if param_of.is_bound(ticker) then return "$" .. ticker.param.name end
    if type(ticker) == "string" then return ticker end
  end
  return node.kind .. (node.id and (" " .. node.id) or "")
end

local PATH_PARTS = 12

--- A path from the root for messages; the middle of a long one is cut.
---@param path table[] nodes from the root down
---@return string
function M.path_text(path)
  local parts = {}
  for i, node in ipairs(path) do
    if #path <= PATH_PARTS or i <= 3 or i > #path - PATH_PARTS + 4 then
      parts[#parts + 1] = M.name(node)
    elseif i == 4 then
      parts[#parts + 1] = "..."
    end
  end
  return table.concat(parts, "/")
end

-- Walks ------------------------------------------------------------------------------------------

M.DEPTH_MAX = 1000 -- levels of nodes, and of conditions or series in a node

--- Refuses what is nested too deep: `what` is such as "tree is".
function M.check_depth(depth, what)
  if depth > M.DEPTH_MAX then
    failure.fail("STRATEGY", "the %s deeper than %d levels; at most so many are allowed", what,
      M.DEPTH_MAX)
  end
end

--- Calls visit(series, on) for a series and each distinct one that it is made of, it first; `on` is
--- the higher timeframe in which it stands, if it does.
---@param series table
---@param visit fun(series: table, on: string?)
---@param seen table<table, boolean>? those to leave out; grows
function M.each_series(series, visit, seen)
  if not series or seen and seen[series] then return end
  if not (series.over or series.other or series.op) then -- most are made of nothing else
    if seen then seen[series] = true end
    return visit(series)
  end
  seen = seen or {}
  local function walk(at, on, depth)
    if not at or seen[at] then return end
    seen[at] = true
    M.check_depth(depth, "series of a node are")
    visit(at, on)
    walk(at.over, at.on or on, depth + 1)
    walk(at.other, on, depth + 1)
    walk(at.left, on, depth + 1)
    walk(at.right, on, depth + 1)
  end
  walk(series, nil, 1)
end

--- What a series is called in messages.
---@return string
function M.series_name(series)
  return tostring(series.fn or series.op or "on")
end

--- Calls visit(condition) for a condition and each distinct one in it, it first.
---@param condition table
---@param visit fun(condition: table)
---@param seen table<table, boolean>? those to leave out; grows
function M.each_condition(condition, visit, seen)
  if seen and seen[condition] then return end
  if not condition.conditions then -- most compare
    if seen then seen[condition] = true end
    return visit(condition)
  end
  seen = seen or {}
  local function walk(at, depth)
    if seen[at] then return end
    seen[at] = true
    M.check_depth(depth, "conditions of a node are")
    visit(at)
    for _, child in ipairs(at.conditions or {}) do walk(child, depth + 1) end
  end
  walk(condition, 1)
end

--- Calls visit(series, on) for each distinct series of a node itself and of its conditions.
---@param node table
---@param visit fun(series: table, on: string?)
function M.each_series_of(node, visit)
  local seen, seen_conditions = {}, {}
  if node.indicator then M.each_series(node.indicator, visit, seen) end
  for _, condition in ipairs(M.conditions(node)) do
    M.each_condition(condition, function(at)
      if at.kind ~= "compare" then return end
      M.each_series(at.left, visit, seen)
      if at.right then M.each_series(at.right, visit, seen) end
    end, seen_conditions)
  end
end

-- Whether a series is measured over a ticker, or over nothing yet: most are, and need no walk.
local function is_plain(series)
  return not (series.of or series.over or series.op or series.other)
end

local function compares_plain(node)
  local condition = node.condition
  return condition and condition.kind == "compare" and is_plain(condition.left)
    and (not condition.right or is_plain(condition.right))
end

--- The nodes that the series of a node measure, in order.
---@return table[]
function M.measured(node)
  local kind = node.kind
  if kind == "if" and compares_plain(node) then return NONE end
  if kind ~= "if" and kind ~= "switch" and kind ~= "enter_exit"
    and (not node.indicator or is_plain(node.indicator)) then
    return NONE
  end
  local list, seen = {}, {}
  M.each_series_of(node, function(series)
    if series.of and not seen[series.of] then
      seen[series.of] = true
      list[#list + 1] = series.of
    end
  end)
  return list
end

--- Calls visit(node, path) for each distinct node table, parents first, and into those that series
--- measure. `path` holds the nodes above it and itself, and changes after the call.
---@param root table
---@param visit fun(node: table, path: table[])
function M.each_node(root, visit)
  local seen, path = {}, {}
  local function walk(node)
    if seen[node] then return end
    seen[node] = true
    path[#path + 1] = node
    M.check_depth(#path, "tree is")
    visit(node, path)
    for _, child in ipairs(M.children(node)) do walk(child) end
    for _, each in ipairs(M.measured(node)) do walk(each) end
    path[#path] = nil
  end
  walk(root)
end

local function lacks_source(at)
  if not at.fn or at.ticker ~= nil or at.of or at.over then return false end
  local known = M.INDICATORS[at.fn]
  return not (known and known.reads_time)
end

--- Whether a series stands for one a child of a filter: it, or one that it is made of, has no source.
---@param series table
---@return boolean
function M.is_template(series)
  if is_plain(series) then return lacks_source(series) end
  local found = false
  M.each_series(series, function(at) found = found or lacks_source(at) end)
  return found
end

return M
