-- SPDX-License-Identifier: MIT
-- banyan run: one backtest.
local backtest = require "banyan.backtest"
local json = require "banyan.json"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local record = require "banyan.settings.record"
local settings = require "banyan.cli.settings"
local store_of = require "banyan.store"
local tearsheet = require "banyan.cli.tearsheet"

local M = {}

--- Values of -p by name.
---@param assignments { name: string, value: any }[]?
---@return table<string, any>
function M.params(assignments)
  local values = {}
  for _, each in ipairs(assignments or {}) do values[each.name] = each.value end
  return values
end

local TIMES = { "data_seconds", "compile_seconds", "indicator_seconds", "execution_seconds",
  "total_seconds" }

local function timing_of(run)
  local members = {}
  for _, name in ipairs(TIMES) do
    if run.timing[name] then members[#members + 1] = { name, run.timing[name] } end
  end
  return members
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
    { "metrics", json.named(run.metrics) },
    { "warnings", json.array(run.warnings) },
    { "timing", json.object(timing_of(run)) },
  }
end

local function write_weights(path, run)
  output.file(path, function(put)
    put "date,ticker,weight\n"
    for i = 1, run.days do
      local date = run:date(i)
      for _, each in ipairs(run:weights(i)) do
        put(("%s,%s,%s\n"):format(date, print_.csv(each[1]), print_.exact(each[2])))
      end
    end
  end)
end

local function write_equity(path, run)
  output.file(path, function(put)
    put "date,equity\n"
    for i = 1, run.days do
      put(("%s,%s\n"):format(run:date(i), print_.exact(run:equity(i))))
    end
  end)
end

--- Writes the files that --weights and --equity ask for.
---@param run banyan.Run
---@param options table<string, any>
function M.write_files(run, options)
  if options.weights then write_weights(options.weights, run) end
  if options.equity then write_equity(options.equity, run) end
end

local function times_text(run)
  local parts = {}
  for i, member in ipairs(timing_of(run)) do
    parts[i] = member[1]:gsub("_seconds$", "") .. " " .. print_.duration(member[2])
  end
  return table.concat(parts, ", ")
end

--- What a backtest needs beside its strategy, as the command line says it.
---@param options table<string, any>
function M.options(options)
  return { params = M.params(options.param), from = options.from, to = options.to,
    data = store_of.directory(options.data), dataset = options.dataset,
    timeframe = options.timeframe }
end

--- The verb.
---@return integer exit_code
function M.run(options, arguments)
  local strategy = settings.apply(load.strategy(arguments[1]), options)
  local given = M.options(options)
  given.fresh = options.fresh or false
  local run = backtest.run(strategy, given)
  for _, warning in ipairs(run.warnings) do output.warn(warning) end
  M.write_files(run, options)
  output.line(options.json and json.encode(json.object(M.members(run)), { indent = 2 })
    or tearsheet.lines(run))
  if output.verbose then output.note("time: " .. times_text(run)) end
  return 0
end

return M
