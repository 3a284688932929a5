-- SPDX-License-Identifier: MIT
-- Series of numbers by session, as b.eval and b.bars give them: plain tables with a picture and a plot.
local check = require "banyan.api.check"
local dates = require "banyan.dates"
local lists = require "banyan.lists"
local plain = require "banyan.show.plain"
local plot_of = require "banyan.show.plot"
local print_ = require "banyan.print"
local sparkline = require "banyan.sparkline"

local M = {}

local SPARK = 72         -- columns of a sparkline at most
local ALL, ENDS = 10, 4  -- series up to ALL are shown whole, others by so many at their ends

---@class banyan.Values
local Values = {}
---@class banyan.Bars
local Bars = {}
local of_values, of_bars = { __index = Values }, { __index = Bars }

--- Makes values of a series of a table of them, with its name.
---@param values banyan.Values
---@param name string
---@return banyan.Values the same table
function M.values(values, name)
  values.name = name
  return setmetatable(values, of_values)
end

--- Makes bars of a table of columns, with its ticker.
---@param bars banyan.Bars
---@param ticker string
---@return banyan.Bars the same table
function M.bars(bars, ticker)
  bars.ticker = ticker
  return setmetatable(bars, of_bars)
end

local function is_number(value)
  return type(value) == "number" and value - value == 0
end

-- How many there are now: a script may have changed the table.
local function size_of(values)
  local n = rawget(values, "n")
  return type(n) == "number" and n >= 0 and math.floor(n) or 0
end

-- The positions to show: all, or those at both ends with a 0 for the gap.
local function positions(n)
  local list = {}
  for i = 1, n <= ALL and n or ENDS do list[i] = i end
  if n <= ALL then return list end
  list[ENDS + 1] = 0
  for i = n - ENDS + 1, n do list[#list + 1] = i end
  return list
end

local function extremes(column, n)
  local low, high, known = nil, nil, 0
  for i = 1, n do
    if is_number(column[i]) then
      known = known + 1
      if not low or column[i] < column[low] then low = i end
      if not high or column[i] > column[high] then high = i end
    end
  end
  return low, high, known
end

local function head(screen, name, n, noun, date)
  local title = screen.style(screen:clean(name, screen.width - 50 > 20 and screen.width - 50 or 20), "bold")
  if n == 0 then return ("%s: no %s"):format(title, noun) end
  local span = n == 1 and date[1] or ("%s to %s"):format(date[1], date[n])
  return ("%s: %s, %s"):format(title, print_.count(n, noun), span)
end

local function spark_lines(screen, column, n, dated)
  local low, high, known = extremes(column, n)
  if n < 2 or known == 0 then return {} end
  local clean, form = {}, plain.alike { column[low], column[high] }
  for i = 1, n do clean[i] = is_number(column[i]) and column[i] or 0 / 0 end
  local text = column[low] == column[high] and ("always %s"):format(form(column[low]))
    or ("low %s on %s, high %s on %s"):format(form(column[low]), dated(low), form(column[high]), dated(high))
  return { "  " .. sparkline.of(clean, math.min(SPARK, screen.width - 4), not screen.unicode), "  " .. text }
end

-- Rows of cells at both ends of some columns.
local function rows_of(screen, n, columns)
  local rows, places = {}, positions(n)
  local forms = {}
  for c, column in ipairs(columns) do
    local shown = {}
    for _, i in ipairs(places) do
      if is_number(column[i]) then shown[#shown + 1] = column[i] end
    end
    forms[c] = c > 1 and plain.alike(shown)
  end
  for r, i in ipairs(places) do
    rows[r] = {}
    for c, column in ipairs(columns) do
      local value = column[i]
      rows[r][c] = i == 0 and (c == 1 and screen:dots() or "") or c == 1 and tostring(value)
        or type(value) == "number" and forms[c](value) or "n/a"
    end
  end
  return rows
end

--- What the REPL shows.
function of_values.__show(self, screen)
  local n, date = size_of(self), rawget(self, "date") or {}
  local lines = { head(screen, rawget(self, "name") or "values", n, "session", date) }
  local _, _, known = extremes(self, n)
  if known < n then lines[1] = ("%s, %s n/a"):format(lines[1], print_.thousands(n - known)) end
  lists.append(lines, spark_lines(screen, self, n, function(i) return date[i] end))
  return lists.append(lines, print_.columns(rows_of(screen, n, { date, self }), "lr", "  "))
end

-- The moments of bars: days, or with the time where two are of one day.
local function moments_of(bars, n)
  local intraday = false
  for i = 2, n do intraday = intraday or bars.date[i] == bars.date[i - 1] end
  if not intraday then return bars.date end
  local list = {}
  for i = 1, n do list[i] = dates.format_utc(bars.time[i]) end
  return list
end

function of_bars.__show(self, screen)
  local n = size_of(self)
  local when = n > 0 and moments_of(self, n) or {}
  local lines = { head(screen, rawget(self, "ticker") or "bars", n, "bar", when) }
  if n == 0 then return lines end
  lists.append(lines, spark_lines(screen, self.close, n, function(i) return when[i] end))
  local rows = rows_of(screen, n, { when, self.open, self.high, self.low, self.close, self.volume })
  table.insert(rows, 1, { "", "open", "high", "low", "close", "volume" })
  return lists.append(lines, print_.columns(rows, "lrrrrr", "  "))
end

function of_values.__tostring(self)
  return ("values of %s"):format(tostring(rawget(self, "name")))
end

function of_bars.__tostring(self)
  return ("bars of %s"):format(tostring(rawget(self, "ticker")))
end

-- Others by the dates of the first: a gap where they have none.
local function aligned(values, date, n)
  if values.date == date then return values end
  local at, list = {}, {}
  for i = 1, size_of(values) do at[values.date[i]] = values[i] end
  for i = 1, n do list[i] = at[date[i]] or 0 / 0 end
  return list
end

--- Draws the series in the terminal.
--- Example:
---     local average = b.eval(b.sma("SPY", 200))
---     print(b.eval("SPY"):plot { with = average, log = true, height = 8 })
---@param options { log: boolean?, height: integer?, with: banyan.Values|banyan.Values[]|nil }? with: others to draw
--- beside it
---@return banyan.Plot
function Values:plot(options)
  options = plot_of.options("plot", options, { "with" })
  local n, others = size_of(self), options.with or {}
  if getmetatable(others) == of_values then others = { others } end
  local lines = { { name = self.name, values = self } }
  for k, other in ipairs(others) do
    if getmetatable(other) ~= of_values then
      check.fail("plot: with takes what b.eval gives, or a list of that, not %s", type(other))
    end
    lines[k + 1] = { name = other.name, values = aligned(other, self.date, n) }
  end
  return plot_of.new { title = #lines == 1 and self.name or nil, lines = lines, n = n, dates = self.date,
    log = options.log, height = options.height }
end

--- Draws the closes in the terminal.
--- Example: print(b.bars("SPY"):plot())
---@param options { log: boolean?, height: integer? }?
---@return banyan.Plot
function Bars:plot(options)
  options = plot_of.options("plot", options)
  local n = size_of(self)
  return plot_of.new { title = self.ticker, lines = { { name = self.ticker, values = self.close } }, n = n,
    dates = moments_of(self, n), log = options.log, height = options.height }
end

return M
