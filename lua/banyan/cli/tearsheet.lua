-- SPDX-License-Identifier: MIT
-- The tear sheet of a run, as lines of text.
local lists = require "banyan.lists"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local record = require "banyan.settings.record"

local M = {}

--- The warning that stands wherever results of made-up prices show.
M.SIMULATED = "SIMULATED prices: these numbers say nothing about any market"

local SPARK_WIDTH = 60
local INDENT = "  "

-- Two metrics beside each other on a line.
local function metric_lines(metrics)
  local rows, half = {}, math.ceil(#metrics / 2)
  for i = 1, half do
    local left, right = metrics[i], metrics[half + i]
    rows[i] = { left.title or left.name, print_.metric(left.name, left.value) }
    if right then
      lists.append(rows[i], { "  " .. (right.title or right.name),
        print_.metric(right.name, right.value) })
    end
  end
  return print_.columns(rows, "lrlr", INDENT)
end

-- Growth from the last day of a year to the last of the next; the first year starts with the run.
local function years_of(run)
  local years, year, start, last = {}, nil, nil, nil
  for i = 1, run.days do
    local own, equity = run:date(i):sub(1, 4), run:equity(i)
    if own ~= year then
      if year then years[#years + 1] = { year, last / start - 1 } end
      year, start = own, last or equity
    end
    last = equity
  end
  if year then years[#years + 1] = { year, last / start - 1 } end
  return years
end

local YEARS_A_LINE = 4

local function year_lines(run)
  local rows = {}
  for i, year in ipairs(years_of(run)) do
    local at = math.floor((i - 1) / YEARS_A_LINE) + 1
    rows[at] = rows[at] or {}
    lists.append(rows[at], { ((i - 1) % YEARS_A_LINE > 0 and "  " or "") .. year[1],
      print_.percent(year[2]) })
  end
  return print_.columns(rows, ("lr"):rep(YEARS_A_LINE), INDENT)
end

local function equity_lines(run)
  local lines = { ("%sequity %s to %s"):format(INDENT, print_.thousands(run:equity(1)),
    print_.thousands(run:equity(run.days))) }
  if output.utf8() then
    local logs = {}
    for i = 1, run.days do logs[i] = math.log(run:equity(i)) end
    lines[2] = INDENT .. print_.sparkline(logs, SPARK_WIDTH) .. "  (log scale)"
  end
  return lines
end

local SHOWN_HOLDINGS = 6

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

--- The whole sheet.
---@param run table a result of banyan.backtest.run
---@return string[] lines
function M.lines(run)
  local lines = { output.style(run.strategy, "bold") }
  if run.simulated then lines[#lines + 1] = output.style(M.SIMULATED, "yellow") end
  lines[#lines + 1] = ("%s to %s, %s, dataset %s"):format(run.start, run.finish,
    print_.count(run.days, "day"), run.dataset)
  if #run.params > 0 then
    lists.append(lines, print_.wrap("params: " .. print_.params(run.params), 80))
  end
  local remarks = record.remarks(run.settings)
  if #remarks > 0 then lists.append(lines, print_.wrap(table.concat(remarks, ", "), 80)) end
  lines[#lines + 1] = ""
  lists.append(lines, metric_lines(run.metrics))
  if run.days > 0 then
    lines[#lines + 1] = ""
    lists.append(lines, equity_lines(run))
    lines[#lines + 1] = ""
    lists.append(lines, year_lines(run))
    lines[#lines + 1] = ""
    lists.append(lines, print_.wrap(("holdings of %s: %s"):format(run.finish, holdings(run)), 80))
  end
  return lines
end

return M
