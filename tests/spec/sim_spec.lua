-- SPDX-License-Identifier: MIT
local ffi = require "ffi"
local bit = require "bit"
local dates = require "banyan.dates"
local sim = require "banyan.simulation"

local PRICES = { "open", "high", "low", "close" }

--- FNV-1a over the bits of the numbers of a column.
local function fingerprint(hash, column)
  local number = ffi.new "union { double value; uint64_t bits; }"
  for i = 1, #column do
    number.value = column[i]
    hash = bit.bxor(hash, number.bits) * 0x100000001B3ULL
    hash = bit.bxor(hash, bit.rshift(hash, 29))
  end
  return hash
end

local function yearly(close)
  local years = (#close - 1) / 252
  return (close[#close] / close[1]) ^ (1 / years) - 1
end

local function max_drawdown(close)
  local peak, worst = close[1], 0
  for i = 1, #close do
    peak = math.max(peak, close[i])
    worst = math.min(worst, close[i] / peak - 1)
  end
  return worst
end

describe("the simulated market", function()
  local bars = sim.bars()

  it("is the same, bit for bit, everywhere", function()
    local hash = 0xCBF29CE484222325ULL
    for _, symbol in ipairs(sim.symbols) do
      for _, column in ipairs { "time", "open", "high", "low", "close", "volume" } do
        hash = fingerprint(hash, bars[symbol][column])
      end
    end
    assert.equal("8e3f4aec598c3713", bit.tohex(hash))
  end)

  it("has 19 tickers and ten years of days by itself", function()
    assert.equal(19, #sim.symbols)
    for _, symbol in ipairs(sim.symbols) do
      local time = bars[symbol].time
      assert.equal(2517, #time)
      assert.equal("2014-01-02", dates.format(time[1]))
      assert.equal("2023-12-29", dates.format(time[#time]))
    end
  end)

  it("has sound bars", function()
    for _, symbol in ipairs(sim.symbols) do
      local b = bars[symbol]
      for i = 1, #b.time do
        assert(b.low[i] > 0 and b.low[i] <= math.min(b.open[i], b.close[i]), symbol)
        assert(b.high[i] >= math.max(b.open[i], b.close[i]) and b.high[i] < 1e7, symbol)
        assert(b.volume[i] > 0 and b.volume[i] < 1e9, symbol)
        assert(i == 1 or b.time[i] > b.time[i - 1], symbol)
      end
    end
  end)

  it("gives a day's bars whatever else was asked for", function()
    local asked = { symbols = { "TQQQ" }, from = "2016-03-01", to = "2016-03-31" }
    local part, offset = sim.bars(asked).TQQQ, nil
    for i, time in ipairs(bars.TQQQ.time) do
      if time == part.time[1] then offset = i - 1 end
    end
    assert.equal(22, #part.time)
    for _, column in ipairs(PRICES) do
      for i = 1, 22 do assert.equal(bars.TQQQ[column][offset + i], part[column][i]) end
    end
    assert.equal(0, #sim.bars({ from = "2016-03-05", to = "2016-03-06" }).SPY.time)
  end)

  it("behaves like a market", function()
    local spy = yearly(bars.SPY.close)
    assert(spy > 0.06 and spy < 0.11)
    assert(yearly(bars.QQQ.close) > spy)
    local deepest = max_drawdown(bars.SPY.close)
    assert(deepest < -0.2 and deepest > -0.4)
    assert(yearly(bars.UVXY.close) < -0.5)
    assert(max_drawdown(bars.BIL.close) > -0.001)
  end)

  it("moves a fund with leverage by its index", function()
    local index, fund, short = bars.SPY.close, bars.UPRO.close, bars.SPXU.close
    for i = 2, #index do
      local r = index[i] / index[i - 1] - 1
      assert(math.abs(fund[i] / fund[i - 1] - 1 - 3 * r) < 0.003)
      assert(math.abs(short[i] / short[i - 1] - 1 + 3 * r) < 0.003)
    end
  end)
end)
