-- SPDX-License-Identifier: MIT
-- The months, years and worst drawdowns of a tear sheet.
local metrics_of = require "banyan.metrics"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local INDENT = "  "
local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }
local SHOWN_DRAWDOWNS = 5

local function percent(value)
  return value and print_.fixed(value * 100, 1) or ""
end

--- A line a year: its months, its return, and the benchmark's, in percent; none without a return.
---@param run banyan.Run
---@return string[]
function M.months(run)
  local report, months, rows = run.report, {}, { { "%", unpack(MONTHS) } }
  for _, each in ipairs(report.months) do months[each.month] = each.value end
  rows[1][14] = " year"
  rows[1][15] = report.benchmark and " " .. report.benchmark.symbol
  for i, each in ipairs(report.years) do
    local row = { each.year }
    for month = 1, 12 do row[month + 1] = percent(months[("%s-%02d"):format(each.year, month)]) end
    row[14] = output.style(percent(each.value), "bold")
    row[15] = each.benchmark and percent(each.benchmark)
    rows[i + 1] = row
  end
  return #rows > 1 and print_.columns(rows, "l" .. ("r"):rep(14), INDENT, " ") or {}
end

--- The worst drawdowns; days are of the calendar, up to the last session where one is open.
---@param run banyan.Run
---@param full boolean? as many as the report has
---@return string[]
function M.drawdowns(run, full)
  local rows = { { "worst drawdowns", "start", "trough", "end", "days" } }
  for i, each in ipairs(metrics_of.dated(run)) do
    if i > SHOWN_DRAWDOWNS and not full then break end
    rows[i + 1] = { print_.percent(each.depth), each.start_date, each.trough_date,
      each.end_date or "open", print_.thousands(each.days) }
  end
  return #rows > 1 and print_.columns(rows, "rlllr", INDENT) or {}
end

--- The best and the worst position.
---@param run banyan.Run
---@return string[]
function M.positions(run)
  local lines = {}
  for _, name in ipairs { "best", "worst" } do
    local found = run.report.positions[name]
    if found then
      lines[#lines + 1] = ("%s position: %s %s, %s to %s"):format(name, found.ticker,
        print_.percent(found.value), run:date(found.entry), run:date(found.exit))
    end
  end
  return lines
end

return M
