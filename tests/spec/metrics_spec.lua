-- SPDX-License-Identifier: MIT
-- b.metrics: laws that its numbers keep, and a plain twin of what no other program gives.
local b = require "banyan"
local metrics_of = require "banyan.metrics"
local random_of = require "banyan.random"
local dates_of = require "banyan.dates"

local DAY = dates_of.DAY

-- Made-up returns, and the weekdays from a day on.
local function made(count, seed, size)
  local random, list, dates = random_of.stream("metrics " .. seed), {}, {}
  local seconds = dates_of.parse "2013-02-27"
  for i = 1, count do
    list[i] = (random:uniform() - 0.49) * (size or 0.04)
    repeat seconds = seconds + DAY until (seconds / DAY + 4) % 7 % 6 ~= 0
    dates[i] = dates_of.format(seconds)
  end
  return list, dates
end

local function near(wanted, got, what, tolerance)
  if wanted ~= wanted then
    assert(got ~= got, ("%s: %s, not NaN"):format(what, tostring(got)))
    return
  end
  assert(math.abs(wanted - got) <= (tolerance or 1e-10) * math.max(1e-6, math.abs(wanted)),
    ("%s: %.17g instead of %.17g"):format(what, got, wanted))
end

local function is_nan(value) return value ~= value end

local function scaled(list, by)
  local out = {}
  for i, value in ipairs(list) do out[i] = value * by end
  return out
end

describe("b.metrics", function()
  local returns, dates = made(900, 3)
  local benchmark = made(900, 4)
  local whole = b.metrics(returns, { benchmark = benchmark, rf = 0.02, dates = dates })

  it("has every metric of a list that names all once", function()
    local seen = {}
    for _, metric in ipairs(metrics_of.LIST) do
      assert(not seen[metric.name], metric.name)
      seen[metric.name] = true
      assert.truthy(metric.title ~= "" and metric.direction >= -1 and metric.direction <= 1)
      if metric.group ~= metrics_of.OF_RUN then assert.equal("number", type(whole[metric.name]), metric.name) end
    end
    assert.equal("number", type(whole.sharpe))
    assert.is_nil(whole.trades)
  end)

  it("leaves out what needs dates or a benchmark", function()
    local alone = b.metrics(returns)
    for _, name in ipairs { "beta", "ytd", "best_month", "average_drawdown_days", "years", "turnover_year" } do
      assert.is_nil(alone[name], name)
    end
    local against = b.metrics(returns, { benchmark = benchmark, dates = dates })
    for name, value in pairs(alone) do -- a benchmark changes nothing of the strategy
      assert(type(value) == "table" or value == against[name], name)
    end
    assert.is_nil(alone.drawdowns[1].start_date)
  end)

  it("scales with the benchmark", function()
    local twice = b.metrics(returns, { benchmark = scaled(benchmark, 2), rf = 0, dates = dates })
    local once = b.metrics(returns, { benchmark = benchmark, rf = 0, dates = dates })
    near(once.beta / 2, twice.beta, "beta")
    for _, name in ipairs { "alpha", "correlation", "r_squared" } do near(once[name], twice[name], name) end
    near(once.treynor_ratio * 2, twice.treynor_ratio, "treynor_ratio")
    for name, value in pairs(once) do -- what is of the strategy alone
      local metric
      for _, each in ipairs(metrics_of.LIST) do metric = each.name == name and each or metric end
      if metric and metric.group ~= metrics_of.OF_BENCHMARK then
        assert(value == twice[name] or is_nan(value), name)
      end
    end
  end)

  it("finds a strategy that is its benchmark, or twice it", function()
    local same = b.metrics(returns, { benchmark = returns })
    near(1, same.beta, "beta")
    near(1, same.correlation, "correlation")
    near(0, same.alpha, "alpha", 1e-6)
    assert.equal(0, same.tracking_error)
    assert.is_true(is_nan(same.information_ratio))
    near(1, same.up_capture, "up capture")
    near(2, b.metrics(scaled(returns, 2), { benchmark = returns }).beta, "beta of twice")
    local shifted = {}
    for i, value in ipairs(returns) do shifted[i] = value + 0.001 end
    assert.is_true(is_nan(b.metrics(shifted, { benchmark = returns }).information_ratio))
  end)

  it("takes an rf that is the return itself for nothing", function()
    local f = 1.02 ^ (1 / 252) - 1
    local flat = {}
    for i = 1, 300 do flat[i] = f end
    local got = b.metrics(flat, { rf = 0.02 })
    for _, name in ipairs { "sharpe", "smart_sharpe", "kelly", "omega", "probabilistic_sharpe",
      "min_track_record", "risk_return_ratio", "autocorrelation_penalty", "skewness", "kurtosis" } do
      assert.is_true(is_nan(got[name]), name)
    end
    near(0.02, got.cagr, "cagr")
    assert.equal(0, got.volatility)
  end)

  it("is not defined where there is too little", function()
    for count = 0, 4 do
      local list, days = made(count, 9)
      local got = b.metrics(list, { dates = days, benchmark = list })
      assert.equal(count < 2, is_nan(got.volatility))
      assert.equal(count < 3, is_nan(got.skewness))
      assert.equal(count < 4, is_nan(got.kurtosis))
      assert.equal(count < 1, is_nan(got.best_month))
      for name, value in pairs(got) do
        assert(type(value) == "table" or value - value == 0 or is_nan(value), name)
      end
    end
    assert.equal(0, b.metrics({}).total_return)
    assert.same({}, b.metrics({}, { dates = {} }).years)
  end)

  it("gives no growth rate after more than everything is lost", function()
    local lost = b.metrics({ 0.1, -1.5, 0.1, 0.1 }, { benchmark = { 0.1, 0.1, -0.1, 0.2 } })
    assert.is_true(is_nan(lost.cagr))
    assert.is_true(is_nan(lost.expected_day))
    near(-1.6655, lost.total_return, "total_return")
    assert.equal(-1, b.metrics({ 0.1, -1, 0.1 }).cagr)
    assert.equal(-1, b.metrics({ 0.1, -1, 0.1 }).drawdowns[1].depth)
  end)

  it("never gives infinity, whatever the size of returns", function()
    for _, size in ipairs { 1e308, 1e154, 1e-160, 1e-320 } do
      local got = b.metrics({ size, -size, size / 2, size, -size / 3, 0, size },
        { benchmark = { -size, size, size / 4, size, size, size, 0 }, dates = { unpack(dates, 1, 7) } })
      for name, value in pairs(got) do
        assert(type(value) == "table" or is_nan(value) or value - value == 0, size .. " " .. name)
      end
    end
  end)

  it("counts NaN as 0", function()
    local holes, zeros = {}, {}
    for i, value in ipairs(returns) do
      holes[i], zeros[i] = i % 7 == 0 and 0 / 0 or value, i % 7 == 0 and 0 or value
    end
    local wanted = b.metrics(zeros, { benchmark = zeros, dates = dates })
    local got = b.metrics(holes, { benchmark = holes, dates = dates })
    for name, value in pairs(wanted) do
      if type(value) == "number" then assert(got[name] == value or is_nan(value), name) end
    end
    assert.same(wanted.months, got.months)
    assert.same(wanted.drawdowns, got.drawdowns)
  end)

  it("has the months, years and to-date returns that a plain loop finds", function()
    local months, years = {}, {}
    for i, date in ipairs(dates) do
      local month, year = date:sub(1, 7), date:sub(1, 4)
      months[month] = (months[month] or 1) * (1 + returns[i])
      years[year] = (years[year] or 1) * (1 + returns[i])
    end
    for _, each in ipairs(whole.months) do
      near(months[each.month] - 1, each.value, each.month)
      months[each.month] = nil
    end
    assert.is_nil(next(months))
    for _, each in ipairs(whole.years) do near(years[each.year] - 1, each.value, each.year) end
    near(years[dates[#dates]:sub(1, 4)] - 1, whole.ytd, "ytd")
    assert.equal(whole.months[#whole.months].value, whole.mtd)
    local best = -1
    for _, each in ipairs(whole.months) do best = math.max(best, each.value) end
    assert.equal(best, whole.best_month)
  end)

  it("looks back by months, from a day that the earlier month may not have", function()
    local days = { "2021-02-28", "2021-03-01", "2021-03-31", "2021-05-31" }
    local got = b.metrics({ 0.5, 0.1, 0.1, 0.1 }, { dates = days })
    near(1.1 ^ 3 - 1, got.three_months, "three_months") -- after 2021-02-28
    assert.is_true(is_nan(got.six_months))
    got = b.metrics({ 0.5, 0.1, 0.1 }, { dates = { "2020-02-28", "2020-02-29", "2021-02-28" } })
    near(1.1 ^ 2 - 1, got.one_year, "one_year")
    got = b.metrics({ 0.5, 0.1 }, { dates = { "2020-03-06", "2021-02-28" } }) -- a week's grace, and no more
    near(1.5 * 1.1 - 1, got.one_year, "one_year")
    assert.is_true(is_nan(b.metrics({ 0.5, 0.1 }, { dates = { "2020-03-07", "2021-02-28" } }).one_year))
  end)

  it("has the drawdowns that a plain loop finds, deepest first", function()
    local found, value, peak, episode = {}, 1, 1, nil
    for i, r in ipairs(returns) do
      value = value * (1 + r)
      if value >= peak then
        if episode then episode.last = i end
        peak, episode = value, nil
      else
        local depth = value / peak - 1
        episode = episode or { first = i, depth = 0 }
        if depth < episode.depth then episode.depth, episode.trough = depth, i end
        if episode.first == i then found[#found + 1] = episode end
      end
    end
    assert.equal(#found, whole.drawdown_count)
    table.sort(found, function(x, y) return x.depth < y.depth end)
    assert.equal(metrics_of.DRAWDOWNS, #whole.drawdowns)
    for i, each in ipairs(whole.drawdowns) do
      assert.same({ found[i].first, found[i].trough, found[i].last or false },
        { each.first, each.trough, each.last or false })
      near(found[i].depth, each.depth, "depth")
      assert.equal(dates[each.first], each.start_date)
      assert.equal(each.last and dates[each.last], each.end_date)
    end
    near(whole.max_drawdown, whole.drawdowns[1].depth, "max_drawdown")
  end)

  it("finds the drawdown that begins with the first return and never ends", function()
    local got = b.metrics({ -0.3, 0.1, 0.1 }, { dates = { "2020-01-02", "2020-01-03", "2020-01-06" } })
    assert.equal(1, got.drawdown_count)
    assert.same({ first = 1, trough = 1, depth = got.drawdowns[1].depth, start_date = "2020-01-02",
      trough_date = "2020-01-02" }, got.drawdowns[1])
    assert.equal(4, got.average_drawdown_days)
  end)

  it("adds up to what it is made of", function()
    near(whole.smart_sharpe * whole.autocorrelation_penalty, whole.sharpe, "smart_sharpe")
    near(whole.profit_factor, whole.gain_to_pain + 1, "profit_factor")
    near(whole.correlation ^ 2, whole.r_squared, "r_squared")
    near(whole.capture_ratio * whole.down_capture, whole.up_capture, "capture_ratio")
    assert(whole.historical_shortfall <= whole.historical_value_at_risk)
    assert(whole.value_at_risk_99 < whole.value_at_risk)
  end)

  it("counts periods of a year as it is told", function()
    local daily, yearly = b.metrics(returns), b.metrics(returns, { periods = 365 })
    near(daily.volatility * math.sqrt(365 / 252), yearly.volatility, "volatility")
    near((1 + daily.cagr) ^ (365 / 252) - 1, yearly.cagr, "cagr")
    assert.equal(daily.expected_shortfall, yearly.expected_shortfall)
  end)
end)

describe("what rolls", function()
  local ffi = require "ffi"
  local returns, benchmark = made(300, 5), made(300, 6)
  local given = { returns = ffi.new("double[300]", returns), benchmark = ffi.new("double[300]", benchmark),
    count = 300, rf = 0.03, periods = 252 }

  it("is the metric of each window by itself", function()
    local rolling = metrics_of.rolling(given, 21)
    for last = 21, 300, 13 do
      local own, other = {}, {}
      for i = last - 20, last do own[#own + 1], other[#other + 1] = returns[i], benchmark[i] end
      local window = b.metrics(own, { benchmark = other, rf = 0.03 })
      for _, name in ipairs { "sharpe", "volatility", "beta" } do
        near(window[name], rolling[name][last - 1], name .. " " .. last)
        assert.is_true(is_nan(rolling[name][19]))
      end
    end
  end)

  it("is not defined where nothing deviates", function()
    local flat = ffi.new("double[300]")
    local rolling = metrics_of.rolling({ returns = flat, benchmark = flat, count = 300, rf = 0, periods = 252 }, 5)
    assert.equal(0, rolling.volatility[10])
    assert.is_true(is_nan(rolling.sharpe[10]))
    assert.is_true(is_nan(rolling.beta[10]))
  end)
end)
