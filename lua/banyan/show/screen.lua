-- SPDX-License-Identifier: MIT
-- What pictures are drawn for: a terminal of so many columns, with colours and Unicode or without.
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local text_of = require "banyan.text"

local M = {}

local WIDTH, HEIGHT = 80, 40
local WIDTH_MIN, HEIGHT_MIN = 20, 5

---@class banyan.Screen
---@field width integer columns
---@field height integer lines that a value may take
---@field color boolean
---@field unicode boolean
---@field whole boolean lines may be longer than the width: what is written is no terminal
---@field style fun(text: string, style: string): string
local Screen = {}
Screen.__index = Screen

--- Makes one.
---@param options { width: integer?, height: integer?, color: boolean?, unicode: boolean?, whole: boolean? }?
---@return banyan.Screen
function M.new(options)
  options = options or {}
  return setmetatable({ width = math.max(WIDTH_MIN, options.width or WIDTH),
    height = math.max(HEIGHT_MIN, options.height or HEIGHT), color = options.color or false,
    unicode = options.unicode ~= false, whole = options.whole or false,
    style = print_.styler(options.color or false) }, Screen)
end

--- The one on which this program's standard output is.
---@return banyan.Screen
function M.current()
  return M.new { width = output.terminal and host.columns() or nil, color = output.style("x", "bold") ~= "x",
    unicode = output.utf8(), whole = not output.terminal }
end

--- A mark that there is more.
function Screen:dots()
  return self.unicode and "…" or "..."
end

--- Foreign text on one line and of `limit` columns at most.
---@param text any
---@param limit integer?
---@return string
function Screen:clean(text, limit)
  text = text_of.shown(text, limit == math.huge and math.huge or 4096)
  if not self.unicode then text = text:gsub("[\194-\244][\128-\191]*", "?") end
  limit = limit or self.width
  if print_.width(text) <= limit then return text end
  return print_.cut(text, limit - (self.unicode and 1 or 3)) .. self:dots()
end

-- The first words of a line that fit, and the rest.
local function broken(line, width)
  local last
  for stop in line:gmatch "()%s+%S" do
    local head = line:sub(1, stop - 1)
    if print_.width(head) > width then break end
    if head:find "%S" then last = stop end
  end
  if not last then return line, nil end
  return line:sub(1, last - 1), line:sub(last):match "^%s+(.*)$"
end

--- Lines of words broken where they are too wide; what goes on stands further to the right.
---@param lines string[]
---@return string[]
function Screen:wrap(lines)
  local wrapped = {}
  for _, line in ipairs(lines) do
    local indent = line:match "^ *" .. "    "
    while not self.whole and print_.width(line) > self.width do
      local first, rest = broken(line, self.width)
      if not rest then break end
      wrapped[#wrapped + 1], line = first, indent .. rest
    end
    wrapped[#wrapped + 1] = line
  end
  return wrapped
end

--- The first lines, and how many more there are.
---@param lines string[]
---@param limit integer? the height when left out
---@param where string? where the others are to be seen
---@return string[]
function Screen:first(lines, limit, where)
  limit = limit or self.height
  if #lines <= limit then return lines end
  local kept = {}
  for i = 1, limit - 1 do kept[i] = lines[i] end
  kept[limit] = ("%s %s%s"):format(self:dots(), print_.count(#lines - limit + 1, "more line"), where or "")
  return kept
end

return M
