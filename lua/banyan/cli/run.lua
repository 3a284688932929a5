-- SPDX-License-Identifier: MIT
-- banyan run: one backtest.
local backtest = require "banyan.backtest"
local files = require "banyan.cli.run_files"
local json = require "banyan.json"
local load = require "banyan.load"
local metrics_of = require "banyan.metrics"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local record = require "banyan.settings.record"
local results_of = require "banyan.results"
local settings = require "banyan.cli.settings"
local tearsheet = require "banyan.cli.tearsheet"

local M = {}

local TIMES = { "data_seconds", "compile_seconds", "indicator_seconds", "execution_seconds",
  "total_seconds" }

local function timing_of(run)
  local members = {}
  for _, name in ipairs(TIMES) do
    if run.timing[name] then members[#members + 1] = { name, run.timing[name] } end
  end
  return members
end

-- The metrics of a sweep, then all others that there are.
local function metric_members(base, values, with_benchmark)
  local members = {}
  for _, metric in ipairs(base) do
    members[#members + 1] = { metric.name, metric.value }
  end
  for _, metric in ipairs(metrics_of.LIST) do
    if with_benchmark or metric.group ~= metrics_of.OF_BENCHMARK then
      members[#members + 1] = { metric.name, values[metric.name] }
    end
  end
  return json.object(members)
end

local function benchmark_members(report)
  if not report.benchmark then return json.null end
  local values, members = report.benchmark.values, {}
  for _, metric in ipairs(results_of.METRICS) do
    if not metrics_of.OF_TRADES[metric.name] then
      members[#members + 1] = { metric.name, values[metric.name] }
    end
  end
  for _, metric in ipairs(metrics_of.LIST) do
    if metric.group ~= metrics_of.OF_BENCHMARK and metric.group ~= metrics_of.OF_RUN then
      members[#members + 1] = { metric.name, values[metric.name] }
    end
  end
  return json.object { { "symbol", report.benchmark.symbol }, { "metrics", json.object(members) } }
end

local function period_members(list, key)
  local found = {}
  for i, each in ipairs(list) do
    found[i] = json.object { { key, each[key] }, { "return", each.value } }
    if each.benchmark then table.insert(found[i], { "benchmark", each.benchmark }) end
  end
  return json.array(found)
end

local function drawdown_members(run)
  local list = {}
  for i, each in ipairs(metrics_of.dated(run)) do
    list[i] = json.object { { "start", each.start_date }, { "trough", each.trough_date },
      { "end", each.end_date }, { "days", each.days }, { "depth", each.depth } }
  end
  return json.array(list)
end

--- The members of the JSON of a run (schema banyan.run/1), in their order.
---@param run banyan.Run
---@return table[]
function M.members(run)
  return {
    { "schema", "banyan.run/1" },
    { "strategy", run.strategy },
    { "dataset", run.dataset },
    { "simulated", run.simulated },
    { "start", run.start },
    { "end", run.finish },
    { "days", run.days },
    { "params", json.named(run.params) },
    { "settings", record.json(run.settings) },
    { "metrics", metric_members(metrics_of.base(run), run.report.values, run.report.benchmark) },
    { "rf", run.report.given.rf },
    { "benchmark", benchmark_members(run.report) },
    { "years", period_members(run.report.years, "year") },
    { "months", period_members(run.report.months, "month") },
    { "drawdowns", drawdown_members(run) },
    { "warnings", json.array(run.warnings) },
    { "timing", json.object(timing_of(run)) },
  }
end

local function times_text(run)
  local parts = {}
  for i, member in ipairs(timing_of(run)) do
    parts[i] = member[1]:gsub("_seconds$", "") .. " " .. print_.duration(member[2])
  end
  return table.concat(parts, ", ")
end

--- The verb.
---@return integer exit_code
function M.run(options, arguments)
  local has_stdout = files.on_stdout(options)
  local strategy = settings.apply(load.strategy(arguments[1]), options)
  local given = settings.of_run(options)
  given.fresh = options.fresh or false
  given.report, given.benchmark, given.rf = true, options.benchmark, options.rf
  given.branches = options.branches ~= nil
  local run = backtest.run(strategy, given)
  for _, warning in ipairs(run.warnings) do output.warn(warning) end
  files.write(run, options)
  if not has_stdout then
    output.line(options.json and json.encode(json.object(M.members(run)), { indent = 2 })
      or tearsheet.lines(run, options))
  end
  if output.verbose then output.note("time: " .. times_text(run)) end
  return 0
end

return M
