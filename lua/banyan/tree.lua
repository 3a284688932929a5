-- SPDX-License-Identifier: MIT
-- Trees of a strategy as Lua tables, and one way to walk them.
--
-- Nodes: { kind = "cash" } · { kind = "asset", ticker = } · { kind = "weighted", mode = "equal" |
-- "specified", weights = {...}, children = {...} } · { kind = "if", condition =, yes =, no = } ·
-- { kind = "filter", indicator =, bottom =, count =, children = {...} } · { kind = "group", name =,
-- child = } · { kind = "inverse_vol", window =, children = {...} }; each may have an id.
-- Conditions: { kind = "compare", left =, comparator =, right = | threshold = } · { kind = "all" |
-- "any" | "none", conditions = {...} }; each may have an id.
-- Indicators: { fn =, ticker =, window =, window2 =, window3 = }.
-- Tickers, windows, thresholds, comparators, weights, counts and fn may be bound to params.
local failure = require "banyan.failure"
local ffi = require "banyan.ffi"

local C = ffi.C
local M = {}

M.COMPARATORS = { gt = 0, gte = 1, lt = 2, lte = 3, eq = 4 }
M.COMPARATOR_SIGNS = { gt = ">", gte = ">=", lt = "<", lte = "<=", eq = "=" }
M.WINDOW_NAMES = { "window", "window2", "window3" }

--- Indicators by their Lua name: { code =, windows =, title = }.
M.INDICATORS = {}
M.indicator_names = {}
local ffi_string = require "ffi".string
for code = 0, tonumber(C.BY_INDICATOR_COUNT) - 1 do
  local name = ffi_string(C.by_indicator_name(code))
  M.indicator_names[#M.indicator_names + 1] = name
  M.INDICATORS[name] = { code = code, windows = C.by_indicator_window_count(code),
    title = ffi_string(C.by_indicator_title(code)) }
end

--- The children of a node, in order.
---@return table[]
function M.children(node)
  if node.kind == "if" then return { node.yes, node.no } end
  if node.kind == "group" then return { node.child } end
  return node.children or {}
end

--- What a node is called in a path: its group name, its id or its kind.
---@return string
function M.name(node)
  if node.kind == "group" then return node.name end
  if node.kind == "asset" and type(node.ticker) == "string" then return node.ticker end
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

M.DEPTH_MAX = 1000 -- levels of nodes, and of conditions in a node

local function check_depth(depth, what)
  if depth > M.DEPTH_MAX then
    failure.fail("STRATEGY", "the %s deeper than %d levels; at most so many are allowed", what,
      M.DEPTH_MAX)
  end
end

--- Calls visit(condition) for each distinct comparison below a condition.
function M.each_comparison(condition, visit)
  local seen = {}
  local function walk(at, depth)
    if seen[at] then return end
    seen[at] = true
    if at.kind == "compare" then return visit(at) end
    check_depth(depth, "conditions of a node are")
    for _, child in ipairs(at.conditions) do walk(child, depth + 1) end
  end
  walk(condition, 1)
end

--- Calls visit(node, path) for each distinct node table, parents first. `path` holds the nodes above
--- it and itself, and changes after the call.
function M.each_node(root, visit)
  local seen, path = {}, {}
  local function walk(node)
    if seen[node] then return end
    seen[node] = true
    path[#path + 1] = node
    check_depth(#path, "tree is")
    visit(node, path)
    for _, child in ipairs(M.children(node)) do walk(child) end
    path[#path] = nil
  end
  walk(root)
end

return M
