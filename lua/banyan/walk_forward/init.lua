-- SPDX-License-Identifier: MIT
-- Walk-forward analysis of a sweep: what would have been earned by trading, in each test window, the combo that had
-- been the best of all in the training window before it.
--
-- Windows of sessions are exact: all combos are evaluated again, at the price of the sweep. Windows of sixteenths are
-- reduced from the block sums in the store, without bars, and only over combos that begin on the same session.
local ffi = require "ffi"
local coarse = require "banyan.walk_forward.coarse"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local judge_of = require "banyan.walk_forward.judge"
local outcome = require "banyan.walk_forward.outcome"
local report = require "banyan.walk_forward.report"
local stitch = require "banyan.walk_forward.stitch"
local windows_of = require "banyan.walk_forward.windows"

local C = engine.C
local M = {}

local TAKE_MS = 100

---@class banyan.WalkStep a window, and what came of it
---@field train banyan.Span rows of the panel, or blocks from 0
---@field test banyan.Span
---@field dates { train: string[], test: string[] }? first and last, of windows of sessions; with times of bars
--- that are shorter than a day
---@field choice banyan.Choice
---@field params { name: string, value: any }[]? of the chosen combo
---@field in_sample { sharpe: number, total_return: number }
---@field out_of_sample { sharpe: number, total_return: number }
---@field efficiency number Sharpe ratio of the test window over that of the training window; NaN where the latter
--- is not positive

---@class banyan.WalkForward
---@field rank string
---@field lengths banyan.WindowLengths
---@field noun "session"|"bar"|"sixteenth" what the lengths count
---@field steps banyan.WalkStep[]
---@field unused integer sessions or blocks behind the last test window
---@field combos integer that took part
---@field left_out integer combos of the store that did not, as they begin on another session
---@field efficiency number mean out-of-sample Sharpe ratio over mean in-sample Sharpe ratio
---@field stability { name: string, distinct: integer, changes: integer, stability: number }[] by param
---@field stitched banyan.Stitched? of windows of sessions
---@field returns integer? of each combo, of windows of sixteenths
---@field metrics { name: string, title: string, value: number }[] of all test windows together
---@field seconds number

--- Reads TRAIN:TEST[:STEP[:EMBARGO]] as users type it.
M.parse = windows_of.parse
--- The result as lines of text, as a value for JSON, and its equity as a CSV file.
M.lines, M.json, M.write_equity = report.lines, report.json, report.write_equity

-- What the combos are ranked by: as asked, else as the sweep ranks, where that can be had of a window.
local function rank_of(results, options)
  if options.rank then return options.rank end
  local rank = results.description.rank
  for _, name in ipairs(judge_of.RANKS) do
    if rank == name then return rank end
  end
  return "sharpe"
end

-- The earliest session of any combo: the panel row on which the first return begins.
local function earliest_start(results)
  local earliest = math.huge
  results:each_chunk(function(rows, count)
    for i = 0, count - 1 do
      if rows[i].return_count >= 0 then earliest = math.min(earliest, rows[i].start) end
    end
  end)
  if earliest == math.huge then
    failure.fail("DATA", "walk-forward: no combo of the sweep has a session yet")
  end
  return earliest
end

local function c_windows(windows)
  local count = #windows
  local ranges = ffi.new("by_range[?]", 2 * count)
  for w, window in ipairs(windows) do
    ranges[w - 1] = { window.train.first, window.train.last }
    ranges[count + w - 1] = { window.test.first, window.test.last }
  end
  return ranges, 2 * count
end

local function drain(c_sweep, take)
  local first, count = ffi.new "int32_t[1]", ffi.new "int32_t[1]"
  local rows = ffi.new "const by_result *[1]"
  while true do
    local taken = C.by_sweep_take(c_sweep, TAKE_MS, first, count, rows)
    if taken == 1 then
      take(first[0], count[0], C.by_sweep_moments(c_sweep))
    elseif taken < 0 then
      break
    end
    if host.interrupted() > 0 then failure.fail("CANCELLED", "walk-forward: interrupted") end
  end
  engine.call(C.by_sweep_finish, c_sweep)
end

local function dates_of(market, span)
  return { market:when(span.first), market:when(span.last) }
end

-- Evaluates all combos again and has them judged.
local function judge_all(reopened, windows, rank)
  local at, results = reopened:prepare(), reopened.results
  local numbers, digits, combo_count = outcome.numbers(results), results.header.digits, results.combo_count
  local ranges, range_count = c_windows(windows)
  local options = ffi.new("by_sweep_options", { asked = at.range, thread_count = reopened.threads,
    memory_bytes_max = reopened.options.memory or 0, windows = ranges, window_count = range_count })
  local chunk_size = C.by_sweep_chunk_size(combo_count)
  local lengths = {}
  for w, window in ipairs(windows) do lengths[w] = window.train.last - window.train.first + 1 end
  local judge = judge_of.new(rank, lengths, math.ceil(combo_count / chunk_size),
    results.description.periods_per_year)
  local c_sweep = engine.make("by_sweep", C.by_sweep_free, C.by_sweep_start, at.columns, digits,
    combo_count, options)
  local ok, message = pcall(drain, c_sweep, function(first, count, moments)
    for i = 0, count - 1 do
      judge:take(first / chunk_size, numbers[first + i], moments + i * range_count)
    end
  end)
  engine.close(c_sweep, C.by_sweep_free)
  if not ok then error(message, 0) end
  return judge:choices()
end

--- Walk-forward over windows of sessions. All combos are evaluated again.
---@param reopened banyan.Reopened
---@param options banyan.WindowLengths also with `rank` ("sharpe" or "total_return"; that of the sweep where it is
--- one of them)
---@return banyan.WalkForward
function M.run(reopened, options)
  local begin, results = host.clock(), reopened.results
  local lengths, rank = windows_of.check(options), rank_of(results, options)
  if lengths.unit == "block" then return coarse.run(results, options) end
  local market, range = reopened:prepare().market, reopened:prepare().range
  local start = earliest_start(results)
  local noun = market:is_intraday() and "bar" or "session"
  local windows, unused = windows_of.between(start + 1, range.last, lengths, noun)
  local choices = judge_all(reopened, windows, rank)
  local result = outcome.of(results, lengths, rank, windows, choices)
  result.noun, result.unused, result.combos, result.left_out = noun, unused, results.combo_count, 0
  for _, step in ipairs(result.steps) do
    step.dates = { train = dates_of(market, step.train), test = dates_of(market, step.test) }
  end
  result.stitched = stitch.new(reopened, result.steps)
  result.metrics = result.stitched.metrics
  result.seconds = host.clock() - begin
  return result
end

return M
