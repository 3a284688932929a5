-- SPDX-License-Identifier: MIT
-- Line charts for a terminal: of braille dots, or of plain characters where there is no Unicode.
local axis_of = require "banyan.show.axis"
local canvas_of = require "banyan.show.canvas"
local lists = require "banyan.lists"

local M = {}

local HEIGHT, HEIGHT_MAX = 12, 100 -- rows
local COLUMNS_MIN = 10
local ROWS_A_TICK = 4

---@class banyan.PlotLine
---@field name string
---@field values number[]|table values from 1; gaps where they are no finite numbers

---@class banyan.Panel
---@field title string?
---@field lines banyan.PlotLine[]
---@field n integer
---@field dates string[] of each value
---@field height integer? rows
---@field log boolean? logarithms; what is not above 0 is a gap
---@field percent boolean? fractions, written as percentages
---@field fill number? the lines are areas from this value

---@class banyan.Plot a picture: printed, it is drawn as wide as the terminal
local Plot = {}
Plot.__index = Plot

--- A plot of one panel, or of several below each other.
---@param ... banyan.Panel
function M.new(...)
  return setmetatable({ panels = { ... } }, Plot)
end

local function is_drawn(panel, value)
  return type(value) == "number" and value - value == 0 and (not panel.log or value > 0)
end

local function extremes(panel)
  local low, high = panel.fill, panel.fill
  for _, line in ipairs(panel.lines) do
    for i = 1, panel.n do
      local value = line.values[i]
      if is_drawn(panel, value) then
        if not low or value < low then low = value end
        if not high or value > high then high = value end
      end
    end
  end
  return low, high
end

-- More values than columns: in each, from the lowest to the highest of its own, and on to where the next one begins.
local function draw_dense(canvas, panel, line, number, height_of)
  local before
  for x = 0, canvas.width - 1 do
    local low, high, last
    for i = math.floor(x * panel.n / canvas.width) + 1, math.floor((x + 1) * panel.n / canvas.width) do
      local value = line.values[i]
      if is_drawn(panel, value) then
        local y = height_of(value)
        low, high, last = math.min(low or before or y, y), math.max(high or before or y, y), y
      else
        before = nil
      end
    end
    if low then
      if panel.fill then low, high = math.min(low, height_of(panel.fill)), math.max(high, height_of(panel.fill)) end
      canvas:span(x, math.floor(low + 0.5), math.floor(high + 0.5), number)
    end
    before = last
  end
end

-- Fewer: from each to the next.
local function draw_sparse(canvas, panel, line, number, height_of)
  local function x_of(i)
    return panel.n == 1 and math.floor(canvas.width / 2)
      or math.floor((i - 1) * (canvas.width - 1) / (panel.n - 1) + 0.5)
  end
  local before, foot = nil, panel.fill and math.floor(height_of(panel.fill) + 0.5)
  for i = 1, panel.n do
    local value = line.values[i]
    local here = is_drawn(panel, value) and { x_of(i), height_of(value) } or nil
    if here then
      before = before or here
      canvas:segment(before[1], before[2], here[1], here[2], number, foot)
    end
    before = here
  end
end

-- The rows on which ticks stand: { [row from the top, from 1] = text }.
local function tick_rows(axis, rows)
  local texts, width, gap = {}, 0, rows >= 4 and 2 or 1
  local free = rows -- the lowest row that a tick may stand on
  for _, tick in ipairs(axis.ticks) do
    local place = axis:place(tick.value)
    local row = rows - math.min(rows - 1, math.max(0, math.floor(place * rows)))
    if place > -1e-9 and place < 1 + 1e-9 and row <= free then
      texts[row], free = tick.text, row - gap
      width = math.max(width, #tick.text)
    end
  end
  return texts, width
end

-- Dates below the axis: at both ends, and in the middle where there is room.
local function date_line(panel, columns, indent)
  local first, last = tostring(panel.dates[1] or ""), tostring(panel.dates[panel.n] or "")
  if panel.n == 1 then return (" "):rep(indent + math.max(0, math.floor((columns - #first) / 2))) .. first end
  if columns < #first + #last + 1 then return (" "):rep(indent) .. first end
  local line, middle = first, panel.n > 2 and tostring(panel.dates[math.ceil(panel.n / 2)] or "") or ""
  local at = math.floor((columns - #middle) / 2)
  if middle ~= "" and at > #first + 1 and at + #middle + 1 < columns - #last then
    line = line .. (" "):rep(at - #line) .. middle
  end
  return (" "):rep(indent) .. line .. (" "):rep(columns - #line - #last) .. last
end

local function title_line(screen, panel)
  local parts = {}
  if panel.title then parts[1] = screen.style(screen:clean(panel.title), "bold") end
  if #panel.lines > 1 then
    for k, line in ipairs(panel.lines) do
      local mark = not screen.color and canvas_of.mark(k) or screen.unicode and "━━" or "--"
      if screen.color then mark = ("\27[38;5;%dm%s\27[0m"):format(canvas_of.color(k), mark) end
      parts[#parts + 1] = ("%s %s"):format(mark, screen:clean(line.name, 30))
    end
  end
  if panel.log then parts[#parts + 1] = "(log scale)" end
  return #parts > 0 and table.concat(parts, "  ") or nil
end

local function panel_lines(screen, panel)
  local low, high = extremes(panel)
  local title = title_line(screen, panel)
  if not low then
    return screen:wrap { (title and title .. ": " or "") .. "nothing to plot: there is no value" }
  end
  local rows = math.min(HEIGHT_MAX, math.max(2, math.floor(panel.height or HEIGHT)))
  local axis = axis_of.new(low, high, { count = math.max(2, math.floor(rows / ROWS_A_TICK)), log = panel.log,
    percent = panel.percent })
  local texts, width = tick_rows(axis, rows)
  local columns = math.max(COLUMNS_MIN, screen.width - width - 2)
  local canvas = canvas_of.new(screen, columns, rows, #panel.lines > 1)
  local function height_of(value) return axis:place(value) * (canvas.height - 1) end
  local draw = panel.n > canvas.width and draw_dense or draw_sparse
  for k, line in ipairs(panel.lines) do draw(canvas, panel, line, k, height_of) end
  local lines = { title }
  for row, text in ipairs(canvas:lines()) do
    local tick = texts[row]
    local bar = screen.unicode and (tick and "┤" or "│") or tick and "+" or "|"
    lines[#lines + 1] = (" "):rep(width - #(tick or "")) .. (tick or "") .. " " .. bar .. text
  end
  lines[#lines + 1] = (" "):rep(width + 1) .. (screen.unicode and "└" or "+")
    .. (screen.unicode and "─" or "-"):rep(columns)
  lines[#lines + 1] = date_line(panel, columns, width + 2)
  return lines
end

function Plot:__show(screen)
  local lines = {}
  for _, panel in ipairs(self.panels) do lists.append(lines, panel_lines(screen, panel)) end
  return lines
end

function Plot:__tostring()
  return require "banyan.show".here(self) -- which needs modules that need this one
end

--- What a plot is asked to be, checked: { log =, height = } and what `more` names.
---@param what string for messages
---@param options table?
---@param more string[]?
---@return table
function M.options(what, options, more)
  local check = require "banyan.api.check"
  options = options or {}
  check.keys(what, options, lists.append({ "log", "height" }, more or {}))
  local height = options.height
  if height ~= nil and not (type(height) == "number" and height >= 2 and height <= HEIGHT_MAX) then
    check.fail("%s: height is a number of lines from 2 to %d, not %s", what, HEIGHT_MAX, tostring(height))
  end
  return options
end

return M
