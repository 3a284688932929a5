-- SPDX-License-Identifier: MIT
-- Walk-forward analysis out of the block sums in a result store: rough, at once, and without bars.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local judge_of = require "banyan.walk_forward.judge"
local outcome = require "banyan.walk_forward.outcome"
local windows_of = require "banyan.walk_forward.windows"

local C = engine.C
local M = {}

local NOUN = "sixteenth"

-- The session on which most combos begin (of several the earliest), and their number of returns: blocks of other
-- combos lie elsewhere.
local function common_span(results)
  local groups, best = {}, nil
  results:each_chunk(function(rows, count)
    for i = 0, count - 1 do
      local start, returns = rows[i].start, rows[i].return_count
      if returns > 0 then
        local key = start .. " " .. returns
        local group = groups[key] or { start = start, returns = returns, combos = 0 }
        group.combos, groups[key] = group.combos + 1, group
      end
    end
  end)
  for _, group in pairs(groups) do
    if not best or group.combos > best.combos
      or (group.combos == best.combos and (group.start < best.start
        or (group.start == best.start and group.returns < best.returns))) then
      best = group
    end
  end
  if not best then failure.fail("DATA", "walk-forward: no combo of the sweep has returns yet") end
  return best
end

local function block_length(returns, block)
  local blocks = tonumber(C.BY_BLOCK_COUNT)
  return math.floor((block + 1) * returns / blocks) - math.floor(block * returns / blocks)
end

local function span_length(returns, span)
  local length = 0
  for block = span.first, span.last do length = length + block_length(returns, block) end
  return length
end

-- The moments of some blocks of a combo, in block order.
local function add_blocks(row, span, out)
  out.sum, out.sum_squares, out.growth, out.count = 0, 0, 0 / 0, 0
  for block = span.first, span.last do
    out.sum = out.sum + row.block_sum[block]
    out.sum_squares = out.sum_squares + row.block_sum_squares[block]
    out.count = out.count + block_length(row.return_count, block)
  end
end

-- The Sharpe ratio of all test windows together.
local function pooled(steps, periods)
  local all = ffi.new "by_moments"
  for _, step in ipairs(steps) do
    local each = step.choice.out_of_sample
    all.sum, all.sum_squares, all.count = all.sum + each.sum, all.sum_squares + each.sum_squares,
      all.count + each.count
  end
  return { { name = "sharpe", title = "Sharpe", value = C.by_moments_sharpe(all, periods) } }
end

--- Walk-forward over windows of sixteenths of the sweep, from what the store has.
---@param results banyan.Results
---@param options banyan.WindowLengths
---@return banyan.WalkForward
function M.run(results, options)
  local begin, lengths = host.clock(), windows_of.check(options)
  if (options.rank or "sharpe") ~= "sharpe" then
    failure.fail("USAGE", "walk-forward: sixteenths of a sweep are ranked by sharpe alone; name windows in "
      .. "sessions to rank by %s", tostring(options.rank))
  end
  local windows, unused = windows_of.between(0, tonumber(C.BY_BLOCK_COUNT) - 1, lengths, NOUN)
  local common, moments = common_span(results), ffi.new("by_moments[?]", 2 * #windows)
  local train = {}
  for w, window in ipairs(windows) do train[w] = span_length(common.returns, window.train) end
  local judge, taken, others = judge_of.new("sharpe", train, 1, results.description.periods_per_year), 0, 0
  local numbers = outcome.numbers(results)
  results:each_chunk(function(rows, count, first)
    for i = 0, count - 1 do
      local row = rows[i]
      if row.start == common.start and row.return_count == common.returns then
        taken = taken + 1
        for w, window in ipairs(windows) do
          add_blocks(row, window.train, moments[w - 1])
          add_blocks(row, window.test, moments[#windows + w - 1])
        end
        judge:take(0, numbers[first + i], moments)
      else
        others = others + 1
      end
    end
  end)
  local result = outcome.of(results, lengths, "sharpe", windows, judge:choices())
  result.noun, result.unused, result.combos, result.left_out = NOUN, unused, taken, others
  result.metrics, result.returns = pooled(result.steps, results.description.periods_per_year), common.returns
  result.seconds = host.clock() - begin
  return result
end

return M
