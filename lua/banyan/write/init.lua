-- SPDX-License-Identifier: MIT
-- A strategy as the text of a Lua file that returns it: params on top, then what repeats or lies
-- deep as variables, then the strategy. Numbers read back to the same bits and children keep their
-- order, so that the file computes what the strategy does.
local compact = require "banyan.write.compact"
local compose = require "banyan.write.compose"
local layout = require "banyan.write.layout"
local param_of = require "banyan.param"
local print_ = require "banyan.print"
local text_of = require "banyan.text"
local value_of = require "banyan.write.value"

local M = {}

local COMMENT_COLUMNS = 97 -- behind "-- "

-- Parts that one function makes, where there are more: LuaJIT allows a function 65,536 constants.
local BLOCK_SIZE = 500

-- Each line of a text as a paragraph of comments.
local function add_comment(lines, text)
  for paragraph in text:gmatch "[^\r\n]+" do
    local shown = value_of.straight(text_of.shown(paragraph, math.huge), "")
    for _, line in ipairs(print_.wrap(shown, COMMENT_COLUMNS)) do
      lines[#lines + 1] = line == "" and "--" or "-- " .. line
    end
  end
end

local function add_header(lines, strategy)
  add_comment(lines, strategy.name)
  if strategy.description and strategy.description:find "%S" then
    lines[#lines + 1] = "--"
    add_comment(lines, strategy.description)
  end
  lines[#lines + 1] = 'local b = require "banyan"'
end

local function add_params(lines, file)
  if #file.params == 0 then return end
  lines[#lines + 1] = ""
  if file.params_in_table then lines[#lines + 1] = "local param = {}" end
  for _, param in ipairs(file.params) do
    lines[#lines + 1] = (file.params_in_table and "" or "local ") .. file.variables[param.name]
      .. " = " .. value_of.declaration(param)
  end
end

-- Definitions of one line stand together, others have blank lines around them.
local function add_definitions(lines, file, first, last, indent)
  local before, tall = #lines, true
  local head = indent .. (file.parts_in_table and "" or "local ")
  for i = first, last do
    local part = file.definitions[i]
    local text = layout.text(head .. part.name .. " = ", part.doc, "")
    local is_tall = text:find("\n", 1, true) ~= nil
    if (tall or is_tall) and not (indent ~= "" and #lines == before) then lines[#lines + 1] = "" end
    lines[#lines + 1], tall = text, is_tall
  end
end

local function add_blocks(lines, file)
  local count = #file.definitions
  for first = 1, count, BLOCK_SIZE do
    lines[#lines + 1] = ""
    lines[#lines + 1] = "do"
    lines[#lines + 1] = "  local function make()"
    add_definitions(lines, file, first, math.min(count, first + BLOCK_SIZE - 1), "    ")
    lines[#lines + 1] = "  end"
    lines[#lines + 1] = "  make()"
    lines[#lines + 1] = "end"
  end
end

local function add_parts(lines, file)
  if file.parts_in_table then
    lines[#lines + 1] = ""
    lines[#lines + 1] = "local part = {}"
  end
  if #file.definitions > BLOCK_SIZE then
    add_blocks(lines, file)
  else
    add_definitions(lines, file, 1, #file.definitions, "")
  end
end

-- Settings that need no line.
local USUAL = { fill = "close", costs = "none" }

local function add_field(lines, file, name, value)
  local doc
  if value == nil or value == USUAL[name] then return end
  if type(value) == "table" and not param_of.is_bound(value) then
    if next(value) == nil then return end
    doc = layout.list("{", value_of.items(value, file.variables))
  else
    doc = value_of.text(value, file.variables)
  end
  lines[#lines + 1] = layout.text("  ", layout.row { name .. " = ", doc }, ",")
end

local function add_strategy(lines, file)
  local strategy = file.strategy
  lines[#lines + 1] = ""
  lines[#lines + 1] = "return b.strategy {"
  add_field(lines, file, "name", strategy.name)
  add_field(lines, file, "rebalance", strategy.corridor and { corridor = strategy.corridor }
    or strategy.rebalance)
  for _, name in ipairs { "fill", "costs", "options" } do
    add_field(lines, file, name, strategy[name])
  end
  lines[#lines + 1] = layout.text("  ", file.root, ",")
  lines[#lines + 1] = "}"
end

--- The text of a Lua file that returns a strategy. It has no ids of foreign nodes.
---@param strategy banyan.Strategy
---@return string
function M.lua(strategy)
  local file = compose.strategy(strategy)
  local lines = {}
  add_header(lines, strategy)
  add_params(lines, file)
  add_parts(lines, file)
  add_strategy(lines, file)
  return table.concat(lines, "\n") .. "\n"
end

-- Bytes of a function's statements, where there are more: each of its constants takes several.
local BLOCK_BYTES = 100000

local function add_statements(lines, statements)
  local size = math.huge
  lines[#lines + 1] = "local p={}"
  for i, statement in ipairs(statements) do
    if size > BLOCK_BYTES then
      if i > 1 then lines[#lines + 1] = "end make() end" end
      lines[#lines + 1], size = "do local function make()", 0
    end
    lines[#lines + 1], size = statement, size + #statement
  end
  if #statements > 0 then lines[#lines + 1] = "end make() end" end
end

--- The text of a Lua file that returns a strategy that has just been evaluated, as M.lua makes it, but for programs to
--- read: made several times faster.
---@param strategy banyan.Strategy
---@return string
function M.compact(strategy)
  local file = compact.strategy(strategy)
  local lines = { 'local b = require "banyan"' }
  add_params(lines, file)
  add_statements(lines, file.statements)
  add_strategy(lines, file)
  return table.concat(lines, "\n") .. "\n"
end

return M
