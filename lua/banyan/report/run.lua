-- SPDX-License-Identifier: MIT
-- The report of a run: its sections, from what it did.
local attribution_of = require "banyan.attribution"
local backtest = require "banyan.backtest"
local failure = require "banyan.failure"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local page = require "banyan.report.page"
local print_ = require "banyan.print"
local run_data = require "banyan.report.run_data"
local run_held = require "banyan.report.run_held"
local run_tables = require "banyan.report.run_tables"
local run_tree = require "banyan.report.run_tree"
local settings = require "banyan.cli.settings"
local tearsheet = require "banyan.cli.tearsheet"

local M = {}

local HOLDINGS_SHOWN = 20
local WINDOW = 126

local CHART = '<div class="chart {size}"><canvas id="{id}" role="img" aria-label="{text}"></canvas></div>'

local function chart(id, size, text)
  return page.fill(CHART, { id = id, size = size, text = text })
end

local function equity_html(run)
  local benchmark = run.report.benchmark
  local text = ("Equity from %s on %s to %s on %s."):format(print_.thousands(run:equity(1)), run.start,
    print_.thousands(run:equity(run.days)), run.finish)
  if benchmark then
    text = text .. (" %s earned %s over the same sessions, the run %s."):format(benchmark.symbol,
      print_.percent(benchmark.values.total_return), print_.percent(run.report.values.total_return))
  end
  return '<div class="bar"><label><input type="checkbox" id="log"> Log scale</label>'
    .. '<span class="choices" id="ranges" role="group" aria-label="Stretch of time"></span></div>'
    .. chart("equity", "", text) .. page.fill('<p class="remark">{text}</p>', { text = text })
    .. "<h3>Drawdown</h3>" .. chart("drawdown", "low", ("Drawdown below the highest equity so far; the deepest was %s.")
      :format(print_.percent(run.report.values.max_drawdown)))
end

local function years_html(run, data)
  local count = #run.report.years
  local left = count > 0 and '<div><h3>Returns by year</h3>'
    .. chart("years", "middle", ("Returns of %s; each is in the table of months."):format(print_.count(count, "year")))
    .. "</div>" or ""
  local right = ""
  if data.histogram then
    right = "<div><h3>Distribution of returns</h3>" .. chart("histogram", "middle",
      ("How often the returns of a session fell where: from %s to %s, %s of them above 0."):format(
      print_.percent(data.histogram.lowest), print_.percent(data.histogram.highest),
      print_.percent(run.report.values.win_rate))) .. "</div>"
  end
  return '<div class="pair">' .. left .. right .. "</div>"
end

local function rolling_html(data)
  if not data.rolling then return nil end
  local text = "%s over the last %d returns, session by session."
  return '<div class="pair"><div><h3>Sharpe ratio</h3>'
    .. chart("rolling-sharpe", "middle", text:format("Sharpe ratio", data.rolling.window))
    .. "</div><div><h3>Volatility a year</h3>"
    .. chart("rolling-volatility", "middle", text:format("Volatility", data.rolling.window)) .. "</div></div>"
    .. page.fill('<p class="remark">Each value is of the {window} returns up to then.</p>', data.rolling)
end

local function holdings_html(run, symbols, by_ticker)
  if #symbols == 0 then return "<p>Nothing was held.</p>" end
  return chart("holdings", "", ("Weights over time of %s; the table below sums them up."):format(
    print_.count(#symbols, "symbol"))) .. run_tables.holdings(run, symbols, by_ticker, HOLDINGS_SHOWN)
end

local function trades_html(positions)
  if positions.count == 0 then return nil end
  local words = ("A position is a symbol held at the end of one session after the other; its return is that of the "
    .. "price, whatever its weight was.")
  if positions.count > run_held.POSITIONS then
    words = ("The latest %s of %s positions. "):format(print_.thousands(run_held.POSITIONS),
      print_.thousands(positions.count)) .. words
  end
  return '<div id="trades"></div>' .. page.fill('<p class="remark">{words}</p>', { words = words })
end

--- The page of a run that was asked for its report and positions.
---@param run banyan.Run
---@param window integer? of what rolls
---@return string html
function M.page(run, window)
  if run.days < 2 then
    failure.fail("DATA", "%s: a report needs two sessions at least, and the run has %d", run.strategy, run.days)
  end
  local attribution = attribution_of.of(run)
  local data = run_data.of(run, window or WINDOW)
  local symbols
  data.holdings, symbols = run_held.holdings(run)
  data.positions = run_held.positions(run)
  data.tree = run_tree.data(attribution, run.days)
  return page.html { title = run.strategy, charts = true, data = data,
    lead = run_tables.lead(run, tearsheet.SIMULATED) .. run_tables.tiles(run),
    styles = { "report/run.css" }, scripts = { "report/run_lines.js", "report/run_bars.js", "report/run_tables.js",
      "report/tree.js" },
    footer = page.fill("<p>Made by banyan. This file holds all it shows and loads nothing.</p>", {}),
    sections = {
      { id = "performance", title = "Equity", html = equity_html(run) },
      { id = "months", title = "Months", html = run_tables.months(run) },
      { id = "returns", title = "Returns", html = years_html(run, data) },
      { id = "rolling", title = "Rolling", html = rolling_html(data) },
      { id = "drawdowns", title = "Worst drawdowns", nav = "Drawdowns", html = run_tables.drawdowns(run) },
      { id = "held", title = "Holdings", html = holdings_html(run, symbols, run_tree.by_ticker(attribution)) },
      { id = "positions", title = "Trades", html = trades_html(data.positions) },
      { id = "branches", title = "Tree", html = run_tree.html(attribution) },
      { id = "costs", title = "Costs", html = run_tables.costs(run) },
      { id = "metrics", title = "All metrics", nav = "Metrics", html = run_tables.metrics(run) },
    } }
end

--- The page of a strategy's run.
---@param script string
---@param options table<string, any> of the command line
---@return string html
function M.html(script, options)
  if options.combo then
    failure.fail("USAGE", "--combo is for the store of a sweep, and %s is a strategy; set its params with -p", script)
  end
  local strategy = settings.apply(load.strategy(script), options)
  local given = settings.of_run(options)
  given.fresh, given.report, given.positions, given.branches = options.fresh or false, true, true, true
  given.benchmark, given.rf = options.benchmark, options.rf
  local run = backtest.run(strategy, given)
  for _, warning in ipairs(run.warnings) do output.warn(warning) end
  return M.page(run, options.rolling_window)
end

return M
