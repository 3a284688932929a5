-- SPDX-License-Identifier: MIT
-- banyan sweep: all combos of a space into a result store.
local backtest = require "banyan.backtest"
local host = require "banyan.host"
local json = require "banyan.json"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local progress = require "banyan.cli.progress"
local progress_text = require "banyan.cli.sweep_progress"
local results_of = require "banyan.results"
local run = require "banyan.cli.run"
local settings = require "banyan.cli.settings"
local store_of = require "banyan.store"
local tearsheet = require "banyan.cli.tearsheet"
local top = require "banyan.cli.top"

local object, params_of = run.object, run.params
local M = {}

local SHOWN_COMBOS = 10

--- The folder of a sweep's results: beside the script, "ranges.lua" -> "ranges.sweep".
---@param script string
---@return string
function M.default_store(script)
  return (script:gsub("%.lua$", "")) .. ".sweep"
end

local function best_of(done)
  local best = done.best
  if not best then return json.null end
  return json.object { { "combo", best.combo }, { "params", object(best.params) },
    { "metrics", object(best.metrics) } }
end

local function as_json(done)
  local timing = {}
  for _, name in ipairs { "data_seconds", "indicator_seconds", "execution_seconds",
    "average_us" } do
    timing[#timing + 1] = { name, done.timing[name] }
  end
  return json.encode(json.object {
    { "schema", "banyan.sweep/1" },
    { "strategy", done.strategy }, { "dataset", done.dataset }, { "simulated", done.simulated },
    { "store", done.store }, { "rank", done.rank },
    { "combos", done.combos }, { "done", done.done }, { "resumed", done.resumed },
    { "interrupted", done.interrupted or false },
    { "seconds", done.seconds }, { "combos_per_second", done.combos_per_second },
    { "threads", done.threads }, { "timing", json.object(timing) },
    { "cache_hit_rate", done.cache_hit_rate }, { "parallelism", done.parallelism },
    { "nodes_asked", done.nodes_asked }, { "nodes_computed", done.nodes_computed },
    { "best", best_of(done) }, { "warnings", json.array(done.warnings) },
  }, { indent = 2 })
end

local function summary(done)
  local new = done.done - (done.resumed or 0)
  local lines = { ("%s in %s, %s/s on %s"):format(print_.count(new, "combo"),
    print_.duration(done.seconds), print_.thousands(done.combos_per_second),
    print_.count(done.threads, "thread")) }
  if (done.resumed or 0) > 0 then
    lines[1] = lines[1] .. ("; %s were done before"):format(print_.thousands(done.resumed))
  end
  if done.nodes_asked > 0 then
    lines[2] = ("%s of %s nodes computed, the rest was known (%s)"):format(
      print_.thousands(done.nodes_computed), print_.thousands(done.nodes_asked),
      print_.percent(done.cache_hit_rate))
  end
  lines[#lines + 1] = "results in " .. done.store
  return lines
end

local function print_best(done)
  local results = results_of.open(done.store)
  output.line ""
  if results.description.simulated then
    output.line(output.style(tearsheet.SIMULATED, "yellow"))
  end
  output.line(top.lines(results, done.rank, SHOWN_COMBOS))
  results:close()
end

local function dry_run(sweep, given)
  output.line(backtest.describe_sweep(sweep, given))
  return 0
end

local function sweep_options(options, script, bar)
  local resumed
  return {
    store = options.store or M.default_store(script),
    threads = options.threads or host.cores(),
    params = params_of(options.param),
    from = options.from,
    to = options.to,
    data = store_of.directory(options.data),
    dataset = options.dataset,
    fresh = options.fresh or false,
    progress = function(p)
      resumed = resumed or p.resumed or 0
      bar:update(function() return progress_text(p, resumed) end)
    end,
  }
end

--- The verb.
---@return integer exit_code
function M.sweep(options, arguments)
  local sweep = load.sweep(arguments[1])
  sweep.strategy = settings.apply(sweep.strategy, options)
  local bar = progress.start()
  local given = sweep_options(options, arguments[1], bar)
  if options.dry_run then return dry_run(sweep, given) end
  local ok, done = pcall(backtest.sweep, sweep, given)
  bar:clear()
  if not ok then error(done, 0) end
  for _, warning in ipairs(done.warnings) do output.warn(warning) end
  if options.json then
    output.line(as_json(done))
  elseif not done.interrupted then
    output.line(summary(done))
    print_best(done)
  end
  if not done.interrupted then return 0 end
  output.report(("banyan: stopped after %s of %s; they are kept in %s, and the same command goes "
    .. "on from there"):format(print_.thousands(done.done), print_.count(done.combos, "combo"),
    done.store))
  return 130
end

return M
