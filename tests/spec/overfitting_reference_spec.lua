-- SPDX-License-Identifier: MIT
-- The overfitting statistics against other software's values.
local b = require "banyan"
local bootstrap = require "banyan.luck.bootstrap"
local ffi = require "ffi"
local helper = require "spec.helper"
local shared = require "spec.shared"

local folder = shared.folder .. "/reference/overfit/"

-- The columns of a matrix, without the first one.
local function columns(name)
  local list = {}
  for line in helper.read(folder .. name .. ".matrix.csv"):gmatch "[^\n]+" do
    local k = -1
    for cell in line:gmatch "[^,]+" do
      k = k + 1
      local value = tonumber(cell)
      if k > 0 and value then
        list[k] = list[k] or {}
        list[k][#list[k] + 1] = value
      end
    end
  end
  return list
end

local function near(wanted, got, what)
  shared.near(wanted, got, 1e-10, what)
end

local function check_pbo(trials, expected, blocks, what)
  local got = b.pbo(trials, { blocks = blocks, threads = 2 })
  assert.equal(expected.combinations, got.splits)
  assert.equal(expected.rows_dropped_from_front, #trials[1] % blocks)
  assert.equal(math.floor(expected.pbo * got.splits + 0.5) / got.splits, got.pbo)
  near(expected.prob_oos_loss, got.loss_probability, what .. " loss")
  near(expected.slope_OOS_on_IS, got.slope, what .. " slope")
  near(expected.intercept, got.intercept, what .. " intercept")
  near(expected.r2, got.r_squared, what .. " r2")
  near(expected.mean_logit, got.logit_mean, what .. " mean logit")
  near(expected.median_logit, got.logit_median, what .. " median logit")
  for split = 1, got.splits do
    near(expected.logits_lexicographic_IS_combinations[split], got.logits[split], what)
    near(expected.IS_best_sharpe[split], got.in_sample[split], what)
    near(expected.OOS_sharpe_of_IS_best[split], got.out_of_sample[split], what)
  end
end

-- R's pbo ranks by rank / N, which gives the same probability for an even number of trials without ties.
local function check_r(name, trials, blocks)
  local expected = shared.json(("%s%s.S%d.Rpbo.json"):format(folder, name, blocks))
  assert.equal(0, #trials % 2)
  near(expected.phi_PBO, b.pbo(trials, { blocks = blocks }).pbo, name .. " by R")
end

local function check_sharpe(trials, expected)
  local ratios = expected.trial_sharpes_per_period
  local best = trials[expected.best_index + 1]
  near(expected["PSR_vs_0__G1G2_adjusted_moments"], b.probabilistic_sharpe(best), "PSR")
  near(expected["PSR_vs_0.05__G1G2_adjusted_moments"],
    b.probabilistic_sharpe(best, { benchmark = 0.05 }), "PSR against 0.05")
  near(expected["MinTRL_obs_vs_0_p95__G1G2_adjusted_moments"], b.min_track_record(best), "MinTRL")
  local probability, threshold = b.deflated_sharpe(best, { sharpes = ratios })
  near(expected["DSR__G1G2_adjusted_moments"], probability, "DSR")
  near(expected.SR0_per_period, threshold, "SR0")
  near(expected.expected_max_std_normal_N, b.expected_maximum(#ratios), "expected maximum")
  near(expected["MinBTL_years_and_bound__annualSR_1"][1], b.min_backtest_length(#ratios, 1), "MinBTL")
  local population = { sharpe = expected.best_sharpe, count = #best,
    skewness = expected.skew_population, excess_kurtosis = expected.kurt_population - 3 }
  near(expected["PSR_vs_0__population_moments"], b.probabilistic_sharpe(population), "PSR")
  near(expected["MinTRL_obs_vs_0_p95__population_moments"], b.min_track_record(population), "MinTRL")
  near(expected["DSR__population_moments"],
    (b.deflated_sharpe(population, { sharpes = ratios })), "DSR")
end

-- Positions of the replicates, from 0: int32_t[replicates][periods].
local function positions(name, replicates, periods)
  local index, i = ffi.new("int32_t[?]", replicates * periods), 0
  for number in helper.read(folder .. name .. ".bootstrap_indices.csv"):gmatch "%d+" do
    index[i] = tonumber(number)
    i = i + 1
  end
  assert.equal(replicates * periods, i)
  return index
end

local function run_bootstrap(trials, fields)
  local periods, count = #trials[1], #trials
  local matrix = ffi.new("double[?]", periods * count)
  for k = 1, count do
    for t = 1, periods do matrix[(t - 1) * count + k - 1] = trials[k][t] end
  end
  fields.thread_count = 2
  return bootstrap.run(matrix, periods, count, ffi.new("by_reality_options", fields))
end

local CONVENTIONS = { "lower", "consistent", "upper" }

local function check_exact(name, trials, expected)
  local index = positions(name, expected.reps, #trials[1])
  local got = run_bootstrap(trials, { block_length = expected.block_size,
    replicate_count = expected.reps, index = index })
  assert.equal(expected.reps, got.replicates)
  near(expected.hansen_statistic, got.statistic, "statistic")
  for _, convention in ipairs(CONVENTIONS) do
    assert.equal(expected.own_unstudentized_same_indices[convention], got.plain[convention])
    assert.equal(expected.hansen_studentized_same_indices[convention], got.studentized[convention])
  end
  assert.equal(expected.white_reality_check_pvalue, got.plain.upper)
end

local function check_drawn(trials, expected)
  local got = run_bootstrap(trials, { block_length = expected.block_size, replicate_count = 10000,
    seed = 1 })
  near(expected.hansen_statistic, got.statistic, "statistic")
  for _, convention in ipairs(CONVENTIONS) do
    local p = expected.arch_pvalues_10000_reps[convention]
    assert.truthy(math.abs(got.plain[convention] - p) <= 4 * math.sqrt(p * (1 - p) / 10000),
      ("%s: %g instead of %g"):format(convention, got.plain[convention], p))
  end
end

describe("overfitting statistics", function()
  if not shared.present() then
    pending(shared.absent)
    return
  end

  it("are those of published examples", function()
    for _, row in ipairs(shared.json(folder .. "scalar_psr_dsr_mintrl_minbtl.json").rows) do
      local measured = { sharpe = row.annual_SR / math.sqrt(row.periods), count = row.T,
        skewness = row.skew, excess_kurtosis = row.kurt - 3 }
      near(row.PSR_vs_0, b.probabilistic_sharpe(measured), "PSR")
      local deviation = math.sqrt(row.variance_of_annual_trial_SR / row.periods)
      local probability, threshold = b.deflated_sharpe(measured, { trials = row.N, deviation = deviation })
      near(row.DSR, probability, "DSR")
      near(row.SR0_per_period, threshold, "SR0")
      near(row.MinTRL_obs, b.min_track_record(measured), "MinTRL")
      near(row.MinBTL_years, b.min_backtest_length(row.N, row.annual_SR), "MinBTL")
      assert.truthy(row.MinBTL_bound_years > b.min_backtest_length(row.N, row.annual_SR))
      near(row.expected_max, b.expected_maximum(row.N), "expected maximum")
    end
  end)

  for name, sizes in pairs { o1_noise_T240_N10 = { 4, 8 }, o2_skill_T480_N9 = { 6, 10 },
    o3_spy_ma_T1008_N20 = { 8, 12 } } do
    it("of " .. name .. " are those of pypbo, ffn and arch", function()
      local trials, expected = columns(name), shared.json(folder .. name .. ".expected.json")
      assert.equal(expected.N, #trials)
      assert.equal(expected.T, #trials[1])
      for _, blocks in ipairs(sizes) do
        check_pbo(trials, expected["pypbo_S" .. blocks], blocks, name .. " of " .. blocks)
      end
      if name ~= "o2_skill_T480_N9" then check_r(name, trials, 8) end
      check_sharpe(trials, expected.sharpe_inference)
      if type(expected.reality_check_spa.indices) == "string" then
        check_exact(name, trials, expected.reality_check_spa)
      end
      check_drawn(trials, expected.reality_check_spa)
    end)
  end
end)
