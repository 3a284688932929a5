-- SPDX-License-Identifier: MIT
-- banyan audit: faults that were planted are found and named, clean strategies raise no alarm, and the
-- warm-up is what it is by hand.
local audit_of = require "banyan.audit"
local audits = require "spec.audits"
local b = require "banyan"
local cjson = require "cjson"
local clean = require "spec.clean_strategies"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local planted = require "spec.planted_faults"
local random_market = require "spec.random_market"
local random_strategy = require "spec.random_strategy"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local FROM = "2023-09-01"
local function audit_fault(fault)
  if not fault.intraday then
    return audits.json(planted.script(fault), "--from", fault.rare and "2020-01-02" or FROM)
  end
  local out, err, code = helper.run { "audit", sweeps.script(planted.script(fault)), "--json", "--timeframe", "1h",
    env = { BANYAN_DATA = audits.hours() } }
  assert(code < 2, err)
  return cjson.decode(out), code
end

-- The session on which a fault first shows, from `start` on.
local function first_session(fault, start)
  local bars = b.bars(fault.ticker, { data = fault.intraday and audits.hours() or simulated.store(),
    timeframe = fault.intraday and "1h" or "1d" })
  local format = fault.intraday and require "banyan.dates".format_time or require "banyan.dates".format
  local first = 1
  while format(bars.time[first]) < start do first = first + 1 end
  return format(bars.time[planted.first_difference(fault, bars, first)])
end

describe("banyan audit, of planted faults,", function()
  assert(#planted.faults >= 30)
  for i, fault in ipairs(planted.faults) do
    local run = helper.sanitized and i % 4 ~= 1 and function() end or it
    run("names " .. fault.name, function()
      local found, code = audit_fault(fault)
      assert.equal(1, code)
      assert.same({}, found.determinism)
      local first = found.look_ahead[1]
      assert.truthy(first, "not found")
      assert.truthy(first.text:find(fault.name, 1, true), first.text)
      assert.truthy(first.kind == "indicator" or first.kind == "rank", first.kind)
      if fault.ticker then assert.equal(first_session(fault, found.start), first.date) end
      assert.truthy(first.sessions >= 1 and first.sessions <= found.sessions + 1)
    end)
  end
end)

-- Rates that are known some days after what they are of.
local function import_rate(data)
  local lines = { "date,value,known" }
  for month = 1, 12 do
    lines[#lines + 1] = ("2019-%02d-01,%d,2019-%02d-10"):format(month, month % 5, month)
  end
  local _, err, code = helper.run { "data", "import", "--series", "rate",
    helper.write(helper.scratch() .. "/rate.csv", table.concat(lines, "\n") .. "\n"),
    env = { BANYAN_DATA = data } }
  assert(code == 0, err)
end

-- Raises when a strategy that is clean raises an alarm.
local function check_clean(strategy, data, every)
  local found = audit_of.run(strategy, { data = data, every = every })
  for _, list in ipairs { found.determinism, found.look_ahead } do
    local first = list[1]
    assert(not first, first and ("%s: %s %s on %s: %s, %s"):format(strategy.name, first.kind, first.text,
      first.date, tostring(first.whole), tostring(first.part)))
  end
  assert(found.parts > 0 and found.cuts > 0 and found.compared <= found.sessions)
end

describe("banyan audit, of clean strategies,", function()
  local data = random_market.fill()
  import_rate(data)

  it("raises no alarm about any indicator", function()
    local count = 0
    clean.each(function(strategy)
      count = count + 1
      if not helper.sanitized or count % 8 == 0 then check_clean(strategy, data, 23) end
    end)
    assert(count > 100, count)
  end)

  it("raises no alarm about random strategies", function()
    local refused, count = 0, helper.sanitized and 15 or 200
    for seed = 1, count do
      local ok, raised = pcall(check_clean, random_strategy.strategy(seed), data, 11)
      local failed = not ok and failure.failure_of(raised)
      if not ok and not (failed and failed.status == "DATA") then error(raised, 0) end
      refused = refused + (ok and 0 or 1)
    end
    assert(refused < count / 5, refused .. " of them have no sessions")
  end)
end)

describe("the warm-up of banyan audit", function()
  -- Of "SPY where two values differ".
  local function warm_up(condition, node)
    return audit_of.run(b.strategy { name = "x", node or b.when(condition, "SPY"):otherwise("TLT") },
      { data = simulated.store(), every = 1000 }).warm_up
  end

  it("is as long as a window", function()
    for w, condition in pairs { [50] = b.sma("SPY", 50):gt(300), [21] = b.stdev_return("SPY", 20):gt(1),
      [1] = b.close "SPY":gt(300), [14] = b.sma("SPY", 10):days_ago(4):gt(300),
      [30] = b.sma(b.sma("SPY", 21), 10):gt(300) } do
      local found = warm_up(condition)
      assert.same({ w, {}, {} }, { found.sessions, found.open, found.remembers })
      assert.is_nil(found.slowest)
      assert.equal(b.bars("SPY", { data = simulated.store() }).date[w], found.date)
    end
    assert.equal(25, warm_up(b.close "SPY":gt(300):for_days(25)).sessions)
  end)

  it("of an exponential average is what it forgets by", function()
    for _, w in ipairs { 5, 20, 60 } do
      local found = warm_up(b.ema("SPY", w):gt(300))
      local by_hand = math.log(1e-9) / math.log(1 - 2 / (w + 1))
      assert(found.sessions > 0.6 * by_hand and found.sessions <= by_hand + 1, found.sessions .. " of " .. by_hand)
      assert.equal(("ema(SPY, %d)"):format(w), found.slowest)
      assert.same({}, found.open)
    end
    -- Values around 0 are not held to be apart for a bit.
    assert(warm_up(b.macd_histogram("SPY", 12, 26, 9):gt(0)).sessions < 400)
  end)

  it("never ends for what adds up from the first bar on", function()
    local found = warm_up(b.obv("SPY"):gt(1e9))
    assert.same({ "obv(SPY)" }, { found.open[1] })
    assert.is_nil(found.date)
    found = warm_up(b.drawdown("SPY"):gt(20))
    local named = {}
    for _, list in ipairs { found.open, found.remembers } do
      for _, text in ipairs(list) do named[text] = true end
    end
    assert.truthy(named["drawdown(SPY)"])
  end)

  it("of a latch ends with what it waits for, or never", function()
    -- It goes in once, in 2014, and never out.
    local found = warm_up(nil, b.enter_exit { enter = b.close "SPY":lt(b.bars("SPY",
      { data = simulated.store(), from = "2015-01-05", to = "2015-01-05" }).close[1] * 1.0001):for_days(1),
      exit = b.close "SPY":lt(0), inside = "SPY", outside = "TLT" })
    assert.truthy(#found.open > 0 or #found.remembers > 0)
  end)
end)
