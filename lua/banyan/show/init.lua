-- SPDX-License-Identifier: MIT
-- Values as a person at a terminal looks at them: any value that a script can hold, as text.
--
-- What has a picture of its own has it in its metatable: __show(value, screen) -> lines.
local host = require "banyan.host"
local plain = require "banyan.show.plain"
local print_ = require "banyan.print"
local screen_of = require "banyan.show.screen"
local trees = require "banyan.show.trees"
local view_of = require "banyan.api.view"

local M = {}

-- Functions of the API know their names.
local function function_lines(value)
  local b = require "banyan" -- which needs this module
  for name, each in pairs(b) do
    if each == value then return { ("function b.%s; ?b.%s tells more"):format(name, name) } end
  end
  local info = debug.getinfo(value, "S")
  if info.what == "C" or info.short_src:find "^banyan/" then return { "function" } end
  return { ("function of %s:%d"):format(info.short_src, info.linedefined) }
end

local function own_picture(value)
  local meta = getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__show") or nil
end

local function lines_of(screen, value)
  local kind = type(value)
  if kind == "string" then return plain.string_lines(screen, value) end
  if kind == "function" then return function_lines(value) end
  if kind ~= "table" then return { plain.inline(screen, value, screen.width) } end
  local picture = own_picture(value)
  if picture then return picture(value, screen) end
  if view_of.is(value) or value == package.loaded.banyan then
    return { "the Lua API: b.strategy, b.rsi, b.run and so on; ?b tells more" }
  end
  local known, lines = pcall(trees.lines, screen, value) -- tables may raise when they are asked for what they miss
  if known and lines then return lines end
  return plain.table_lines(screen, value)
end

-- What stands for a value in a table.
function plain.short(screen, value)
  if own_picture(value) then
    local meta = getmetatable(value)
    return meta.__tostring and tostring(value) or "{...}"
  end
  local known, text = pcall(trees.short, screen, value)
  return known and text or nil
end

--- A value as text for a terminal. Raises nothing but what Ctrl-C does.
---@param value any
---@param options banyan.Screen|{ width: integer?, height: integer?, color: boolean?, unicode: boolean?,
--- whole: boolean? }? of the terminal; one of 80 columns with Unicode and without colours when left out
---@return string text without a line end behind the last line
function M.text(value, options)
  local screen = screen_of.new(options)
  local ok, lines = pcall(lines_of, screen, value)
  if not ok then
    if host.interrupted() > 0 then error(lines, 0) end
    return "<" .. type(value) .. ">"
  end
  if type(value) ~= "string" and not screen.whole then
    for i, line in ipairs(lines) do lines[i] = print_.cut(line, screen.width) end
  end
  return table.concat(lines, "\n")
end

--- The same for the terminal of standard output.
---@param value any
---@return string
function M.here(value)
  return M.text(value, screen_of.current())
end

return M
