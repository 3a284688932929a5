-- SPDX-License-Identifier: MIT
-- Heat maps for a terminal: numbers in their cells where these fit, else a shade, a colour or a digit each.
local lists = require "banyan.lists"
local print_ = require "banyan.print"
local sparkline = require "banyan.sparkline"

local M = {}

local LABEL_MAX = 16
-- From bad to good: colours of rising brightness among the 256 of terminals, so that they need no eye for hues.
local COLORS = { 53, 55, 61, 31, 36, 71, 113, 226 }
local DARK = 5 -- colours on which text is light
local SHADES = { "░", "▒", "▓", "█" }

---@class banyan.Heatmap a picture: printed, it is drawn as wide as the terminal
local Heatmap = {}
Heatmap.__index = Heatmap

--- A heat map of a grid.
---@param grid banyan.Grid
---@return banyan.Heatmap
function M.new(grid)
  return setmetatable({ grid = grid }, Heatmap)
end

local function value_text(grid, value)
  return print_.metric(grid.metric or grid.by, value)
end

-- The extremes of the cells, and where the best one is.
local function survey(grid)
  local low, high, best
  for row = 1, #grid.y.values do
    for column = 1, #grid.x.values do
      local value = grid.cells[row][column]
      if value then
        if not low or value < low then low = value end
        if not high or value > high then high = value end
        if not best or value * grid.direction > best.value * grid.direction then
          best = { value = value, row = row, column = column }
        end
      end
    end
  end
  return low, high, best
end

-- Neighbouring values put together, so that no more than `most` are left: the first of each, and of the cells the best.
local function thinned(grid, most_x, most_y)
  local step_x, step_y = math.ceil(#grid.x.values / most_x), math.ceil(#grid.y.values / most_y)
  if step_x <= 1 and step_y <= 1 then return grid, 1, 1 end
  local small = { by = grid.by, metric = grid.metric, direction = grid.direction, cells = {},
    x = { name = grid.x.name, values = {} }, y = { name = grid.y.name, values = {} } }
  for row = 1, #grid.y.values, step_y do small.y.values[#small.y.values + 1] = grid.y.values[row] end
  for column = 1, #grid.x.values, step_x do small.x.values[#small.x.values + 1] = grid.x.values[column] end
  for row = 1, #grid.y.values do
    local at = math.ceil(row / step_y)
    small.cells[at] = small.cells[at] or {}
    for column = 1, #grid.x.values do
      local to, value = math.ceil(column / step_x), grid.cells[row][column]
      local kept = small.cells[at][to]
      if value and (not kept or value * grid.direction > kept * grid.direction) then small.cells[at][to] = value end
    end
  end
  return small, step_x, step_y
end

-- From 0 (the worst) to 1 (the best).
local function level_of(grid, value, low, high)
  if high == low then return 1 end
  local level = sparkline.level(value, low, high)
  return grid.direction > 0 and level or 1 - level
end

local function pick(list, level)
  return list[math.min(#list, 1 + math.floor(level * #list))]
end

local function colored(level, text)
  local color = pick(COLORS, level)
  local at = 1 + math.floor(math.min(level, 1 - 1e-12) * #COLORS)
  return ("\27[48;5;%d;38;5;%dm%s\27[0m"):format(color, at <= DARK and 231 or 16, text)
end

local function centred(text, width)
  local blank = width - print_.width(text)
  local left = math.floor(blank / 2)
  return (" "):rep(left) .. text .. (" "):rep(blank - left)
end

-- A cell with its number; * is the best.
local function number_cell(screen, grid, value, range, is_best, width)
  if not value then return (" "):rep(width) end
  local level = level_of(grid, value, range.low, range.high)
  local text = value_text(grid, value) .. (is_best and "*" or "")
  if screen.color then return colored(level, centred(text, width)) end
  if not screen.unicode then return (" "):rep(width - #text) .. text end
  return (" "):rep(width - #text - 2) .. pick(SHADES, level) .. text .. (is_best and "" or " ")
end

-- A cell of two columns.
local function small_cell(screen, grid, value, range, is_best)
  if not value then return "  " end
  local level = level_of(grid, value, range.low, range.high)
  if screen.color then return colored(level, is_best and "<>" or "  ") end
  if is_best then return screen.unicode and "◆ " or "* " end
  if screen.unicode then return pick(SHADES, level):rep(2) end
  return ("%d "):format(math.min(9, math.floor(level * 10)))
end

-- The values of x above their cells; where they are wider than these, every so many.
local function header(labels, width)
  local line, free = {}, 0
  local column = 0 -- of the terminal
  for i, label in ipairs(labels) do
    local size = print_.width(label)
    if size <= width - 1 or free <= column then
      local blank = size <= width - 1 and math.floor((width - size) / 2) or 0
      local at = column + blank
      if at >= free then
        line[#line + 1] = (" "):rep(at - (line.width or 0)) .. label
        line.width = at + size
        free = line.width + 1
      end
    end
    column = i * width
  end
  return table.concat(line)
end

local function labels_of(screen, values)
  local labels, width = {}, 0
  for i, value in ipairs(values) do
    labels[i] = screen:clean(print_.value(value), LABEL_MAX)
    width = math.max(width, print_.width(labels[i]))
  end
  return labels, width
end

local function number_width(screen, grid)
  local width = 0
  for row = 1, #grid.y.values do
    for column = 1, #grid.x.values do
      local value = grid.cells[row][column]
      if value then width = math.max(width, #value_text(grid, value)) end
    end
  end
  return width + (screen.color and 3 or screen.unicode and 3 or 2)
end

local function legend(screen, grid, range, best, small, steps)
  local low, high = value_text(grid, range.low), value_text(grid, range.high)
  if grid.direction < 0 then low, high = high, low end
  local parts = {}
  if screen.color then
    local ramp = {}
    for i = 1, #COLORS do ramp[i] = colored((i - 0.5) / #COLORS, "  ") end
    parts[1] = ("%s %s %s"):format(low, table.concat(ramp), high)
  elseif screen.unicode then
    parts[1] = ("%s %s %s"):format(low, table.concat(SHADES), high)
  elseif small then
    parts[1] = ("0 is %s, 9 is %s"):format(low, high)
  end
  local combo = grid.combos[best.row][best.column]
  parts[#parts + 1] = ("%s: %s at %s=%s %s=%s%s"):format(
    grid.aggregate == "best" and "best" or "best median", value_text(grid, best.value), grid.x.name,
    screen:clean(print_.value(grid.x.values[best.column]), LABEL_MAX), grid.y.name,
    screen:clean(print_.value(grid.y.values[best.row]), LABEL_MAX),
    combo and grid.aggregate == "best" and (", combo %d"):format(combo) or "")
  local lines = { table.concat(parts, "  ") }
  if steps.x > 1 or steps.y > 1 then
    lines[2] = ("a cell is the best of %d values of %s and %d of %s; a wider terminal shows more"):format(steps.x,
      grid.x.name, steps.y, grid.y.name)
  end
  return lines
end

function Heatmap:__show(screen)
  local grid = self.grid
  local title = ("%s of %s, %s across, %s down"):format(grid.aggregate, screen:clean(grid.by:gsub("_", " "), 40),
    grid.x.name, grid.y.name)
  local low, high, best = survey(grid)
  local range = { low = low, high = high }
  if not best then return { title .. ": no combo has a value" } end
  local label_width = select(2, labels_of(screen, grid.y.values))
  local room = screen.width - label_width - 2
  local width, small = number_width(screen, grid), false
  if width * #grid.x.values > room and not screen.whole then width, small = 2, true end
  local shown, steps = grid, { x = 1, y = 1 }
  if not screen.whole then
    shown, steps.x, steps.y = thinned(grid, math.max(1, math.floor(room / width)), math.max(4, screen.height - 5))
  end
  local lines, x_labels = { screen.style(title, "bold") }, labels_of(screen, shown.x.values)
  local labels = labels_of(screen, shown.y.values)
  lines[2] = (" "):rep(label_width + 2) .. header(x_labels, width)
  for row = 1, #shown.y.values do
    local cells = {}
    for column = 1, #shown.x.values do
      local is_best = math.ceil(best.row / steps.y) == row and math.ceil(best.column / steps.x) == column
      local value = shown.cells[row][column]
      cells[column] = small and small_cell(screen, grid, value, range, is_best)
        or number_cell(screen, grid, value, range, is_best, width)
    end
    local blank = (" "):rep(label_width - print_.width(labels[row]))
    lines[#lines + 1] = (blank .. labels[row] .. "  " .. table.concat(cells)):gsub(" +$", "")
  end
  return lists.append(lines, screen:wrap(legend(screen, grid, range, best, small, steps)))
end

function Heatmap:__tostring()
  return require "banyan.show".here(self) -- which needs modules that need this one
end

return M
