-- SPDX-License-Identifier: MIT
-- A raster of dots in the cells of a terminal: 2 x 4 dots a cell in braille, 1 x 2 in plain characters, which also
-- tell several lines apart where there are no colours. x rises to the right and y upwards, both from 0. A cell belongs
-- to the line that was drawn into it last.
local text_of = require "banyan.text"

local M = {}

local bor, lshift = bit.bor, bit.lshift

-- The bit of each dot of a braille cell by x and by y from its foot (Unicode: U+2800).
local BRAILLE = { [0] = { [0] = 6, 2, 1, 0 }, { [0] = 7, 5, 4, 3 } }
local HALVES = { ".", "'", ":" } -- the lower one, the upper one, both
local MARKS = { "*", "+", "o", "x", "#", "@" }
-- Of the 256 colours of terminals, those that people who see few colours tell apart (Okabe and Ito).
local COLORS = { 39, 214, 36, 175, 226, 166 }

---@class banyan.Canvas
---@field columns integer cells
---@field rows integer
---@field width integer dots
---@field height integer
local Canvas = {}
Canvas.__index = Canvas

--- An empty one.
---@param screen banyan.Screen
---@param columns integer
---@param rows integer
---@param several boolean? whether several lines must be told apart
---@return banyan.Canvas
function M.new(screen, columns, rows, several)
  local braille = screen.unicode and (screen.color or not several)
  local x, y = braille and 2 or 1, braille and 4 or 2
  return setmetatable({ columns = columns, rows = rows, x = x, y = y, width = columns * x, height = rows * y,
    braille = braille, color = screen.color, marked = several and not screen.color, bits = {}, owner = {} }, Canvas)
end

--- A line's color among the 256 of terminals, and its mark where there are no colours.
---@param line integer from 1
function M.color(line)
  return COLORS[(line - 1) % #COLORS + 1]
end

function M.mark(line)
  return MARKS[(line - 1) % #MARKS + 1]
end

--- Sets the dots of a column between two heights.
function Canvas:span(x, low, high, line)
  if low > high then low, high = high, low end
  local cell_x, bits = math.floor(x / self.x), BRAILLE[x % self.x]
  for y = math.max(low, 0), math.min(high, self.height - 1) do
    local at = math.floor(y / self.y) * self.columns + cell_x
    local which = self.braille and bits[y % self.y] or y % self.y
    self.bits[at] = bor(self.bits[at] or 0, lshift(1, which))
    self.owner[at] = line
  end
end

--- A straight line between two points, of which heights need not be whole; with a foot, the area between both.
function Canvas:segment(x0, y0, x1, y1, line, foot)
  local function at(x) -- the height there, within the ends
    local share = x1 == x0 and 1 or math.min(1, math.max(0, (x - x0) / (x1 - x0)))
    return math.floor(y0 + (y1 - y0) * share + 0.5)
  end
  for x = x0, x1 do
    if foot then
      self:span(x, at(x), foot, line)
    else -- the half step to the next column is drawn there
      local from, to = at(x - 0.5), at(x + 0.5)
      if from < to then to = math.max(from, to - 1) elseif from > to then to = math.min(from, to + 1) end
      self:span(x, from, to, line)
    end
  end
end

local function glyph(self, bits, line)
  if self.braille then return text_of.utf8_char(0x2800 + bits) end
  return self.marked and M.mark(line) or HALVES[bits]
end

--- The rows from the top, as text without spaces at their ends.
---@return string[]
function Canvas:lines()
  local lines = {}
  for row = self.rows - 1, 0, -1 do
    local parts, color = {}, nil
    for column = 0, self.columns - 1 do
      local at = row * self.columns + column
      local bits, line = self.bits[at], self.owner[at]
      local wanted = bits and self.color and M.color(line) or nil
      if wanted ~= color then
        parts[#parts + 1] = wanted and ("\27[38;5;%dm"):format(wanted) or "\27[0m"
        color = wanted
      end
      parts[#parts + 1] = bits and glyph(self, bits, line) or " "
    end
    lines[#lines + 1] = table.concat(parts):gsub(" +$", "") .. (color and "\27[0m" or "")
  end
  return lines
end

return M
