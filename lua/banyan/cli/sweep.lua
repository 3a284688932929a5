-- SPDX-License-Identifier: MIT
-- banyan sweep: all combos of a space into a result store.
local failure = require "banyan.failure"
local host = require "banyan.host"
local json = require "banyan.json"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local progress = require "banyan.cli.progress"
local progress_text = require "banyan.cli.sweep_progress"
local results_of = require "banyan.results"
local sample_of = require "banyan.space.sample"
local settings = require "banyan.cli.settings"
local shard_of = require "banyan.sweep.shard"
local store_of = require "banyan.store"
local sweep_of = require "banyan.sweep"

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
  return json.object { { "combo", best.combo }, { "params", json.named(best.params) },
    { "metrics", json.named(best.metrics) } }
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

-- How much was done now, how fast, and what was there before.
local function headline(done, new)
  local before = done.resumed or 0
  if new == 0 and before > 0 then
    return ("nothing to do: %s done before"):format(print_.count(before, "combo was", "combos were"))
  end
  local text = ("%s in %s, %s/s on %s"):format(print_.count(new, "combo"), print_.duration(done.seconds),
    print_.thousands(done.combos_per_second), print_.count(done.threads, "thread"))
  return before > 0 and text .. ("; %s were done before"):format(print_.thousands(before)) or text
end

local function summary(done)
  local new = done.done - (done.resumed or 0)
  local lines = { headline(done, new) }
  if new > 0 then
    local timing = done.timing
    lines[#lines + 1] = ("data %s, indicators %s, execution %s: %s a combo, parallelism %.2f"):format(
      print_.duration(timing.data_seconds), print_.duration(timing.indicator_seconds),
      print_.duration(timing.execution_seconds), print_.duration(timing.average_us * 1e-6),
      done.parallelism)
  end
  if done.nodes_asked > 0 then
    lines[#lines + 1] = ("%s of %s nodes computed, the rest was known (%s)"):format(
      print_.thousands(done.nodes_computed), print_.thousands(done.nodes_asked),
      print_.percent(done.cache_hit_rate))
  end
  lines[#lines + 1] = "results in " .. done.store
  return lines
end

--- Prints the best combos of a store.
---@param done { store: string, best: table? }
function M.print_best(done)
  local results = results_of.open(done.store)
  output.line ""
  if results.description.simulated then
    output.line(output.style(require "banyan.cli.tearsheet".SIMULATED, "yellow"))
  end
  output.line(require "banyan.cli.top".lines(results, SHOWN_COMBOS))
  if done.best then output.line("how much of the best is luck: banyan stats " .. done.store) end
  results:close()
end

local function dry_run(sweep, given, options)
  local dry_run_of = require "banyan.sweep.dry_run"
  given.shard = nil -- it tells of the whole sweep
  local facts = dry_run_of.of(sweep, given)
  output.line(options.json and json.encode(dry_run_of.json(facts), { indent = 2 })
    or dry_run_of.lines(facts, output.verbose))
  return 0
end

local function sweep_options(options, script, bar)
  local resumed
  local shard = shard_of.parse(options.shard)
  local store = options.store or M.default_store(script)
  return {
    store = shard and shard_of.directory(store, shard) or store,
    shard = shard,
    script = script,
    threads = options.threads or host.cores(),
    memory = options.mem,
    alone = options.no_share,
    params = settings.params(options.param),
    from = options.from,
    to = options.to,
    data = store_of.directory(options.data),
    dataset = options.dataset,
    timeframe = options.timeframe,
    fresh = options.fresh or false,
    progress = function(p)
      resumed = resumed or p.resumed or 0
      bar:update(function() return progress_text(p, resumed) end)
    end,
  }
end

-- What is for a cluster alone says nothing here.
local function check_on(options)
  for _, name in ipairs(options.on and {} or { "shards", "detach", "passed" }) do
    if options[name] then
      failure.fail("USAGE", "%s goes with --on slurm", name == "passed" and "what stands behind --" or "--" .. name)
    end
  end
end

--- The verb.
---@return integer exit_code
function M.sweep(options, arguments)
  local sweep = load.sweep(arguments[1])
  sweep.strategy = settings.apply(sweep.strategy, options)
  sample_of.override(sweep, options.sample, options.seed)
  check_on(options)
  local bar = progress.start()
  local given = sweep_options(options, arguments[1], bar)
  if options.dry_run then return dry_run(sweep, given, options) end
  if options.on then
    bar:clear()
    return require "banyan.cli.sweep_slurm".hand_in(sweep, given, options, arguments[1])
  end
  local ok, done = pcall(sweep_of.run, sweep, given)
  bar:clear()
  if not ok then error(done, 0) end
  for _, warning in ipairs(done.warnings) do output.warn(warning) end
  if options.json then
    output.line(as_json(done))
  elseif not done.interrupted then
    output.line(summary(done))
    if not given.shard then M.print_best(done) end -- of a part, the best says little, and costs looking at all
  end
  if not done.interrupted then return 0 end
  output.report(("banyan: stopped after %s of %s; they are kept in %s, and the same command goes "
    .. "on from there"):format(print_.thousands(done.done), print_.count(done.combos, "combo"),
    done.store))
  return 130
end

return M
