-- SPDX-License-Identifier: MIT
-- Every kind of finding of banyan lint, and that what is right is left alone.
local b = require "banyan"
local helper = require "spec.helper"
local json = require "banyan.json"
local lint = require "banyan.lint"
local shared = require "spec.shared"
local simulated = require "spec.simulated"

local function rsi(ticker) return b.rsi(ticker or "SPY", 10) end

local function strategy(node, name) return b.strategy { name = name or "Linted", node } end

-- The codes of what is found in a tree, in order.
local function codes(node, options)
  local list = {}
  for i, each in ipairs((lint.check(strategy(node), options or {}))) do list[i] = each.code end
  return list
end

local function when(condition, yes, no) return b.when(condition, yes or "SPY"):otherwise(no or "TLT") end

describe("lint finds", function()
  local found = {
    { "a condition that never holds", when(rsi():gt(100)), "impossible-condition" },
    { "one that always holds", when(rsi():gte(0)), "certain-condition" },
    { "parts that exclude each other", when(b.all { rsi():gt(80), rsi():lt(70) }), "impossible-condition" },
    { "a condition that those above exclude", when(rsi():gt(80), when(rsi():lt(70), "A", "B")),
      "excluded-condition" },
    { "one that those above imply", when(rsi():gt(80), when(rsi():gt(70), "A", "B")), "implied-condition" },
    { "one that an else implies", when(rsi():gt(80), "A", when(rsi():lt(90), "B", "C")), "implied-condition" },
    { "one that stands above already", when(rsi():gt(80), "A", when(rsi():gt(80), "B", "C")),
      "repeated-condition" },
    { "one through nodes between", when(rsi():gt(80), b.equal { "A", b.group("g", when(rsi():gt(80), "B", "C")) }),
      "repeated-condition" },
    { "a part that stands twice", when(b.any { rsi():gt(80), rsi "QQQ":gt(80), rsi():gt(80) }),
      "duplicate-condition" },
    { "a part that another implies", when(b.all { rsi():gt(80), rsi():gt(70) }), "redundant-condition" },
    { "a part that adds nothing", when(b.any { rsi():gt(80), rsi():gt(70) }), "redundant-condition" },
    { "a part that the way decides", when(rsi():gt(80), when(b.all { rsi "QQQ":gt(5), rsi():gt(10) }, "A", "B")),
      "redundant-condition" },
    { "a choice without a difference", when(rsi():gt(80), "A", b.group("other", "A")), "equal-branches" },
    { "a filter that takes all", b.top(2, b.rsi(10), { "A", "B" }), "filter-takes-all" },
    { "a filter that has a ticker twice", b.top(1, b.rsi(10), { "A", "B", "A" }), "filter-holds-twice" },
    { "a weight of 0", b.weighted { { 0, "A" }, { 1, "B" } }, "zero-weight" },
    { "a group of nothing", b.equal { "A", b.group("g", b.group("h", b.cash)) }, "empty-group" },
  }
  for _, case in ipairs(found) do
    it(case[1], function() assert.same({ case[3] }, codes(case[2])) end)
  end

  it("a condition of a param when no value of it helps", function()
    local low = b.param("low", 110, { 105, 120 })
    assert.same({ "impossible-condition" }, codes(when(rsi():gt(low))))
    local some = b.param("some", 110, { 95, 120 })
    assert.same({}, codes(when(rsi():gt(some))))
  end)

  it("params that nothing uses", function()
    local used, unused = b.param("used", 10), b.param("unused", 3)
    assert.same({ "unused-param" }, codes(when(b.rsi("SPY", used):gt(80)), { declared = {
      { param = used, where = "x.lua:1" }, { param = unused, where = "x.lua:2" } } }))
  end)

  it("tickers without bars and windows longer than a history", function()
    local function catalogue()
      return "csv/all", { SPY = { bars = 100 }, TLT = { bars = 11 } }
    end
    local tree = when(b.all { b.sma("SPY", 100):gt(5), b.rsi("TLT", 10):gt(5), b.rsi("TLT", 11):gt(5) },
      b.top(1, b.cumulative_return(11), { "SPY", "TLT" }), "TLTT")
    local findings = lint.check(strategy(tree), { catalogue = catalogue })
    assert.same({ "no-data", "window-too-long", "window-too-long" },
      { findings[1].code, findings[2].code, findings[3].code })
    assert.equal("TLTT has no bars in dataset csv/all, did you mean TLT?", findings[1].message)
    assert.equal("rsi(TLT, 11) needs 12 bars and TLT has 11: it is never computable", findings[2].message)
    assert.equal("if/filter", findings[3].path)
  end)

  it("bars that cannot be made of those that there are", function()
    local function catalogue(length)
      return function()
        local info = { bars = 1000, first = 0, last = 1000 * 86400, timeframe = length }
        return "csv/all", { SPY = info, TLT = info }
      end
    end
    local tree = when(b.on("1h", b.sma("SPY", 5)):gt(b.on("1w", b.sma("SPY", 5))))
    local findings = lint.check(strategy(tree), { catalogue = catalogue "1d" })
    assert.equal(1, #findings)
    assert.equal("no-timeframe", findings[1].code)
    assert.equal("bars of 1h cannot be made of those of SPY, which are of 1d", findings[1].message)
    assert.same({}, (lint.check(strategy(tree), { catalogue = catalogue "5m" })))
  end)
end)

describe("lint says nothing of", function()
  local shelter = b.group("shelter", when(rsi():gt(70), "TLT", "GLD"))
  local ok = {
    { "conditions that may hold", when(rsi():gt(80), "A", when(rsi():gt(70), "B", "C")) },
    { "other windows", when(rsi():gt(80), when(b.rsi("SPY", 11):gt(70), "A", "B")) },
    { "other days", when(b.stdev_return("SPY", 5):gt(0), "A", "B") },
    { "a node that another way needs", b.equal { when(rsi():gt(80), shelter, "B"), shelter } },
    { "what a filter measures on all days", b.equal { "A", b.cash } },
    { "weights by a param that are 0 sometimes",
      b.weighted { { b.param("w", 0, { 0, 0.5 }), "A" }, { 0.5, "B" } } },
    { "cash outside of groups", when(rsi():gt(80), b.cash, "A") },
  }
  for _, case in ipairs(ok) do
    it(case[1], function() assert.same({}, codes(case[2])) end)
  end

  it("a node that a filter below a choice measures on all days", function()
    local inner = when(rsi():gt(80), "A", "B")
    assert.same({}, codes(when(rsi():gt(80), b.top(1, b.rsi(5), { inner, "C" }), "D")))
    assert.same({ "repeated-condition" }, codes(when(rsi():gt(80), b.equal { inner, "C" }, "D")))
  end)
end)

describe("lint of nodes with several cases", function()
  local function found(tree)
    local list = {}
    for i, each in ipairs((lint.check(strategy(tree), {}))) do list[i] = each.code .. ": " .. each.message end
    return list
  end

  it("finds cases of a switch that are never taken", function()
    local two = { rsi():gt(80), rsi():lt(30) }
    assert.same({ "unreachable-case: the case of 2 conditions is never taken: from 0 to 1 of them hold" },
      found(b.switch(two, { "A", "B", "C" })))
    two[2] = rsi "QQQ":lt(30)
    assert.same({}, found(b.switch(two, { "A", "B", "C" })))
    assert.same({ "excluded-condition: rsi(SPY, 10) > 90 never holds here: rsi(SPY, 10) <= 80" },
      found(b.switch(two, { when(rsi():gt(90), "D", "E"), "B", "C" })))
  end)

  it("finds sides of a mixed node that are never held", function()
    assert.same({}, found(b.mixed(rsi(), 20, 80, "A", "B")))
    assert.same({ "unreachable-side: the to side is never held, as rsi(SPY, 10) > 100 never holds" },
      found(b.mixed(rsi(), 100, 120, "A", "B")))
  end)

  it("finds what never enters, and knows nothing of being inside", function()
    assert.same({ "impossible-condition: rsi(SPY, 10) > 100 never holds: its values lie from 0 up to 100" },
      found(b.enter_exit { enter = rsi():gt(100), exit = rsi():lt(50), inside = when(rsi():gt(70)),
        outside = when(rsi():lt(50), "B", "C") }))
  end)

  it("finds no fault in cases of a choice", function()
    local which = b.param("which", "calm", { "calm", "wild" })
    assert.same({}, found(b.choice(which, { calm = "A", wild = when(rsi():gt(70), "B", "C") })))
  end)
end)

describe("lint of trees that are small as tables and endless in words", function()
  it("comes to an end", function()
    local node, condition = b.equal { "SPY", "TLT" }, rsi():gt(5)
    for _ = 1, 60 do node, condition = b.equal { node, node }, b.all { condition, condition } end
    assert.same({}, codes(when(condition, node, "TLT")))
  end)

  it("takes a thousand levels", function()
    local node = b.equal { "SPY", "TLT" }
    for i = 1, 990 do node = when(rsi():gt(i / 10), node, "QQQ") end
    assert.equal(989, #codes(node))
  end)
end)

describe("banyan lint", function()
  local function write(text)
    return helper.write(helper.scratch() .. "/s.lua", 'local b = require "banyan"\n' .. text)
  end

  it("says what it finds, where and what to do, and ends with 1", function()
    local path = write [[
      local never = b.param("never", 1)
      return b.strategy { name = "Faulty", b.group("core", b.when(b.rsi("SPY", 10):gt(101), "SPY"):otherwise("TLT")) }]]
    local out, err, code = simulated.run { "lint", path }
    assert.equal(1, code, err)
    assert.equal("impossible-condition: rsi(SPY, 10) > 101 never holds: its values lie from 0 up to 100\n"
      .. "  at core/if\n  mend the condition, or keep only the branch that is taken\n"
      .. "unused-param: the param never (" .. path .. ":2) is used by nothing\n  at core\n  use it, or drop it\n"
      .. "Faulty: 2 findings\n", out)
  end)

  it("says what docs/explain.md shows", function()
    local faulty, shown = helper.read "docs/explain.md":match "```lua\n(.-)```\n\n```text\n(.-)```"
    local path = helper.write(helper.scratch() .. "/faulty.lua", faulty)
    local out, err, code = simulated.run { "lint", path }
    assert.equal(1, code, err)
    assert.equal(shown, (out:gsub(helper.escape(path), "faulty.lua")))
  end)

  it("writes JSON", function()
    local path = write 'return b.strategy { name = "F", b.top(1, b.rsi(10), { "SPY" }) }'
    local out, _, code = simulated.run { "lint", path, "--json" }
    assert.equal(1, code)
    local got = json.decode(out, "lint")
    assert.equal("banyan.lint/1", got.schema)
    assert.equal("filter-takes-all", got.findings[1].code)
    assert.equal("filter", got.findings[1].path)
  end)

  it("is silent about strategies that ship, and says when there are no prices", function()
    for _, file in ipairs(simulated.lua_files "strategies") do
      local out, err, code = simulated.run { "lint", "strategies/" .. file }
      assert.equal(0, code, out .. err)
      assert.truthy(out:find ": nothing found\n$")
    end
    local _, err, code = helper.run { "lint", "strategies/canopy.lua", env = { BANYAN_DATA = helper.scratch() } }
    assert.equal(0, code)
    assert.truthy(err:find "^prices were not looked at: no bar store in ")
  end)

  it("takes every real strategy", function()
    if not shared.present() then return pending(shared.absent) end
    local pipe = assert(io.popen("ls " .. shared.folder .. "/strategies/*/*.json " .. shared.folder
      .. "/strategies/defsymphony/*.clj"))
    for path in pipe:lines() do
      if not path:find "/expected/" then
        local _, err, code = helper.run { "lint", path, env = { BANYAN_DATA = helper.scratch() } }
        local refused = code == 3 and err:find "is not a strategy that banyan knows"
        assert.truthy(code == 0 or code == 1 or refused, path .. ": " .. err)
      end
    end
    pipe:close()
  end)
end)
