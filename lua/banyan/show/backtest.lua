-- SPDX-License-Identifier: MIT
-- Backtests, as b.run gives them: plain tables with a tear sheet and a plot.
local lists = require "banyan.lists"
local output = require "banyan.cli.output"
local plot_of = require "banyan.show.plot"
local print_ = require "banyan.print"
local tearsheet = require "banyan.cli.tearsheet"
local sparkline = require "banyan.sparkline"

local M = {}

---@class banyan.Backtest
local Backtest = {}
local of_backtest = { __index = Backtest }

-- The run behind each, which knows what a tear sheet shows besides.
local runs = setmetatable({}, { __mode = "k" })

--- Makes a backtest of a table of one.
---@param result banyan.Backtest
---@param run banyan.Run? with its report; where there is none, it has no tear sheet
---@return banyan.Backtest the same table
function M.new(result, run)
  runs[result] = run
  return setmetatable(result, of_backtest)
end

-- What people look at first, where there is no run that a tear sheet could be made of.
local SHOWN = { { "total_return", "total return" }, { "cagr", "CAGR" }, { "volatility", "volatility" },
  { "max_drawdown", "max drawdown" }, { "sharpe", "Sharpe" }, { "sortino", "Sortino" }, { "calmar", "Calmar" },
  { "trades", "trades" }, { "average_turnover", "turnover a session" } }

local function short_lines(self, screen)
  local rows, dates = {}, self.dates
  for i, each in ipairs(SHOWN) do rows[i] = { each[2], print_.metric(each[1], self.metrics[each[1]] or 0 / 0) } end
  local lines = { screen.style(screen:clean(self.strategy), "bold") }
  if self.simulated then lines[2] = screen.style(tearsheet.SIMULATED, "yellow") end
  lines[#lines + 1] = ("%s to %s, %s, dataset %s"):format(tostring(dates[1]), tostring(dates[#dates]),
    print_.count(#dates, "session"), screen:clean(self.dataset, 40))
  lists.append(lines, print_.columns(rows, "lr", "  "))
  lines[#lines + 1] = "  " .. sparkline.of_growth(self.equity, math.min(60, screen.width - 4), not screen.unicode)
  return lines
end

function of_backtest.__show(self, screen)
  local run = runs[self]
  if not run then return short_lines(self, screen) end
  return output.pretend(screen.color, screen.unicode, tearsheet.lines, run,
    { width = not screen.whole and screen.width or nil })
end

function of_backtest.__tostring(self)
  return ("backtest of %s from %s to %s"):format(self.strategy, tostring(self.dates[1]),
    tostring(self.dates[#self.dates]))
end

local EQUITY_HEIGHT, DRAWDOWN_HEIGHT = 12, 5
local LOG_FACTOR = 4 -- equities that grow by more are drawn on a log scale, if nothing else is said

local function drawdowns_of(equity)
  local peak, list = -math.huge, {}
  for i, value in ipairs(equity) do
    peak = math.max(peak, value)
    list[i] = peak > 0 and value / peak - 1 or 0 / 0
  end
  return list
end

local function is_wide(equity)
  local low, high = math.huge, -math.huge
  for _, value in ipairs(equity) do low, high = math.min(low, value), math.max(high, value) end
  return low > 0 and high / low > LOG_FACTOR
end

--- Draws equity and drawdown in the terminal.
--- Example:
---     local result = b.run(b.strategy { name = "Halves", b.equal { "SPY", "TLT" } })
---     print(result:plot { log = true })
---@param options { log: boolean?, height: integer? }? log: of the equity; where nothing is said, where it pays
---@return banyan.Plot
function Backtest:plot(options)
  options = plot_of.options("plot", options)
  local equity, log = self.equity, options.log
  if log == nil then log = is_wide(equity) end
  return plot_of.new({ title = self.strategy .. ", equity", lines = { { name = "equity", values = equity } },
    n = #equity, dates = self.dates, log = log, height = options.height or EQUITY_HEIGHT },
    { title = "drawdown", lines = { { name = "drawdown", values = drawdowns_of(equity) } }, n = #equity,
      dates = self.dates, height = DRAWDOWN_HEIGHT, percent = true, fill = 0 })
end

return M
