-- SPDX-License-Identifier: MIT
-- The overfitting statistics of the API on arrays: what they give, and what they refuse.
local b = require "banyan"
local failure = require "banyan.failure"
local random = require "banyan.random"

-- Returns of trials without skill; one of them with an edge, if asked for.
local function noise(seed, trials, periods, edge)
  local stream, list = random.stream("noise" .. seed), {}
  for k = 1, trials do
    list[k] = {}
    for t = 1, periods do
      list[k][t] = 0.01 * stream:normal() + (k == 1 and edge or 0)
    end
  end
  return list
end

local function refuses(text, f, ...)
  local ok, err = pcall(f, ...)
  assert.is_false(ok)
  local refused = failure.failure_of(err)
  assert.truthy(refused, tostring(err))
  assert.equal("STRATEGY", refused.status)
  assert.truthy(refused.message:find(text, 1, true), refused.message)
end

describe("the probability of overfitting", function()
  it("is near one half for noise, on average over seeds", function()
    local total = 0
    for seed = 1, 30 do total = total + b.pbo(noise(seed, 12, 320), { blocks = 8 }).pbo end
    assert.truthy(math.abs(total / 30 - 0.5) < 0.1, total / 30)
  end)

  it("is near 0 for an edge", function()
    for seed = 1, 5 do
      local found = b.pbo(noise(seed, 12, 800, 0.006))
      assert.truthy(found.pbo < 0.02)
      assert.equal(12870, found.splits)
      assert.equal(12, found.trials)
      assert.equal(12870, #found.logits)
      assert.equal(1, found.chosen[1])
      assert.truthy(found.out_of_sample_median > 0.3)
    end
  end)

  it("does not depend on threads", function()
    local trials = noise(3, 100, 200)
    assert.same(b.pbo(trials, { threads = 1, blocks = 10 }), b.pbo(trials, { threads = 5, blocks = 10 }))
  end)

  it("refuses what it cannot be told of", function()
    local trials = noise(1, 3, 40)
    refuses("list of arrays", b.pbo, 5)
    refuses("list of arrays", b.pbo, {})
    refuses("0 returns a series; at least 32", b.pbo, { {} })
    refuses("39 returns a series; at least 40", b.pbo, noise(1, 2, 39), { blocks = 20 })
    refuses("unknown key 'block'", b.pbo, trials, { block = 4 })
    refuses("even number", b.pbo, trials, { blocks = 5 })
    refuses("from 2 to 20", b.pbo, trials, { blocks = 22 })
    refuses("series 2 has 1 returns and series 1 has 40", b.pbo, { trials[1], { 1 } })
    refuses("takes an array of returns", b.pbo, { trials[1], 7 })
    trials[2][17] = 0 / 0
    refuses("series 2: return 17 is", b.pbo, trials)
    trials[2][17] = "x"
    refuses("series 2: return 17 is string", b.pbo, trials)
    assert.has_error(function() b.pbo(noise(1, 1, 40), { blocks = 4 }) end,
      "cscv: 1 distinct trials have at least 8 returns and a Sharpe ratio; at least 2 are needed")
  end)
end)

describe("the Sharpe ratio's statistics", function()
  it("deflate by the trials, or by their ratios", function()
    local returns = noise(7, 1, 500, 0.001)[1]
    local p, threshold = b.deflated_sharpe(returns, { sharpes = { 0.01, 0.03, 0.05 } })
    local same, as_well = b.deflated_sharpe(returns, { trials = 3, deviation = 0.02 })
    assert.truthy(math.abs(p - same) < 1e-12 and math.abs(threshold - as_well) < 1e-15)
    assert.truthy(p < b.probabilistic_sharpe(returns))
    assert.equal(p, (b.deflated_sharpe(returns, { trials = 3, sharpes = { 0.01, 0.03, 0.05 } })))
    assert.equal(b.probabilistic_sharpe(returns), (b.deflated_sharpe(returns, { trials = 1, deviation = 1 })))
  end)

  it("know how long a track record must be", function()
    local measured = { sharpe = 0.1, count = 1000 }
    local needed = b.min_track_record(measured)
    local p = b.probabilistic_sharpe { sharpe = 0.1, count = math.floor(needed) }
    assert.truthy(p < 0.95 and p > 0.949)
    assert.equal(math.huge, b.min_track_record(measured, { benchmark = 0.1 }))
    assert.truthy(b.min_backtest_length(1000, 1) > b.min_backtest_length(10, 1))
    assert.equal(math.huge, b.min_backtest_length(10, 0))
  end)

  it("refuse what makes no sense", function()
    refuses("3 returns; at least 4", b.probabilistic_sharpe, { 1, 2, 3 })
    refuses("takes an array of returns", b.probabilistic_sharpe, "x")
    refuses("unknown key 'kurtosis'", b.probabilistic_sharpe, { sharpe = 1, count = 9, kurtosis = 3 })
    refuses("count must be a number", b.probabilistic_sharpe, { sharpe = 1 })
    refuses("excess_kurtosis must be", b.probabilistic_sharpe, { sharpe = 1, count = 9, excess_kurtosis = -3 })
    refuses("trials must be a number from 1", b.deflated_sharpe, { 1, 2, 3, 4 }, { deviation = 1 })
    refuses("deviation must be", b.deflated_sharpe, { 1, 2, 3, 4 }, { trials = 5 })
    refuses("not both", b.deflated_sharpe, { 1, 2, 3, 4 }, { sharpes = { 1, 2 }, deviation = 1 })
    refuses("takes a table", b.deflated_sharpe, { 1, 2, 3, 4 })
    refuses("confidence must be", b.min_track_record, { 1, 2, 3, 4 }, { confidence = 1 })
    refuses("trials must be", b.min_backtest_length, 0, 1)
    refuses("sharpe must be", b.min_backtest_length, 5)
    refuses("trials must be", b.expected_maximum)
  end)

  it("are not defined without deviation", function()
    local p = b.probabilistic_sharpe { 0.01, 0.01, 0.01, 0.01, 0.01 }
    assert.truthy(p ~= p)
  end)
end)

describe("the stationary bootstrap", function()
  it("tells skill from noise", function()
    local found = b.spa(noise(1, 20, 250, 0.004), { replicates = 2000, seed = 3 })
    assert.truthy(found.p_value < 0.01)
    assert.truthy(found.lower <= found.consistent and found.consistent <= found.upper)
    assert.equal(1, found.best)
    assert.equal(2000, found.replicates)
    assert.truthy(b.reality_check(noise(1, 20, 250, 0.004), { replicates = 2000 }).p_value < 0.01)
    assert.truthy(b.reality_check(noise(2, 20, 250), { replicates = 2000 }).p_value > 0.1)
  end)

  it("is a function of its seed, and not of threads", function()
    local trials = noise(5, 10, 150)
    local function run(seed, threads)
      return b.spa(trials, { replicates = 1000, seed = seed, threads = threads, block_length = 5 })
    end
    assert.same(run(1, 1), run(1, 4))
    assert.not_same(run(1, 1), run(2, 1))
    assert.equal(5, run(1, 1).block_length)
  end)

  it("takes a benchmark", function()
    local trials = noise(6, 4, 200, 0.005)
    assert.truthy(b.reality_check(trials, { benchmark = trials[1], replicates = 500 }).p_value > 0.5)
    refuses("the benchmark has 1 returns and the strategies have 200", b.spa, trials, { benchmark = { 1 } })
  end)

  it("gives the distribution of a statistic", function()
    local returns = noise(8, 1, 400, 0.001)[1]
    local found = b.stationary_bootstrap(returns)
    assert.equal(1000, #found.values)
    assert.truthy(found.low < found.median and found.median < found.high)
    assert.truthy(found.positive > 0.9 and found.block_length >= 1)
    assert.same(found, b.stationary_bootstrap(returns, { seed = 1, replicates = 1000, confidence = 0.95 }))
    local function mean(sample)
      local sum = 0
      for _, r in ipairs(sample) do sum = sum + r end
      return sum / #sample
    end
    local means = b.stationary_bootstrap(returns, { statistic = mean, replicates = 400, confidence = 0.8 })
    assert.equal(400, #means.values)
    assert.truthy(math.abs(means.median - mean(returns)) < 0.0005)
    assert.truthy(means.high - means.low < 0.003)
  end)

  it("leaves out replicates without a value", function()
    assert.same({}, b.stationary_bootstrap({ 0.1, 0.1, 0.1 }, { replicates = 10 }).values)
  end)

  it("refuses what makes no sense", function()
    refuses("at least 2 are needed", b.stationary_bootstrap, { 1 })
    refuses("must be a function", b.stationary_bootstrap, { 1, 2 }, { statistic = "mean" })
    refuses("block_length must be", b.stationary_bootstrap, { 1, 2 }, { block_length = 0 })
    refuses("whole number", b.stationary_bootstrap, { 1, 2 }, { replicates = 1.5 })
    refuses("confidence must be", b.stationary_bootstrap, { 1, 2 }, { confidence = 2 })
    refuses("unknown key 'reps'", b.spa, { { 1, 2, 3, 4 } }, { reps = 5 })
    refuses("replicates must be", b.spa, { { 1, 2, 3, 4 } }, { replicates = 0 })
    refuses("2 returns a series; at least 4", b.spa, { { 1, 2 } })
  end)
end)
