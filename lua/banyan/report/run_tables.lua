-- SPDX-License-Identifier: MIT
-- The tables of a run's report: what was tested, key figures, months, drawdowns, holdings, costs, all metrics.
local lists = require "banyan.lists"
local metrics_of = require "banyan.metrics"
local page = require "banyan.report.page"
local print_ = require "banyan.print"
local record = require "banyan.settings.record"
local sheets = require "banyan.cli.tearsheet_metrics"

local M = {}

local fill, escape = page.fill, page.escape

local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }
local TILES = { "total_return", "cagr", "sharpe", "sortino", "calmar", "volatility", "max_drawdown",
  "longest_drawdown_calendar", "win_months", "time_in_market", "turnover_year", "costs_year" }
-- Where titles are too long for a tile, or speak of what the page does not show.
local TILE_TITLES = { longest_drawdown_calendar = "Longest drawdown" }
local TILE_UNITS = { longest_drawdown_calendar = " days" }
local GROUP_TITLES = { ["the metrics of a sweep"] = "Main metrics" }
local FULL_HEAT = 0.10 -- the return of a month that has the whole colour

local function capital(text)
  return (text:gsub("^%l", string.upper))
end

-- What was tested ------------------------------------------------------------------------------

local function facts_of(run)
  local facts = {}
  local function add(name, value) facts[#facts + 1] = { name = name, value = value } end
  add("Tested", ("%s to %s, %s"):format(run.start, run.finish,
    print_.count(run.days, run.timeframe == "1d" and "day" or run.timeframe .. " bar")))
  add("Prices", run.simulated and ("simulated (%s)"):format(run.dataset) or run.dataset)
  if #run.params > 0 then add("Params", print_.params(run.params)) end
  local remarks = record.remarks(run.settings)
  add("Trading", #remarks > 0 and table.concat(remarks, ", ")
    or run.timeframe == "1d" and "daily at the close, free of costs" or "at the close of each bar, free of costs")
  if run.report.benchmark then add("Benchmark", run.report.benchmark.symbol) end
  if run.report.given.rf ~= 0 then add("Ratios", "in excess of a risk-free rate of "
    .. print_.percent(run.report.given.rf, 2)) end
  return facts
end

--- What was tested, as HTML.
---@param run banyan.Run
---@param simulated string the warning of made-up prices
---@return string
function M.lead(run, simulated)
  local parts = {}
  for i, fact in ipairs(facts_of(run)) do
    parts[i] = fill("<div><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>", fact)
  end
  local html = { '<dl class="facts">' .. table.concat(parts) .. "</dl>" }
  if run.simulated then html[2] = fill('<p class="notice">{text}</p>', { text = simulated }) end
  for _, warning in ipairs(run.warnings) do
    html[#html + 1] = fill('<p class="notice">{text}</p>', { text = warning })
  end
  return table.concat(html, "\n")
end

-- Tenths of a percent say nothing from 1,000% on, and take room.
local function tile_text(name, text)
  local whole, tenths = text:match("^(%-?%d[%d,]*,%d+)(%.%d+)%%$")
  if whole then
    local value = tonumber((whole:gsub(",", "")) .. tenths)
    text = print_.percent(value / 100, 0)
  end
  return text .. (TILE_UNITS[name] or "")
end

--- The figures that people look at first, as HTML.
---@param run banyan.Run
---@return string
function M.tiles(run)
  local sheet, parts = sheets.sheet(run), {}
  for i, name in ipairs(TILES) do
    local cells = sheets.cells(sheet, name)
    parts[i] = fill("<div><dt>{title}</dt><dd>{value}</dd>{{beside}}</div>", {
      title = TILE_TITLES[name] or capital(cells[1]), value = tile_text(name, cells[2]),
      beside = cells[3] and fill('<dd class="beside">{symbol} {value}</dd>', { symbol = sheet.symbol,
        value = tile_text(name, cells[3]) }) or "" })
  end
  return '<dl class="tiles">' .. table.concat(parts) .. "</dl>"
end

-- Months ---------------------------------------------------------------------------------------

local function heat_cell(value)
  if not value then return "<td></td>" end
  local share = math.min(1, math.abs(value) / FULL_HEAT)
  return ('<td class="heat %s" style="--share:%.2f">%s</td>'):format(value < 0 and "down" or "up", share,
    print_.fixed(value * 100, 1))
end

--- Months by year, as HTML; nil without a month.
---@param run banyan.Run
---@return string?
function M.months(run)
  local report, months, rows = run.report, {}, {}
  if #report.years == 0 then return nil end
  for _, each in ipairs(report.months) do months[each.month] = each.value end
  for i, each in ipairs(report.years) do
    local cells = { ('<th scope="row">%s</th>'):format(each.year) }
    for month = 1, 12 do cells[month + 1] = heat_cell(months[("%s-%02d"):format(each.year, month)]) end
    cells[14] = ('<td class="year">%s</td>'):format(print_.fixed(each.value * 100, 1))
    if report.benchmark then
      cells[15] = ("<td>%s</td>"):format(each.benchmark and print_.fixed(each.benchmark * 100, 1) or "")
    end
    rows[i] = "<tr>" .. table.concat(cells) .. "</tr>"
  end
  local heads = { '<th scope="col"><span class="unseen">Year</span></th>' }
  local names = lists.append(lists.append({}, MONTHS), { "Year", report.benchmark and report.benchmark.symbol })
  for _, name in ipairs(names) do
    heads[#heads + 1] = fill('<th scope="col">{name}</th>', { name = name })
  end
  return '<div class="scroll" tabindex="0" role="region" aria-label="Returns by month, in percent">'
    .. '<table class="months"><caption class="unseen">Returns by month, in percent</caption><thead><tr>'
    .. table.concat(heads) .. "</tr></thead><tbody>" .. table.concat(rows, "\n") .. "</tbody></table></div>"
    .. '<p class="remark">In percent. The first and the last month may be parts of one.</p>'
end

-- Plain tables ---------------------------------------------------------------------------------

-- columns: { title, is_number }; rows: lists of texts.
local function table_html(caption, columns, rows)
  local heads, lines = {}, {}
  for c, column in ipairs(columns) do
    heads[c] = ('<th scope="col"%s>%s</th>'):format(column[2] and ' class="number"' or "", escape(column[1]))
  end
  for r, row in ipairs(rows) do
    local cells = {}
    for c, cell in ipairs(row) do
      local name = c == 1 and 'th scope="row"' or "td"
      cells[c] = ("<%s%s>%s</%s>"):format(name, columns[c][2] and ' class="number"' or ' class="nowrap"', escape(cell),
        c == 1 and "th" or "td")
    end
    lines[r] = "<tr>" .. table.concat(cells) .. "</tr>"
  end
  return fill('<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table class="wide plain">'
    .. '<caption class="unseen">{caption}</caption><thead><tr>{{heads}}</tr></thead>'
    .. "<tbody>{{lines}}</tbody></table></div>",
    { caption = caption, heads = table.concat(heads), lines = table.concat(lines, "\n") })
end

--- The worst drawdowns, as HTML; nil without one.
---@param run banyan.Run
---@return string?
function M.drawdowns(run)
  local rows = {}
  for i, each in ipairs(metrics_of.dated(run)) do
    rows[i] = { print_.percent(each.depth), each.start_date, each.trough_date,
      each.end_date or "not yet", print_.thousands(each.days) }
  end
  if #rows == 0 then return nil end
  return table_html("Worst drawdowns", { { "Depth" }, { "Start" }, { "Trough" }, { "Recovered" },
    { "Days", true } }, rows)
end

--- Symbols by how much of them was held, as HTML.
---@param run banyan.Run
---@param symbols table[] of run_held.holdings
---@param contributions table<string, number> to log return
---@param most integer rows
---@return string
function M.holdings(run, symbols, contributions, most)
  local rows = {}
  for i = 1, math.min(#symbols, most) do
    local each = symbols[i]
    rows[i] = { each.ticker, print_.percent(each.days / run.days), print_.percent(each.mean),
      print_.percent(contributions[each.ticker] or 0), each.last ~= 0 and print_.percent(each.last) or "" }
  end
  local html = table_html("Symbols held", { { "Symbol" }, { "Of the time", true }, { "Mean weight", true },
    { "Contribution", true }, { "At the end", true } }, rows)
    .. '<p class="remark">The mean weight is that of the sessions that held it; contributions are parts of the log '
    .. "return.</p>"
  if #symbols > most then
    html = html .. fill('<p class="remark">The {most} largest of {all} symbols.</p>', { most = most, all = #symbols })
  end
  return html
end

-- Costs ----------------------------------------------------------------------------------------

-- A session may trade by the calendar and find itself on target, but for rounding.
local NOTHING = 1e-9

local function by_year(run)
  local c, list = run.c, {}
  for i = 1, run.days do
    local year = run:date(i):sub(1, 4)
    local last = list[#list]
    if not last or last.year ~= year then
      last = { year = year, turnover = 0, costs = 0, trades = 0 }
      list[#list + 1] = last
    end
    last.turnover, last.costs = last.turnover + c.turnover[i - 1], last.costs + run.report.costs[i - 1]
    last.trades = last.trades + (c.turnover[i - 1] > NOTHING and 1 or 0)
  end
  return list
end

--- Turnover and costs by year, as HTML.
---@param run banyan.Run
---@return string
function M.costs(run)
  local rows, values = {}, run.report.values
  for i, each in ipairs(by_year(run)) do
    rows[i] = { each.year, print_.percent(each.turnover, 0), print_.percent(each.costs, 2),
      print_.thousands(each.trades) }
  end
  local words = values.costs > 0
    and ("Trading cost %s of the value of the portfolio, added up over the whole run: %s a year."):format(
      print_.percent(values.costs, 2), print_.percent(values.costs_year, 2))
    or "This run traded free of costs; --slippage 0.0005 or --costs alpaca would charge some."
  return fill("<p>{words}</p>", { words = words }) .. table_html("Turnover and costs by year", { { "Year" },
    { "Turnover", true }, { "Costs", true }, { "Sessions that traded", true } }, rows)
    .. '<p class="remark">Turnover counts both sides: to replace all that is held is 200%.</p>'
end

-- Metrics --------------------------------------------------------------------------------------

local METRIC = '<tr data-words="{title} {name}"><th scope="row">{title} <code>{name}</code></th>'
  .. '<td class="number">{value}</td>{{beside}}</tr>'

--- All metrics, group by group, as HTML.
---@param run banyan.Run
---@return string
function M.metrics(run)
  local sheet, groups, count = sheets.sheet(run), {}, 0
  for g, group in ipairs(sheets.groups(run)) do
    local rows, shared = {}, false
    for i = 2, #group do
      local cells = sheets.cells(sheet, group[i])
      shared = shared or cells[3] ~= nil
      rows[i - 1] = fill(METRIC, { title = capital(cells[1]), name = group[i], value = cells[2],
        beside = sheet.benchmark and fill('<td class="number">{value}</td>', { value = cells[3] or "" }) or "" })
      count = count + 1
    end
    local heads = fill('<th scope="col">{title}</th><th scope="col" class="number">{own}</th>',
      { title = GROUP_TITLES[group[1]] or capital(group[1]), own = shared and "Run" or "" })
    if sheet.benchmark then
      heads = heads .. fill('<th scope="col" class="number">{symbol}</th>', { symbol = shared and sheet.symbol or "" })
    end
    groups[g] = ("<table><thead><tr>%s</tr></thead><tbody>%s</tbody></table>"):format(heads, table.concat(rows, "\n"))
  end
  return fill('<div class="bar"><label>Search <input type="search" id="metric-search" autocomplete="off" '
    .. 'placeholder="of {count} metrics"></label><span class="status" id="metric-status" role="status"></span></div>',
    { count = count }) .. '<div class="metrics" id="metrics-all">' .. table.concat(groups) .. "</div>"
    .. '<p class="remark">Names in <code>this type</code> are those of <code>banyan run --json</code>.</p>'
end

return M
