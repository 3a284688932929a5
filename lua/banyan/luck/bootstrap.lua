-- SPDX-License-Identifier: MIT
-- Tests by the stationary bootstrap: see engine/bootstrap.h and engine/reality_check.h.
local check = require "banyan.api.check"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local host = require "banyan.host"
local series = require "banyan.luck.series"

local C = engine.C
local fail = check.fail

local M = { b = {} }

local KEYS = { "block_length", "replicates", "seed", "threads", "benchmark" }
local REPLICATES = 10000
local REPLICATES_MAX = 1e7
local PERIODS_MIN = 4
local SEED_MAX = 2 ^ 53

---@class banyan.BootstrapOptions how replicates are drawn
---@field block_length number? mean length of blocks; chosen from the data when left out
---@field replicates integer? 10000 when left out
---@field seed integer? 1 when left out; the same seed, the same result
---@field threads integer? one a core when left out; does not change the result
---@field benchmark number[]? its returns; cash, which earns nothing, when left out

local function block_length(what, options)
  return options.block_length == nil and 0 or series.number(what, options, "block_length", nil, 1)
end

--- Reality check and test for superior predictive ability.
---@param matrix ffi.cdata* double[periods][count]
---@param options ffi.cdata* by_reality_options
---@return table as of b.spa, with `plain` beside it
function M.run(matrix, periods, count, options)
  local out = ffi.new "by_reality_check"
  engine.call(C.by_reality_check_run, matrix, periods, count, options, out)
  local function p_values(of)
    return { lower = of.lower, consistent = of.consistent, upper = of.upper }
  end
  return { best = out.best + 1, mean = out.mean, statistic = out.statistic,
    block_length = out.block_length, replicates = options.replicate_count,
    plain = p_values(out.plain), studentized = p_values(out.studentized) }
end

local function run_lists(what, strategies, options)
  options = options or {}
  check.keys(what, options, KEYS)
  local matrix, periods, count = series.matrix(what, strategies, PERIODS_MIN)
  local c = ffi.new("by_reality_options", { block_length = block_length(what, options),
    replicate_count = series.whole(what, options, "replicates", REPLICATES, 1, REPLICATES_MAX),
    seed = series.whole(what, options, "seed", 1, 0, SEED_MAX),
    thread_count = series.whole(what, options, "threads", host.cores(), 1, 1024) })
  local benchmark, length
  if options.benchmark ~= nil then
    benchmark, length = series.array(what .. ": benchmark", options.benchmark)
    if length ~= periods then
      fail("%s: the benchmark has %d returns and the strategies have %d", what, length, periods)
    end
    c.benchmark = benchmark
  end
  return M.run(matrix, periods, count, c), benchmark -- the benchmark lives as long as the call
end

---@class banyan.RealityCheck whether the best of several strategies beats a benchmark
---@field p_value number probability of a best mean like this, or a higher one, without any skill
---@field best integer which strategy has the best mean
---@field mean number its mean return above the benchmark
---@field block_length number
---@field replicates integer

--- White's reality check: does the best of several strategies beat the benchmark by more than
--- chance?
--- Example:
---     local one, other = { 0.01, -0.02, 0.015, 0.003 }, { 0.002, 0.001, -0.003, 0.004 }
---     print(b.reality_check({ one, other }, { replicates = 500 }).p_value)
---@param strategies number[][] the returns of each, of the same periods
---@param options banyan.BootstrapOptions?
---@return banyan.RealityCheck
function M.b.reality_check(strategies, options)
  local found = run_lists("reality_check", strategies, options)
  return { p_value = found.plain.upper, best = found.best, mean = found.mean,
    block_length = found.block_length, replicates = found.replicates }
end

---@class banyan.Spa: banyan.RealityCheck the same by the test of Hansen
---@field p_value number the consistent one
---@field lower number
---@field consistent number
---@field upper number
---@field statistic number

--- Hansen's test for superior predictive ability: the same, studentized, and not weakened by
--- strategies that are much worse than the benchmark.
--- Example:
---     local one, other = { 0.01, -0.02, 0.015, 0.003 }, { 0.002, 0.001, -0.003, 0.004 }
---     print(b.spa({ one, other }, { replicates = 500 }).p_value)
---@param strategies number[][] the returns of each, of the same periods
---@param options banyan.BootstrapOptions?
---@return banyan.Spa
function M.b.spa(strategies, options)
  local found = run_lists("spa", strategies, options)
  local p = found.studentized
  return { p_value = p.consistent, lower = p.lower, consistent = p.consistent, upper = p.upper,
    statistic = found.statistic, best = found.best, mean = found.mean,
    block_length = found.block_length, replicates = found.replicates }
end

-- Sharpe ratio per period of the returns at `index`; nil without deviation.
local function sharpe_at(array, index, count)
  local sum, squares = 0, 0
  for i = 0, count - 1 do
    local r = array[index[i]]
    sum, squares = sum + r, squares + r * r
  end
  local variance = (squares - sum * sum / count) / (count - 1)
  if variance * count > squares * 2 ^ -40 then return sum / count / math.sqrt(variance) end
end

local function sample_at(array, index, count)
  local sample = {}
  for i = 0, count - 1 do sample[i + 1] = array[index[i]] end
  return sample
end

--- The value below which a share of rising values lies, with lines between them.
local function quantile(values, share)
  local at = 1 + (#values - 1) * share
  local below = math.floor(at)
  local above = math.min(below + 1, #values)
  return values[below] + (at - below) * (values[above] - values[below])
end

---@class banyan.Bootstrap a statistic over replicates
---@field values number[] of the replicates, rising; those without a value are left out
---@field median number
---@field low number a share of (1 - confidence) / 2 lies below it
---@field high number and above this
---@field positive number share above 0
---@field block_length number

--- The distribution of a statistic over replicates.
---@param array ffi.cdata* double[count]
---@param count integer
---@param options { block_length: number, replicates: integer, seed: integer, confidence: number }
--- a block length of 0: chosen from the data
---@param statistic fun(array: ffi.cdata*, index: ffi.cdata*, count: integer): number? of array[index[i]]
---@return banyan.Bootstrap
function M.distribution(array, count, options, statistic)
  local length = options.block_length
  if length == 0 then length = C.by_bootstrap_block_length(array, 1, count) end
  local index, values, positive = ffi.new("int32_t[?]", count), {}, 0
  for replicate = 0, options.replicates - 1 do
    C.by_bootstrap_positions(count, length, options.seed, replicate, index)
    local value = statistic(array, index, count)
    if value and value == value then
      values[#values + 1] = value
      if value > 0 then positive = positive + 1 end
    end
  end
  if #values == 0 then return { values = values, block_length = length } end
  table.sort(values)
  local tail = (1 - options.confidence) / 2
  return { values = values, median = quantile(values, 0.5), low = quantile(values, tail),
    high = quantile(values, 1 - tail), positive = positive / #values, block_length = length }
end

M.sharpe_at = sharpe_at

---@class banyan.StationaryOptions
---@field block_length number? mean length of blocks; chosen from the data when left out
---@field replicates integer? 1000 when left out
---@field seed integer? 1 when left out; the same seed, the same result
---@field confidence number? 0.95 when left out
---@field statistic (fun(returns: number[]): number)? the Sharpe ratio per period when left out

--- The distribution of a statistic of returns over replicates made of blocks of them.
--- Example: b.stationary_bootstrap({ 0.01, -0.02, 0.015, 0.003, -0.001, 0.004 }, { replicates = 200 }).median
---@param returns number[]
---@param options banyan.StationaryOptions?
---@return banyan.Bootstrap
function M.b.stationary_bootstrap(returns, options)
  local what = "stationary_bootstrap"
  options = options or {}
  check.keys(what, options, { "block_length", "replicates", "seed", "confidence", "statistic" })
  local array, count = series.array(what, returns, 2)
  local statistic = options.statistic
  if statistic ~= nil and type(statistic) ~= "function" then
    fail("%s: statistic must be a function of an array of returns", what)
  end
  return M.distribution(array, count, { block_length = block_length(what, options),
    replicates = series.whole(what, options, "replicates", 1000, 1, REPLICATES_MAX),
    seed = series.whole(what, options, "seed", 1, 0, SEED_MAX),
    confidence = series.number(what, options, "confidence", 0.95, 0, 1) },
    statistic and function(...) return statistic(sample_at(...)) end or sharpe_at)
end

return M
