-- SPDX-License-Identifier: MIT
-- How much of the best of a sweep is luck, from the block sums and metrics in its store; no bars are
-- needed.
local ffi = require "ffi"
local combos_of = require "banyan.results.combos"
local engine = require "banyan.ffi"
local pbo = require "banyan.luck.pbo"
local ranking_of = require "banyan.results.ranking"
local results_of = require "banyan.results"

local C = engine.C
local M = {}

local CONFIDENCE = 0.95
local NAN = 0 / 0

---@class banyan.Trials how many combos were tried
---@field combos integer of the sweep
---@field done integer
---@field used integer that take part: with 32 returns, a Sharpe ratio, and half the returns of the
--- longest
---@field distinct integer of these, that earned different returns
---@field behaviours integer that held different things, of all that are done
---@field effective number independent trials that the distinct ones are worth
---@field correlation number mean of all pairs of distinct ones
---@field guided boolean whether a search chose them
---@field failed integer without a session
---@field undefined integer too few returns, or no Sharpe ratio
---@field short integer less than half the returns of the longest
---@field returns_min integer
---@field returns_max integer

---@class banyan.Deflated
---@field trials number
---@field deviation number of the trials' annual Sharpe ratios
---@field threshold number annual Sharpe ratio that luck alone would have
---@field probability number deflated Sharpe ratio
---@field years number minimum backtest length

---@class banyan.Best
---@field combo integer
---@field by string
---@field params { name: string, value: any }[]
---@field sharpe number annual
---@field returns integer
---@field years number
---@field skewness number
---@field excess_kurtosis number
---@field probability number that its true Sharpe ratio is above 0, had it been the only trial
---@field track_years number years before that is certain by 95 in 100
---@field all banyan.Deflated by all trials
---@field effective banyan.Deflated by the effective ones

---@class banyan.Luck
---@field trials banyan.Trials
---@field cscv banyan.Pbo? nil where it cannot be told
---@field not_enough string? why
---@field best banyan.Best[] by each ranking
---@field periods integer returns in a year

-- The block sums of all combos: by_trials *.
local function trials_of(results)
  local trials = engine.make("by_trials", C.by_trials_free, C.by_trials_new, tonumber(C.BY_BLOCK_COUNT))
  engine.call(C.by_results_trials, results.c, trials)
  return trials
end

local function counts_of(results, trials)
  local figures = ffi.new "by_trials_figures"
  C.by_trials_describe(trials, figures)
  local correlation, distinct = figures.correlation, tonumber(figures.distinct_count)
  local effective = correlation == correlation and C.by_independent_trials(distinct, correlation)
    or distinct
  return { combos = results.combo_count,
    done = tonumber(figures.trial_count + figures.failed_count + figures.undefined_count
      + figures.short_count),
    used = tonumber(figures.trial_count), distinct = distinct,
    behaviours = tonumber(figures.behaviour_count), effective = effective,
    guided = type(results.description.search) == "string",
    correlation = correlation, failed = tonumber(figures.failed_count),
    undefined = tonumber(figures.undefined_count), short = tonumber(figures.short_count),
    returns_min = figures.return_count_min, returns_max = figures.return_count_max,
    deviation = figures.sharpe_deviation, distinct_deviation = figures.distinct_deviation }
end

-- Why there is nothing to cross-validate; nil when there is.
local function why_not_enough(counts)
  if counts.done == 0 then return "no combo is done yet" end
  if counts.used == 0 then
    return ("no combo has %d returns and a Sharpe ratio"):format(2 * tonumber(C.BY_BLOCK_COUNT))
  end
  if counts.used == 1 then return "a single combo is nothing to choose from" end
  if counts.distinct == 1 then return "all combos earned the same, so there was nothing to choose from" end
end

-- With one trial nothing was chosen, and luck had no say.
local function deflate(measured, trials, deviation, periods)
  local threshold = trials > 1 and C.by_sharpe_of_luck(trials, deviation) or 0
  local year = math.sqrt(periods)
  return { trials = trials, deviation = deviation * year, threshold = threshold * year,
    probability = C.by_sharpe_probability(measured, threshold),
    years = trials >= 1 and C.by_min_backtest_years(trials, measured.ratio * year) or NAN }
end

local function describe_best(results, number, by, counts)
  local row = results:row(number)
  local periods = results.description.periods_per_year
  local measured = ffi.new("by_sharpe", row.metric[C.BY_METRIC_sharpe] / math.sqrt(periods),
    row.metric[C.BY_METRIC_skewness], row.metric[C.BY_METRIC_kurtosis] + 3, row.return_count)
  return { combo = number, by = by, params = results:params(number), periods = periods,
    sharpe = row.metric[C.BY_METRIC_sharpe], returns = row.return_count,
    years = row.return_count / periods, skewness = measured.skewness,
    excess_kurtosis = measured.kurtosis - 3, probability = C.by_sharpe_probability(measured, 0),
    track_years = C.by_sharpe_min_returns(measured, 0, CONFIDENCE) / periods,
    all = deflate(measured, counts.used, counts.deviation, periods),
    effective = deflate(measured, counts.effective, counts.distinct_deviation, periods) }
end

local metric_names = {}
for _, metric in ipairs(results_of.METRICS) do metric_names[metric.name] = true end

--- The best combos by a metric or an expression, best first, one of each behaviour.
---@param results banyan.Results
---@param by string
---@param count integer
---@return integer[] combos, from 1
function M.best(results, by, count)
  if count == 1 and metric_names[by] then return results:top(by, 1) end
  local own = by == results.description.rank
  local ranking = ranking_of.new(combos_of.new(results), { by = not own and by or nil, distinct = true,
    number = count })
  local numbers = {}
  for i = 1, math.min(count, ranking.count) do numbers[i] = ranking.order[i - 1] + 1 end
  return numbers
end

--- How much of the best is luck.
---@param results banyan.Results
---@param options { by: string[]?, threads: integer?, splits: boolean? }? by: rankings, that of the sweep when left
--- out; splits: with what was found in each split
---@return banyan.Luck
function M.measure(results, options)
  options = options or {}
  local best = {}
  for _, by in ipairs(options.by or { results.description.rank or "sharpe" }) do
    best[#best + 1] = { by = by, number = M.best(results, by, 1)[1] }
  end
  local trials = trials_of(results)
  local counts = counts_of(results, trials)
  local luck = { trials = counts, not_enough = why_not_enough(counts), best = {} }
  if not luck.not_enough then luck.cscv = pbo.of_trials(trials, options.threads, options.splits) end
  engine.close(trials, C.by_trials_free)
  for _, each in ipairs(best) do
    if each.number then
      luck.best[#luck.best + 1] = describe_best(results, each.number, each.by, counts)
    end
  end
  luck.periods = results.description.periods_per_year
  return luck
end

return M
