-- SPDX-License-Identifier: MIT
-- The metrics of a tear sheet: what people look at first, or all of them.
local lists = require "banyan.lists"
local metrics_of = require "banyan.metrics"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local INDENT = "  "

-- What stands beside each other, group by group: { title, metrics... }.
local PAIRS = {
  { { "return", "total_return", "cagr", "ytd", "one_year", "three_years" },
    { "risk", "volatility", "max_drawdown", "longest_drawdown_calendar", "ulcer_index",
      "expected_shortfall" } },
  { { "ratios", "sharpe", "sortino", "calmar", "omega", "probabilistic_sharpe" },
    { "days and months", "win_rate", "best_day", "worst_day", "win_months", "worst_month" } },
  { { "trading", "trades", "turnover_year", "costs_year", "average_holding", "win_positions" },
    { "exposure", "exposure", "time_in_market", "average_positions", "best_position",
      "worst_position" } },
}

local AGAINST = { { "against the benchmark", "beta", "alpha", "correlation", "active_premium" },
  { "", "information_ratio", "tracking_error", "up_capture", "down_capture" } }

local known = {}
for _, metric in ipairs(metrics_of.LIST) do known[metric.name] = metric end

local function by_unit(unit, value)
  if not value or value ~= value then return print_.fixed(nil, 0) end
  if unit == "fraction" then return print_.percent(value, math.abs(value) < 0.1 and 2 or 1) end
  if unit == "ratio" then return print_.fixed(value, 2) end
  if unit == "number" or value % 1 ~= 0 then return print_.thousands(value, 1) end
  return print_.thousands(value)
end

-- Whether a benchmark has a metric, too.
local function is_shared(name)
  local group = known[name] and known[name].group
  return group ~= metrics_of.OF_RUN and group ~= metrics_of.OF_BENCHMARK
    and not metrics_of.OF_TRADES[name]
end

-- The benchmark's name where a group has any number of it.
local function symbol_over(sheet, group)
  for i = 2, #group do
    if is_shared(group[i]) then return sheet.symbol end
  end
end

-- A title as it is on the run's bars: what counts days or sessions counts bars where these are shorter than a day.
local function titled(sheet, title)
  if not sheet.bars or title:find("calendar", 1, true) then return title end
  return (title:gsub("%f[%a]session", "bar"):gsub("%f[%a]day", "bar"))
end

--- A metric as the sheet shows it: title, value, and the benchmark's.
---@param sheet table of M.sheet
---@param name string
---@return string[]
function M.cells(sheet, name)
  local metric, base = known[name], sheet.base[name]
  local function text(value)
    if base then return print_.metric(name, value) end
    return by_unit(metric.unit, value)
  end
  local cells = { titled(sheet, (base or metric).title or name), text(base and base.value or sheet.values[name]) }
  if sheet.benchmark and is_shared(name) then cells[3] = text(sheet.benchmark[name]) end
  return cells
end

-- Groups of names beside each other, under their titles.
local function add_pair(rows, sheet, pair)
  local columns = sheet.benchmark and 3 or 2
  for i = 1, math.max(#pair[1], #pair[2]) do
    local row = {}
    for side, group in ipairs(pair) do
      local cells = i == 1 and { output.style(titled(sheet, group[1]), "bold"), "", symbol_over(sheet, group) }
        or group[i] and M.cells(sheet, group[i]) or {}
      cells[1] = (side == 2 and INDENT or "") .. (cells[1] or "")
      for c = 1, columns do row[(side - 1) * columns + c] = cells[c] or "" end
    end
    rows[#rows + 1] = row
  end
end

--- What the metrics of a run are shown from.
---@param run banyan.Run with its report
---@return table
function M.sheet(run)
  local sheet = { values = run.report.values, base = {}, bars = run.timeframe ~= "1d",
    benchmark = run.report.benchmark and run.report.benchmark.values,
    symbol = run.report.benchmark and run.report.benchmark.symbol }
  for _, metric in ipairs(metrics_of.base(run)) do sheet.base[metric.name] = metric end
  return sheet
end

--- All names of metrics that a run has, group by group: { title, names... }.
---@param run banyan.Run
---@return string[][]
function M.groups(run)
  local groups = { { "the metrics of a sweep" } }
  for _, metric in ipairs(run.metrics) do table.insert(groups[1], metric.name) end
  for g, title in ipairs(metrics_of.GROUPS) do
    if g ~= metrics_of.OF_BENCHMARK or run.report.benchmark then
      local group = { title }
      for _, metric in ipairs(metrics_of.LIST) do
        if metric.group == g then group[#group + 1] = metric.name end
      end
      groups[#groups + 1] = group
    end
  end
  return groups
end

-- Each group cut in halves.
local function all_pairs(run)
  local pairs_ = {}
  for i, group in ipairs(M.groups(run)) do
    local half, pair = math.ceil((#group - 1) / 2), { { group[1] }, { "" } }
    for k = 2, #group do table.insert(pair[k - 1 <= half and 1 or 2], group[k]) end
    pairs_[i] = pair
  end
  return pairs_
end

-- The lines of groups beside each other, or below each other.
local function laid_out(sheet, pairs_, gap)
  local rows, lines, ends = {}, {}, {}
  for i, pair in ipairs(pairs_) do
    add_pair(rows, sheet, pair)
    ends[i] = #rows
  end
  local all, from = print_.columns(rows, (sheet.benchmark and "lrr" or "lr"):rep(2), INDENT, gap), 1
  for i, last in ipairs(ends) do -- one set of widths for all groups
    if i > 1 then lines[#lines + 1] = "" end
    for k = from, last do lines[#lines + 1] = all[k] end
    from = last + 1
  end
  return lines
end

local function fits(lines, width)
  for _, line in ipairs(lines) do
    if print_.width(line) > width then return false end
  end
  return true
end

--- The lines of the metrics.
---@param run banyan.Run
---@param full boolean? all of them
---@param width number? columns that there are; groups stand closer, or below each other, where that is not enough
---@return string[]
function M.lines(run, full, width)
  local sheet = M.sheet(run)
  local pairs_ = full and all_pairs(run) or lists.append({}, PAIRS)
  if not full and sheet.benchmark then table.insert(pairs_, 3, AGAINST) end
  local lines = laid_out(sheet, pairs_)
  if not width or fits(lines, width) then return lines end
  lines = laid_out(sheet, pairs_, " ")
  if fits(lines, width) then return lines end
  local single = {}
  for _, pair in ipairs(pairs_) do
    for _, group in ipairs(pair) do
      if #group > 1 then single[#single + 1] = { group, {} } end
    end
  end
  return laid_out(sheet, single)
end

return M
