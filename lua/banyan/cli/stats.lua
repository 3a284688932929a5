-- SPDX-License-Identifier: MIT
-- banyan stats: how much of the best of a sweep is luck.
local daily_of = require "banyan.luck.daily"
local engine = require "banyan.ffi"
local json = require "banyan.json"
local output = require "banyan.cli.output"
local record = require "banyan.luck.record"
local reopen = require "banyan.sweep.reopen"
local report = require "banyan.luck.report"
local store = require "banyan.luck.store"
local tearsheet = require "banyan.cli.tearsheet"
local walk_forward = require "banyan.walk_forward"

local M = {}

-- Combos whose daily returns are tested, unless --top says otherwise: fewer where drawing the replicates would take
-- long.
local SUBSET, DRAWN_MAX = 50, 2e10

local function subset_size(best, options)
  local most = DRAWN_MAX / (math.max(best.returns, 1) * options.replicates)
  return options.top or math.max(1, math.min(SUBSET, math.floor(most)))
end

-- The tests of daily returns; a text says why there are none. Where --top asks for them they must not fail.
local function daily(reopened, luck, options)
  local best = luck.best[1]
  if options.top == 0 then return nil end
  if not best then return "no combo can be ranked" end
  local combos = store.best(reopened.results, best.by, subset_size(best, options))
  local ok, result = pcall(daily_of.measure, reopened, combos, { seed = options.seed,
    replicates = options.replicates, periods = luck.periods })
  if ok then return result end
  local failure = engine.failure_of(result)
  if options.top or not failure or failure.status == "CANCELLED" then error(result, 0) end
  return failure.message
end

local function analyse_windows(reopened, options)
  if not options.walk_forward then return nil end
  local lengths = walk_forward.parse(options.walk_forward)
  lengths.anchored = options.anchored
  return walk_forward.run(reopened, lengths)
end

local function write_json(directory, description, luck, subset, windows)
  output.line(json.encode(record.json(luck, subset, {
    { "schema", "banyan.stats/1" }, { "store", directory },
    { "strategy", description.strategy }, { "dataset", description.dataset },
    { "simulated", description.simulated }, { "from", description.from },
    { "to", description.to },
  }, windows and walk_forward.json(windows)), { indent = 2 }))
end

local function write_text(description, luck, subset, windows)
  output.line(output.style(description.strategy, "bold") .. ": how much of the best is luck")
  if description.simulated then output.line(output.style(tearsheet.SIMULATED, "yellow")) end
  output.line(report.lines(luck, subset))
  if windows then
    output.line ""
    output.line(walk_forward.lines(windows))
  end
end

local function write_all(reopened, options)
  local description = reopened.results.description
  local luck = store.measure(reopened.results, { by = options.by, threads = options.threads })
  local windows = analyse_windows(reopened, options)
  -- Comes last: where the bars are gone, it closes what was reopened.
  local subset = daily(reopened, luck, options)
  if options.equity == output.STDOUT then -- which then has nothing else
    return walk_forward.write_equity(options.equity, windows)
  elseif options.json then
    write_json(reopened.directory, description, luck, subset, windows)
  else
    write_text(description, luck, subset, windows)
  end
  if windows and options.equity then walk_forward.write_equity(options.equity, windows) end
end

--- The verb.
---@return integer exit_code
function M.stats(options, arguments)
  if options.equity and not options.walk_forward then
    engine.fail("USAGE", "--equity is the equity of test windows: give --walk-forward, too")
  elseif options.equity == output.STDOUT and options.json then
    engine.fail("USAGE", "--json and --equity -: standard output takes one of them; name a file for --equity")
  end
  local reopened = reopen.open(arguments[1], { data = options.data, threads = options.threads })
  local ok, message = pcall(write_all, reopened, options)
  if reopened.results.c then reopened:close() end
  if not ok then error(message, 0) end
  return 0
end

return M
