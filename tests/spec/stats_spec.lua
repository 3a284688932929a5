-- SPDX-License-Identifier: MIT
-- banyan stats: what it tells of small sweeps, against the same thing from daily returns and exported metrics.
local b = require "banyan"
local cjson = require "cjson"
local helper = require "spec.helper"
local measure = require "banyan.luck.store".measure
local reopen = require "banyan.sweep.reopen"
local report = require "banyan.luck.report"
local engine = require "banyan.ffi"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local YEAR = math.sqrt(252)

-- 880 returns, so that the blocks of a sweep are those of b.pbo; four combos never hold QQQ.
local SWEEP = [[
local b = require "banyan"
local fast = b.param("fast", 10, { 5, 20, 150 })
local hot = b.param("hot", 60, { 45, 60, 70, 101 })
return b.sweep {
  strategy = b.strategy { name = "Hot", costs = "composer",
    b.when(b.rsi("QQQ", fast):gt(hot), "QQQ"):otherwise("SPY") },
  from = "2018-01-02", to = "2021-06-30" }
]]

local directory

local function store()
  if not directory then
    local _, made = sweeps.sweep(sweeps.script(SWEEP), simulated.store())
    directory = made
  end
  return directory
end

-- A store of one param's values over a node, both as text.
local function small(values, node, more)
  local _, made = sweeps.sweep(sweeps.script(([[
    local b = require "banyan"
    local p = b.param("p", %s, { %s })
    return b.sweep { strategy = b.strategy { name = "Small", %s }, %s }
  ]]):format(values:match "^[^,]+", values, node, more or "")), simulated.store())
  return made
end

local function stats(...)
  local out, err, code = simulated.run { "stats", ... }
  assert.equal(0, code, err)
  return out, err
end

local function json_of(...)
  return cjson.decode((stats("--json", ...)))
end

local function returns_of_all()
  local reopened = reopen.open(store(), { data = simulated.store(), threads = 2 })
  local all = {}
  for number = 1, reopened.results.combo_count do
    local run = reopened:run(number)
    all[number] = {}
    for i = 1, run.day_count - 1 do all[number][i] = run.returns[i - 1] end
    engine.close(run, engine.C.by_run_free)
  end
  reopened:close()
  return all
end

local function near(expected, got, what)
  assert.truthy(math.abs(expected - got) <= 1e-9 * math.max(1, math.abs(expected)),
    ("%s: %.17g instead of %.17g"):format(what, got, expected))
end

local function deviation(list)
  local mean, squares = 0, 0
  for _, x in ipairs(list) do mean = mean + x / #list end
  for _, x in ipairs(list) do squares = squares + (x - mean) ^ 2 end
  return math.sqrt(squares / (#list - 1))
end

describe("banyan stats", function()
  it("cross-validates as the daily returns are", function()
    local all, found = returns_of_all(), json_of(store())
    assert.equal(0, #all[1] % 16)
    local expected = b.pbo(all)
    assert.equal(expected.pbo, found.cscv.pbo)
    assert.equal(12870, found.cscv.splits)
    near(expected.loss_probability, found.cscv.loss_probability, "loss")
    near(expected.slope, found.cscv.degradation.slope, "slope")
    near(expected.intercept * YEAR, found.cscv.degradation.intercept, "intercept")
    near(expected.r_squared, found.cscv.degradation.r_squared, "r_squared")
    near(expected.in_sample_median * YEAR, found.cscv.in_sample_sharpe, "in sample")
    near(expected.out_of_sample_median * YEAR, found.cscv.out_of_sample_sharpe, "out of sample")
  end)

  it("deflates by the ratios of all combos", function()
    local rows, found = sweeps.rows(store()), json_of(store())
    local best, ratios = found.best[1], {}
    for i, row in ipairs(rows) do ratios[i] = row.metrics.sharpe end
    assert.equal("sharpe", best.by)
    assert.equal(rows[1].combo, best.combo)
    assert.same(rows[1].params, best.params)
    near(rows[1].metrics.sharpe, best.sharpe, "sharpe")
    near(rows[1].metrics.kurtosis, best.excess_kurtosis, "kurtosis")
    assert.equal(880, best.returns)
    near(880 / 252, best.years, "years")
    local spread = deviation(ratios)
    near(spread, best.all.sharpe_deviation, "deviation")
    near(spread * b.expected_maximum(12), best.all.sharpe_by_luck, "luck")
    local measured = { sharpe = best.sharpe / YEAR, count = 880, skewness = best.skewness,
      excess_kurtosis = best.excess_kurtosis }
    near(b.probabilistic_sharpe(measured), best.probabilistic_sharpe, "PSR")
    near(b.min_track_record(measured) / 252, best.min_track_record_years, "track record")
    near(b.deflated_sharpe(measured, { trials = 12, deviation = spread / YEAR }),
      best.all.deflated_sharpe, "DSR")
    near(b.min_backtest_length(12, best.sharpe), best.all.min_backtest_years, "MinBTL")
    near(b.min_backtest_length(best.effective.trials, best.sharpe), best.effective.min_backtest_years,
      "MinBTL of the effective")
  end)

  it("counts trials and behaviours", function()
    local trials = json_of(store()).trials
    assert.equal(12, trials.combos)
    assert.equal(12, trials.used)
    assert.equal(9, trials.behaviours)
    assert.equal(9, trials.distinct)
    near(trials.correlation + (1 - trials.correlation) * 9, trials.effective, "effective")
  end)

  it("tests the daily returns of the best that differ", function()
    local all, found = returns_of_all(), json_of(store(), "--top", "4", "--replicates", "500", "--seed", "9")
    local subset, chosen = found.subset, {}
    assert.equal(4, #subset.combos)
    assert.equal(880, subset.sessions)
    assert.equal(found.best[1].combo, subset.combos[1])
    for k, number in ipairs(subset.combos) do chosen[k] = all[number] end
    local expected = b.spa(chosen, { replicates = 500, seed = 9 })
    assert.equal(expected.p_value, subset.spa.p_value)
    assert.equal(expected.upper, subset.spa.upper)
    near(expected.statistic, subset.spa.statistic, "statistic")
    near(expected.block_length, subset.block_length, "block length")
    assert.equal(b.reality_check(chosen, { replicates = 500, seed = 9 }).p_value, subset.reality_check.p_value)
    local drawn = b.stationary_bootstrap(chosen[1], { replicates = 500, seed = 9 })
    near(drawn.low * YEAR, subset.sharpe.low, "low")
    near(drawn.high * YEAR, subset.sharpe.high, "high")
  end)

  it("says the same on any number of threads", function()
    local once = stats(store(), "-j", "1")
    assert.equal(once, (stats(store(), "-j", "3")))
    assert.equal(stats(store(), "-j", "1", "--json"), (stats(store(), "-j", "5", "--json")))
    for _, words in ipairs { "how much of the best is luck", "12 combos, 9 distinct behaviours",
      "probability of overfitting", "deflated Sharpe", "White's reality check", "Hansen's SPA test",
      "SIMULATED" } do
      assert.truthy(once:find(words, 1, true), words)
    end
  end)

  it("ranks by several metrics and expressions", function()
    local found = json_of(store(), "--by", "calmar", "--by", "sharpe - volatility", "--top", "0")
    assert.equal("calmar", found.best[1].by)
    assert.equal("sharpe - volatility", found.best[2].by)
    assert.equal(cjson.null, found.subset)
    local _, err, code = simulated.run { "stats", store(), "--by", "sharp" }
    assert.equal(2, code)
    assert.truthy(err:find("did you mean 'sharpe'", 1, true), err)
  end)

  it("does without bars, unless it is asked for what needs them", function()
    local nowhere = helper.scratch()
    local out, _, code = helper.run { "stats", store(), "--data", nowhere }
    assert.equal(0, code)
    assert.truthy(out:find("probability of overfitting", 1, true))
    assert.truthy(out:find("not done: ", 1, true))
    local _, err, failed = helper.run { "stats", store(), "--data", nowhere, "--top", "5" }
    assert.equal(4, failed)
    assert.truthy(err:find("no bar store", 1, true), err)
    out = helper.run { "stats", store(), "--data", nowhere, "--walk-forward", "1/2:1/4" }
    assert.truthy(out:find("walk-forward: rolling", 1, true), out)
  end)

  it("adds a walk-forward analysis", function()
    local equity = helper.scratch() .. "/equity.csv"
    local found = json_of(store(), "--walk-forward", "252:126", "--top", "0", "--anchored", "--equity", equity)
    assert.equal(true, found.walk_forward.anchored)
    assert.equal(4, #found.walk_forward.windows)
    assert.truthy(helper.read(equity):find "^date,equity,combo\n")
    local _, err, code = simulated.run { "stats", store(), "--equity", equity }
    assert.equal(2, code)
    assert.truthy(err:find("--walk-forward", 1, true), err)
  end)
end)

describe("banyan stats of a sweep that tells little", function()
  it("is plain about a single combo", function()
    local made = small("50", [[b.when(b.rsi("SPY", 14):gt(p), "SPY"):otherwise("TLT")]])
    local found = json_of(made)
    assert.equal(cjson.null, found.cscv)
    assert.equal("a single combo is nothing to choose from", found.not_enough)
    assert.equal(0, found.best[1].all.sharpe_by_luck)
    assert.equal(found.best[1].probabilistic_sharpe, found.best[1].all.deflated_sharpe)
    assert.truthy(stats(made):find("not enough to tell: a single combo", 1, true))
    assert.truthy(simulated.run { "top", made }:find("luck: not enough to tell: a single combo", 1, true))
  end)

  it("takes two combos", function()
    local found = json_of(small("40, 60", [[b.when(b.rsi("SPY", 14):gt(p), "SPY"):otherwise("TLT")]]))
    assert.equal(2, found.trials.used)
    assert.truthy(found.cscv.pbo >= 0 and found.cscv.pbo <= 1)
  end)

  it("is plain about ten returns", function()
    local made = small("40, 60", [[b.when(b.rsi("SPY", 14):gt(p), "SPY"):otherwise("TLT")]],
      [[from = "2019-03-01", to = "2019-03-15"]])
    local found = json_of(made)
    assert.equal(2, found.trials.undefined)
    assert.equal("no combo has 32 returns and a Sharpe ratio", found.not_enough)
    assert.truthy(found.subset_missing:find("10 sessions in common; 32 are needed", 1, true))
    assert.truthy(stats(made):find("too few returns", 1, true))
  end)

  it("is plain about combos that all earned the same", function()
    local found = json_of(small("101, 102, 103", [[b.when(b.rsi("SPY", 14):gt(p), "TLT"):otherwise("SPY")]]))
    assert.equal(1, found.trials.distinct)
    assert.equal(1, found.trials.effective)
    assert.equal("all combos earned the same, so there was nothing to choose from", found.not_enough)
  end)

  it("is plain about combos that never hold anything", function()
    local made = small("101, 102", [[b.when(b.rsi("SPY", 14):gt(p), "TLT"):otherwise(b.cash)]])
    local found = json_of(made)
    assert.equal(2, found.trials.undefined)
    assert.equal(0, #found.best)
    assert.truthy(stats(made):find("not done: no combo can be ranked", 1, true))
  end)

  it("counts combos without a session, and those that begin late", function()
    local found = json_of(small("5, 20, 30000, 1500",
      [[b.when(b.rsi("SPY", p):gt(50), "SPY"):otherwise("TLT")]]))
    assert.equal(1, found.trials.failed)
    assert.equal(1, found.trials.short)
    assert.equal(2, found.trials.used)
    local out = stats(small("5, 30000, 900", [[b.when(b.rsi("SPY", p):gt(50), "SPY"):otherwise("TLT")]]))
    assert.truthy(out:find("left out: 1 without a session", 1, true), out)
    assert.truthy(out:find("begin all on one day", 1, true), out)
  end)

  it("says when the sweep is not done", function()
    local results = require("banyan.results").open(store())
    local luck = measure(results)
    results:close()
    luck.trials.combos = 1000
    local text = table.concat(report.lines(luck), "\n")
    assert.truthy(text:find("12 combos of 1,000, the sweep is not done, 9 distinct behaviours", 1, true), text)
  end)

  it("refuses what is no store", function()
    local _, err, code = simulated.run { "stats", helper.scratch() }
    assert.equal(4, code)
    assert.truthy(err:find("there is none in this folder", 1, true), err)
  end)
end)
