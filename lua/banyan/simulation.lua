-- SPDX-License-Identifier: MIT
-- The simulated market: 19 invented series that behave, roughly, like the funds whose tickers they
-- borrow, so that real strategies run on them without data from a vendor. Nothing in it is a quote.
--
-- One hidden market wanders through regimes, and its volatility clusters. Sectors add factors with
-- slow drifts (trends to follow); surprises are partly taken back over the next days (reversals to
-- catch). Funds with leverage are computed from their index day by day, less what they cost; the
-- volatility fund from the jumps of the market's volatility.
--
-- Every number is made with + - * / sqrt and comparisons on doubles, so each machine gets the same
-- bits. Each factor and ticker draws from a stream of its own, and all of them start at FIRST_DAY:
-- a bar depends neither on the range nor on the tickers that were asked for.
local calendar = require "banyan.calendar"
local dates = require "banyan.dates"
local lists = require "banyan.lists"
local random = require "banyan.random"

-- Interpreted, never compiled: on some processors compiled code joins a multiplication and an
-- addition into one rounding.
jit.off(true, true)

local floor, sqrt, min, max, abs = math.floor, math.sqrt, math.min, math.max, math.abs

local SEED = "banyan 20"
local FIRST_DAY, LAST_DAY = calendar.day(2010, 1, 4), calendar.day(2023, 12, 29)
local DEFAULT_FROM, DEFAULT_TO = "2014-01-02", "2023-12-29"

local function new_stream(name) return random.stream(SEED .. "/" .. name) end

-- Factors --------------------------------------------------------------------------------------

-- A day's expected return and volatility, the share of the last days' surprises that is taken back
-- a day, and the chances of a change of regime.
local REGIMES = {
  calm = {
    drift = 0.00062, vol = 0.0062, pull = 0.015,
    to = { { "choppy", 0.006 }, { "bear", 0.0012 } },
  },
  choppy = {
    drift = 0.0002, vol = 0.0105, pull = 0.04,
    to = { { "calm", 0.012 }, { "bear", 0.004 } },
  },
  bear = { drift = -0.0028, vol = 0.0185, pull = 0.04, to = { { "recovery", 0.018 } } },
  recovery = {
    drift = 0.0014, vol = 0.0125, pull = 0.02,
    to = { { "calm", 0.02 }, { "bear", 0.001 } },
  },
}

local function next_regime(name, u)
  for _, change in ipairs(REGIMES[name].to) do
    if u < change[2] then return change[1] end
    u = u - change[2]
  end
  return name
end

--- The market's daily return, volatility and regime.
local function simulate_market(count)
  local stream = new_stream("market")
  local world = { market = {}, vol = {}, regime = {} }
  local name, variance, surprise = "calm", 0.00005, 0
  for t = 1, count do
    name = next_regime(name, stream:uniform())
    local regime = REGIMES[name]
    -- A large shock now and then, or the tails would be too thin.
    local size = stream:uniform() < 0.012 and 2.6 or 0.96
    local shock = sqrt(variance) * size * stream:normal()
    world.market[t] = max(-0.11, min(0.1, regime.drift - regime.pull * surprise + shock))
    world.vol[t] = sqrt(variance)
    world.regime[t] = name
    surprise = 0.85 * surprise + shock
    -- Falls stir up more volatility than rises.
    variance = 0.9 * variance + 0.05 * regime.vol * regime.vol
      + 0.05 * shock * shock * (shock < 0 and 1.5 or 0.5)
  end
  return world
end

-- Volatility of a factor's days and of its slow drift, and the share of the former that follows the
-- market's volatility.
local FACTORS = {
  tech = { vol = 0.0048, drift_vol = 0.00006, stirred = 0.7 },
  semis = { vol = 0.0085, drift_vol = 0.0001, stirred = 0.6 },
  small = { vol = 0.0050, drift_vol = 0.00006, stirred = 0.5 },
  bond = { vol = 0.0080, drift_vol = 0.00007, stirred = 0.3 },
  gold = { vol = 0.0085, drift_vol = 0.00008, stirred = 0.2 },
}

local function simulate_factor(name, world, count)
  local stream, factor = new_stream(name), FACTORS[name]
  local returns, drift, surprise = {}, 0, 0
  for t = 1, count do
    drift = 0.985 * drift + factor.drift_vol * stream:normal()
    local scale = 1 - factor.stirred + factor.stirred * world.vol[t] / 0.009
    local shock = factor.vol * scale * stream:normal()
    returns[t] = drift - 0.02 * surprise + shock
    surprise = 0.85 * surprise + shock
  end
  return returns
end

--- The short rate, a year's fraction: a slow walk between 0 and 6 % around 1.5 %.
local function simulate_rate(count)
  local stream, rate, rates = new_stream("rate"), 0.004, {}
  for t = 1, count do
    rate = rate + 0.0012 * (0.015 - rate) + 0.00028 * stream:normal()
    rate = max(0.0005, min(0.06, rate))
    rates[t] = rate
  end
  return rates
end

--- Money that flees from shares: what the market loses while fear rules, and a little at all times.
local function simulate_flight(world, count)
  local returns = {}
  for t = 1, count do
    local afraid = world.regime[t] == "bear" or world.vol[t] > 0.014
    returns[t] = -(afraid and 1 or 0.25) * world.market[t]
  end
  return returns
end

local function simulate_world(count)
  local world = simulate_market(count)
  for name in pairs(FACTORS) do world[name] = simulate_factor(name, world, count) end
  world.rate = simulate_rate(count)
  world.flight = simulate_flight(world, count)
  return world
end

-- Tickers --------------------------------------------------------------------------------------

local YEAR = 252

--- A mixture of factors; `alpha` is a yearly return, `rate` the share of the short rate that it
--- earns, `noise` its own daily volatility.
local function blend(price, volume, mixture)
  return { price = price, volume = volume, returns = function(world, stream, count)
    local returns = {}
    for t = 1, count do
      local r = (mixture.alpha or 0) / YEAR + (mixture.rate or 0) * world.rate[t] / YEAR
        + (mixture.noise or 0) * stream:normal()
      r = r + (mixture.market or 0) * world.market[t] + (mixture.flight or 0) * world.flight[t]
        + (mixture.tech or 0) * world.tech[t] + (mixture.semis or 0) * world.semis[t]
        + (mixture.small or 0) * world.small[t] + (mixture.bond or 0) * world.bond[t]
        + (mixture.gold or 0) * world.gold[t]
      returns[t] = max(-0.25, min(0.25, r))
    end
    return returns
  end }
end

--- A fund of `times` the daily return of an index: it borrows (or lends, when short) at the short
--- rate, takes a fee, and misses its aim by a little.
local function leveraged(price, volume, index, times, fee)
  return { price = price, volume = volume, returns = function(world, stream, count, returns_of)
    local of_index, returns = returns_of(index), {}
    for t = 1, count do
      returns[t] = times * of_index[t] + ((1 - times) * world.rate[t] - fee) / YEAR
        + 0.0003 * stream:normal()
    end
    return returns
  end }
end

--- A fund of volatility futures. They follow what the market fears (its volatility, and its falls),
--- and lose the premium of the later month while nothing happens.
local function volatility(price, volume, times, fee)
  return { price = price, volume = volume, returns = function(world, stream, count)
    local returns, fear = {}, world.vol[1]
    for t = 1, count do
      local now = world.vol[min(t + 1, count)]
      local premium = 0.0014 * max(-1.5, min(1, (0.0135 - fear) / 0.006))
      local future = 0.7 * (now - fear) / fear - 2.2 * world.market[t] - premium
        + 0.011 * stream:normal()
      returns[t] = max(-0.35, min(0.8, times * future - fee / YEAR))
      fear = now
    end
    return returns
  end }
end

local TICKERS = {
  SPY = blend(180, 8e7, { market = 1, noise = 0.0004 }),
  QQQ = blend(120, 4e7, { market = 1.08, tech = 0.9, alpha = 0.035, noise = 0.001 }),
  XLK = blend(60, 1e7, { market = 1.05, tech = 1.0, alpha = 0.035, noise = 0.0018 }),
  SMH = blend(60, 6e6, { market = 1.2, tech = 1.1, semis = 1, alpha = 0.05, noise = 0.002 }),
  IWM = blend(90, 3e7, { market = 1.1, small = 1, alpha = -0.012, noise = 0.0012 }),
  UPRO = leveraged(30, 8e6, "SPY", 3, 0.0091),
  SPXL = leveraged(40, 7e6, "SPY", 3, 0.0091),
  SPXU = leveraged(800, 1.5e7, "SPY", -3, 0.009),
  TQQQ = leveraged(12, 9e7, "QQQ", 3, 0.0086),
  SQQQ = leveraged(3000, 8e7, "QQQ", -3, 0.0095),
  TECL = leveraged(15, 2e6, "XLK", 3, 0.0094),
  SOXL = leveraged(20, 6e7, "SMH", 3, 0.0094),
  SOXS = leveraged(60000, 4e7, "SMH", -3, 0.0102),
  UVXY = volatility(4e6, 3e7, 1.5, 0.0095),
  TLT = blend(70, 1.5e7, { bond = 1, flight = 0.3, rate = 0.5, alpha = 0.012, noise = 0.0005 }),
  TMF = leveraged(20, 3e6, "TLT", 3, 0.0106),
  BIL = blend(90, 5e6, { rate = 1, alpha = -0.0014, noise = 0.00004 }),
  BSV = blend(70, 2e6, { rate = 0.9, bond = 0.08, alpha = 0.004, noise = 0.0006 }),
  GLD = blend(108, 8e6, { gold = 1, flight = 0.06, alpha = 0.035, noise = 0.001 }),
}

-- Bars -----------------------------------------------------------------------------------------

local COLUMNS = { "time", "open", "high", "low", "close", "volume" }

--- A price as it is quoted: 6 decimals, as adjusted prices come.
local function quoted(price)
  return max(0.000001, floor(price * 1e6 + 0.5) / 1e6)
end

--- Opens, extremes and volumes around the closes, for days[first .. last].
local function bars_around(name, spec, returns, days, first, last)
  local stream, bars = new_stream("bars/" .. name), {}
  for _, column in ipairs(COLUMNS) do bars[column] = {} end
  local close, usual = spec.price, 0.01
  for t = 1, last do
    local before, r = close, returns[t]
    close = before * (1 + r)
    usual = 0.96 * usual + 0.04 * abs(r)
    local open = before * (1 + max(-0.3, 0.4 * r + 0.4 * usual * stream:normal()))
    local high = max(open, close) * (1 + 0.5 * usual * abs(stream:normal()))
    local low = min(open, close) / (1 + 0.5 * usual * abs(stream:normal()))
    local stir = 0.8 + 0.25 * min(6, abs(r) / usual)
    local traded = spec.volume * (0.6 + 0.5 * stream:uniform()) * stir
    if t >= first then
      local i = t - first + 1
      bars.time[i] = days[t] * dates.DAY
      bars.open[i], bars.high[i], bars.low[i] = quoted(open), quoted(high), quoted(low)
      bars.close[i], bars.volume[i] = quoted(close), floor(traded)
    end
  end
  return bars
end

--- The first and the last of the days that lie in from .. to (texts), both included.
local function span(days, from, to)
  local from_day = assert(dates.parse(from), "sim: bad date in 'from'") / dates.DAY
  local to_day = assert(dates.parse(to), "sim: bad date in 'to'") / dates.DAY
  local first, last = 1, #days
  while first <= last and days[first] < from_day do first = first + 1 end
  while last >= first and days[last] > to_day do last = last - 1 end
  return first, last
end

local M = {
  name = "sim",
  dataset = "sim/all",
  timeframes = { "1d" },
  default_from = DEFAULT_FROM,
  default_to = DEFAULT_TO,
  first_date = dates.format(FIRST_DAY * dates.DAY),
  last_date = dates.format(LAST_DAY * dates.DAY),
  symbols = lists.sorted_keys(TICKERS),
}

--- The simulated daily bars, as a table symbol -> columns. The columns are Lua arrays of equal
--- length, oldest first: `time` (seconds since 1970 UTC, midnight of the day), `open`, `high`,
--- `low`, `close`, `volume`; empty when no trading day lies in the range.
---@param options? { symbols: string[]?, from: string?, to: string? } all symbols, 2014 .. 2023
---@return table<string, table<string, number[]>>
function M.bars(options)
  options = options or {}
  local days = calendar.trading_days(FIRST_DAY, LAST_DAY)
  local first, last = span(days, options.from or DEFAULT_FROM, options.to or DEFAULT_TO)
  local world = simulate_world(#days)
  local known = {}
  local function returns_of(name)
    known[name] = known[name]
      or TICKERS[name].returns(world, new_stream("own/" .. name), #days, returns_of)
    return known[name]
  end
  local bars = {}
  for _, name in ipairs(options.symbols or M.symbols) do
    local spec = assert(TICKERS[name], "sim: no such symbol")
    bars[name] = bars_around(name, spec, returns_of(name), days, first, last)
  end
  return bars
end

return M
