-- SPDX-License-Identifier: MIT
-- The tear sheet of a run, as lines of text.
local lists = require "banyan.lists"
local metrics = require "banyan.cli.tearsheet_metrics"
local output = require "banyan.cli.output"
local periods = require "banyan.cli.tearsheet_periods"
local print_ = require "banyan.print"
local record = require "banyan.settings.record"
local sparkline = require "banyan.sparkline"
local text_of = require "banyan.text"

local M = {}

--- The warning that stands wherever results of made-up prices show.
M.SIMULATED = "SIMULATED prices: these numbers say nothing about any market"

local SPARK_WIDTH = 60
local INDENT = "  "

local function equity_lines(run)
  local lines = { ("%sequity %s to %s"):format(INDENT, print_.thousands(run:equity(1)),
    print_.thousands(run:equity(run.days))) }
  if output.utf8() then
    local values = {}
    for i = 1, run.days do values[i] = run:equity(i) end
    local line, log = sparkline.of_growth(values, SPARK_WIDTH)
    lines[2] = INDENT .. line .. (log and "  (log scale)" or "")
  end
  return lines
end

local SHOWN_HOLDINGS = 6
local NAME_MAX = 1000 -- bytes

local function holdings(run)
  local weights, parts = run:weights(run.days), {}
  table.sort(weights, function(a, b)
    if a[2] ~= b[2] then return a[2] > b[2] end
    return a[1] < b[1]
  end)
  for i = 1, math.min(#weights, SHOWN_HOLDINGS) do
    parts[i] = ("%s %s"):format(weights[i][1], print_.percent(weights[i][2]))
  end
  if #weights > #parts then parts[#parts + 1] = ("%d more"):format(#weights - #parts) end
  return #parts == 0 and "cash" or table.concat(parts, ", ")
end

local function head(run)
  local lines = { output.style(text_of.shown(run.strategy, NAME_MAX), "bold") }
  if run.simulated then lines[#lines + 1] = output.style(M.SIMULATED, "yellow") end
  lines[#lines + 1] = ("%s to %s, %s, dataset %s"):format(run.start, run.finish,
    print_.count(run.days, run.timeframe == "1d" and "day" or "bar"), run.dataset)
  if #run.params > 0 then
    lists.append(lines, print_.wrap("params: " .. print_.params(run.params), 80))
  end
  local remarks = record.remarks(run.settings)
  if run.report.given.rf ~= 0 then
    remarks[#remarks + 1] = "in excess of a risk-free rate of " .. print_.percent(run.report.given.rf, 2)
  end
  if #remarks > 0 then lists.append(lines, print_.wrap(table.concat(remarks, ", "), 80)) end
  return lines
end

--- The whole sheet.
---@param run banyan.Run with its report
---@param options { full: boolean?, width: number? }? full: every metric; width: columns that there are
---@return string[] lines
function M.lines(run, options)
  local full, lines = options and options.full, head(run)
  local parts = { metrics.lines(run, full, options and options.width) }
  if run.days > 0 then
    lists.append(parts, { equity_lines(run), periods.months(run), periods.drawdowns(run, full),
      lists.append(periods.positions(run), print_.wrap(("holdings of %s: %s"):format(run.finish,
        holdings(run)), 80)) })
  end
  for _, part in ipairs(parts) do
    if #part > 0 then
      lines[#lines + 1] = ""
      lists.append(lines, part)
    end
  end
  return lines
end

return M
