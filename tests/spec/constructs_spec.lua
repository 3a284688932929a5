-- SPDX-License-Identifier: MIT
-- What nodes hold and conditions say, on the simulated market: by the months of the calendar, which
-- a spec can count itself, and by strategies that say the same in other words.
local runs = require "spec.runs"

local JANUARY, MARCH, JUNE = "b.month():eq(1)", "b.month():eq(3)", "b.month():eq(6)"

-- One of two tickers, by whether something holds.
local function either(holds, yes, no)
  return holds and { [yes] = 1 } or { [no] = 1 }
end

local function when(condition)
  return runs.of(("b.when(%s, 'SPY'):otherwise('TLT')"):format(condition))
end

local function same(node, other)
  runs.same(runs.of(node), runs.of(other))
end

describe("a condition", function()
  it("knows the month", function()
    runs.holds(when(JANUARY), function(_, month) return either(month == 1, "SPY", "TLT") end)
    runs.holds(when "b.month():gte(11)", function(_, month)
      return either(month >= 11, "SPY", "TLT")
    end)
  end)

  it("holds when at least some of several do", function()
    local list = "{ b.month():gte(3), b.month():lte(6), b.month():eq(5) }"
    for least = 1, 3 do
      runs.holds(when(("b.at_least(%d, %s)"):format(least, list)), function(_, month)
        local count = (month >= 3 and 1 or 0) + (month <= 6 and 1 or 0) + (month == 5 and 1 or 0)
        return either(count >= least, "SPY", "TLT")
      end)
    end
  end)

  it("holds for days", function()
    local streak = 0
    runs.holds(when(JANUARY .. ":for_days(5)"), function(_, month, i)
      streak = month == 1 and streak + 1 or 0
      if i == 1 and month == 1 then streak = 5 end -- the days before the run are known, too
      return either(streak >= 5, "SPY", "TLT")
    end)
  end)

  it("holds as it did days ago", function()
    local run = when(JANUARY .. ":days_ago(3)")
    runs.holds(run, function(_, _, i)
      local before = run.dates[i - 3]
      return before and either(before:sub(6, 7) == "01", "SPY", "TLT") or run.held[run.dates[i]]
    end)
  end)

  it("adds up what it is told twice", function()
    runs.same(when(JANUARY .. ":days_ago(3):for_days(4)"),
      when(JANUARY .. ":for_days(2):days_ago(1):for_days(3):days_ago(2)"))
  end)

  it("is not changed by what is made of it", function()
    local script = runs.script("b.when(c, 'SPY'):otherwise('TLT')",
      ("local c = %s\nlocal d, e = c:for_days(5), c:days_ago(5)\n"):format(JANUARY)
      .. "local s = b.rsi('SPY', 10)\nlocal t, u = s:days_ago(1), s * 2")
    runs.same(when(JANUARY), runs.of_script(script))
  end)
end)

describe("an indicator", function()
  it("goes with arithmetic", function()
    local plain = when "b.close('SPY'):gt(b.sma('SPY', 50))"
    for _, condition in ipairs { "(b.close('SPY') / b.sma('SPY', 50)):gt(1)",
      "(b.close('SPY') - b.sma('SPY', 50)):gt(0)", "(2 * b.close('SPY')):gt(b.sma('SPY', 50) * 2)",
      "(-b.close('SPY')):lt(-b.sma('SPY', 50))", "(b.close('SPY') / 4):gt(b.sma('SPY', 50) / 4)",
      "(b.close('SPY') * 2 + 8):gt(8 + b.sma('SPY', 50) + b.sma('SPY', 50))",
      "(1000 - b.close('SPY')):lt(1000 - b.sma('SPY', 50))" } do
      runs.same(plain, when(condition))
    end
    local run = when "(b.month() * b.month()):gt(20)"
    runs.holds(run, function(_, month) return either(month >= 5, "SPY", "TLT") end)
    run = when "((b.month() + 2) * 3 - 1):eq(14)"
    runs.holds(run, function(_, month) return either(month == 3, "SPY", "TLT") end)
  end)

  it("goes with params", function()
    local script = runs.script("b.when((p * b.month() + p):gt(p * 7), 'SPY'):otherwise('TLT')",
      "local p = b.param('p', 2)")
    runs.holds(runs.of_script(script), function(_, month)
      return either(month > 6, "SPY", "TLT")
    end)
  end)

  it("is asked for as it was days ago", function()
    local run = when "b.month():days_ago(2):eq(b.month())"
    runs.holds(run, function(_, month, i)
      local before = run.dates[i - 2]
      if not before then return run.held[run.dates[i]] end
      return either(tonumber(before:sub(6, 7)) == month, "SPY", "TLT")
    end)
  end)

  it("measures other indicators", function()
    runs.same(when "b.sma('SPY', 5):gt(b.sma('SPY', 6))",
      when "b.sma(b.close('SPY'), 5):gt(b.sma(b.close('SPY'), 6))")
    runs.holds(when "b.percentile(b.rsi('SPY', 10), 100):gt(100)", function() return { TLT = 1 } end)
    local run, days = when "b.percentile(b.rsi('SPY', 10), 100):gt(50)", 0
    for _, day in ipairs(run.dates) do days = days + (run.held[day].SPY or 0) end
    assert(math.abs(days / #run.dates - 0.5) < 0.1, days)
  end)

  it("measures nodes", function()
    runs.same(when "b.rsi('SPY', 10):gt(50)", when "b.rsi(b.group('g', 'SPY'), 10):gt(50)")
    local whole, place = runs.of "b.equal { 'SPY', 'TLT' }", {}
    for i, day in ipairs(whole.dates) do place[day] = i end
    local run = when "b.cumulative_return(b.equal { 'SPY', 'TLT' }, 20):gt(0)"
    assert.equal(21, place[run.dates[1]])
    runs.holds(run, function(day)
      local at = place[day]
      return either(whole.equity[at] > whole.equity[at - 20], "SPY", "TLT")
    end)
  end)

  it("takes a strategy as a node", function()
    local script = runs.script("b.when(b.close(s):gt(b.sma(s, 9)), s):otherwise(b.cash)",
      "local s = b.strategy { name = 'inner', b.equal { 'SPY', 'TLT' } }")
    local plain = "b.equal { 'SPY', 'TLT' }"
    runs.same(runs.of(("b.when(b.close(%s):gt(b.sma(%s, 9)), %s):otherwise(b.cash)"):format(plain,
      plain, plain)), runs.of_script(script))
  end)
end)

describe("a node", function()
  it("is mixed by an indicator", function()
    runs.holds(runs.of "b.mixed(b.month(), 3, 11, 'SPY', 'TLT')", function(_, month)
      local share = math.min(math.max((month - 3) / 8, 0), 1)
      return share == 0 and { SPY = 1 } or share == 1 and { TLT = 1 }
        or { SPY = 1 - share, TLT = share }
    end)
  end)

  it("switches by how many conditions hold", function()
    local run = runs.of [[b.switch({ b.month():gte(4), b.month():gte(7), b.month():gte(10) },
      { "SPY", "QQQ", "TLT", "GLD" })]]
    local tickers = { "SPY", "QQQ", "TLT", "GLD" }
    runs.holds(run, function(_, month)
      return { [tickers[1 + math.floor((month - 1) / 3)]] = 1 }
    end)
  end)

  it("is entered and left", function()
    local run = runs.of(([[b.enter_exit { enter = %s, exit = %s, inside = "SPY",
      outside = "TLT" }]]):format(MARCH, JUNE))
    runs.holds(run, function(_, month) return either(month >= 3 and month < 6, "SPY", "TLT") end)
  end)

  it("can be void, alone or beside others", function()
    runs.holds(runs.of "b.equal { 'SPY', b.void }", function() return { SPY = 1 } end)
    runs.holds(runs.of "b.weighted { { 0.2, 'SPY' }, { 0.3, 'TLT' }, { 0.5, b.void } }",
      function() return { SPY = 0.4, TLT = 0.6 } end)
    runs.holds(runs.of(("b.when(%s, 'SPY'):otherwise(b.void)"):format(JANUARY)),
      function(_, month) return month == 1 and { SPY = 1 } or {} end)
  end)

  it("can be sold short", function()
    runs.holds(runs.of "b.weighted { { 1.3, 'SPY' }, { -0.3, 'TLT' } }",
      function() return { SPY = 1.3, TLT = -0.3 } end)
  end)

  it("holds ranks by their weights", function()
    local list = "{ 'SPY', 'QQQ', 'TLT', 'GLD' }"
    local first = runs.of(("b.top(1, b.rsi(10), %s)"):format(list))
    local run = runs.of(("b.top(2, b.rsi(10), %s, { weights = { 3, 1 } })"):format(list))
    local two = runs.of(("b.top(2, b.rsi(10), %s)"):format(list))
    runs.holds(run, function(day)
      local wanted = {}
      for ticker in pairs(two.held[day]) do wanted[ticker] = first.held[day][ticker] and 0.75 or 0.25 end
      return wanted
    end)
  end)

  it("holds what it takes by inverse volatility", function()
    same("b.top(2, b.rsi(10), { 'SPY', 'TLT' }, { inverse_vol = 20 })",
      "b.top(1, b.close(), { b.inverse_vol(20, { 'SPY', 'TLT' }) })")
    local run = runs.of "b.inverse_vol(20, { 'SPY', 'TLT' })"
    local heavier = 0
    for _, day in ipairs(run.dates) do
      local held = run.held[day]
      assert(math.abs(held.SPY + held.TLT - 1) < 1e-12)
      if held.TLT > held.SPY then heavier = heavier + 1 end
    end
    assert(heavier > 0 and heavier < #run.dates)
  end)

  it("ranks nodes by their own equity, and by arithmetic", function()
    same("b.top(1, b.cumulative_return(20), { 'SPY', 'TLT' })",
      "b.top(1, b.cumulative_return(20), { b.group('one', 'SPY'), b.group('two', 'TLT') })")
    same("b.bottom(1, b.cumulative_return(20), { 'SPY', 'TLT' })",
      "b.top(1, -b.cumulative_return(20), { 'SPY', 'TLT' })")
    same("b.top(1, b.close() / b.sma(20), { 'SPY', 'TLT' })",
      "b.top(1, (b.close() / b.sma(20)) * 3 - 1, { 'SPY', 'TLT' })")
  end)
end)
