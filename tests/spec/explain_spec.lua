-- SPDX-License-Identifier: MIT
-- Explanations add up: replayed session by session they give the equity, the targets and the outcome of
-- every condition to the last bit.
local explain = require "banyan.explain"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local intraday = require "spec.intraday"
local json = require "banyan.json"
local load = require "banyan.load"
local shared = require "spec.shared"
local simulated = require "spec.simulated"

-- A strategy with every construct.
local EVERYTHING = [[
local b = require "banyan"
local hot = b.param("hot", 70, { 60, 70 })
local which = b.param("which", "calm", { "calm", "wild" })
local function rsi(ticker) return b.rsi(ticker, 10) end
local dip = b.when(b.all { rsi("SPY"):lt(45), b.any { rsi("QQQ"):lt(40), b.none { rsi("IWM"):gt(50) } } }, "UPRO")
  :elsewhen(rsi("SPY"):gt(55):for_days(3), "QQQ")
  :elsewhen(rsi("SPY"):gt(50):days_ago(2), "IWM")
  :elsewhen(b.close("TLT"):days_ago(1):gt(b.sma("TLT", 20) * 1.001 + 0.01), "TLT")
  :otherwise(b.void)
local momentum = b.top(2, b.cumulative_return(20),
  { b.group("dip", dip), "GLD", "TLT", b.inverse_vol(20, { "SPY", "GLD" }) })
local ranked = b.bottom(2, b.stdev_return(20), { "SPY", "QQQ", "GLD" }, { weights = { 0.7, 0.3 } })
local steady = b.top(2, b.rsi(10), { "SPY", "QQQ", dip }, { inverse_vol = 20 })
return b.strategy { name = "Everything", %s
  b.weighted {
    { 0.2, momentum },
    { 0.1, ranked },
    { 0.1, steady },
    { 0.2, b.mixed(rsi("SPY"), 40, hot, "TLT", dip) },
    { 0.1, b.switch({ rsi("SPY"):gt(50), rsi("QQQ"):gt(50), b.at_least(1, { rsi("IWM"):gt(55), rsi("GLD"):gt(55) }) },
        { "BIL", "GLD", "SPY", "QQQ" }) },
    { 0.1, b.enter_exit { enter = rsi("SPY"):lt(40), exit = rsi("SPY"):gt(60), inside = "UPRO", outside = "BIL" } },
    { 0.1, b.choice(which, { calm = dip, wild = "SOXL" }) },
    { 0, "XLK" },
  },
}]]

-- Settings that change how targets become holdings.
local SETTINGS = {
  daily = "",
  ["weekly with costs"] = 'rebalance = "weekly", costs = { slippage = 0.0005, commission_per_order = 0.35, '
    .. 'commission_bps = 1 },',
  ["corridor, whole shares, fees"] = 'rebalance = { corridor = 0.05 }, costs = { profile = "alpaca", '
    .. 'whole_shares = true, slippage = 0.0001, capital = 5000 },',
  ["open fills with interest"] = 'fill = "open", costs = { slippage = 0.001, cash_yield = 0.03, '
    .. 'borrow_rate = 0.05, whole_shares = { "SPY", "TLT" } },',
  ["monthly at the open"] = 'rebalance = "monthly_last", fill = "open", options = { ties = "ticker", '
    .. 'duplicates = "merge", empty_filter = "rest" },',
}

local function written(settings)
  return helper.write(helper.scratch() .. "/s.lua", EVERYTHING:format(settings))
end

local function opened(path, options)
  options = options or {}
  options.data = options.data or simulated.store()
  return explain.open(load.strategy(path), options)
end

-- The equity of a run --equity.
local function equity_of(path, words)
  local file = helper.scratch() .. "/equity.csv"
  local _, err, code = simulated.run { "run", path, "--equity", file, unpack(words or {}) }
  assert.equal(0, code, err)
  local list = {}
  for date, equity in helper.read(file):gmatch "(%d+%-%d+%-%d+),([^\n]+)" do
    list[#list + 1] = { date, tonumber(equity) }
  end
  return list
end

local compare = {
  [">"] = function(a, b) return a > b end, [">="] = function(a, b) return a >= b end,
  ["<"] = function(a, b) return a < b end, ["<="] = function(a, b) return a <= b end,
  ["="] = function(a, b) return a == b end,
}

-- What a condition must be by the values that its explanation lists.
local function recomputed(reason)
  for _, day in ipairs(reason.days) do
    local holds
    if reason.kind == "compare" then
      holds = compare[reason.sign](day.left, day.right)
      assert.equal(day.left - day.right, day.margin)
    else
      local count = 0
      for _, part in ipairs(day.parts) do count = count + (recomputed(part) and 1 or 0) end
      local n = #day.parts
      holds = reason.kind == "all" and count == n or reason.kind == "any" and count > 0
        or reason.kind == "none" and count == 0 or reason.kind == "at_least" and count >= reason.needed
    end
    assert.equal(day.holds, holds, reason.text)
    if not holds then return false end
  end
  assert.equal(reason.for_days, #reason.days)
  return true
end

local function check_conditions(node)
  if node.condition then assert.equal(node.condition.holds, recomputed(node.condition)) end
  for _, reason in ipairs { node.enter, node.exit, unpack(node.conditions or {}) } do
    assert.equal(reason.holds, recomputed(reason))
  end
end

-- The allocation of a node from its explanation, blended as the engine does; VOID is a ticker of its own.
local function allocation(nodes, index, known)
  if known[index] then return known[index] end
  local node, sum = nodes[index], {}
  if node.kind == "asset" then
    sum[node.ticker] = 1
  elseif node.kind == "void" then
    sum.VOID = 1
  else
    for _, part in ipairs(node.parts) do
      for ticker, weight in pairs(allocation(nodes, part.node, known)) do
        sum[ticker] = (sum[ticker] or 0) + part.weight * weight
      end
    end
  end
  known[index] = sum
  return sum
end

local function settled(weights)
  local void, targets = weights.VOID or 0, {}
  local rest = 1 - void
  for ticker, weight in pairs(weights) do
    if ticker ~= "VOID" then
      if void ~= 0 then weight = rest > 1e-9 and weight / rest or 0 end
      if weight ~= 0 then targets[ticker] = weight end
    end
  end
  return targets
end

local function by_ticker(list)
  local weights = {}
  for _, each in ipairs(list) do weights[each.ticker] = each.weight end
  return weights
end

-- Goes through all sessions (every `stride`th) of an explainer.
local function replay(explainer, equity, stride)
  assert.equal(#equity, explainer.days)
  for i = 1, explainer.days, stride or 1 do
    local day = explainer:day(i)
    assert.equal(equity[i][1], day.date)
    assert.equal(equity[i][2], day.equity)
    if i < explainer.days then
      assert.equal(equity[i + 1][2], day.equity * day.next.factor)
      if #day.next.legs == 1 then
        assert.equal(equity[i + 1][2], day.equity * (day.next.growth * day.next.keep))
      end
    end
    for _, node in ipairs(day.nodes) do check_conditions(node) end
    assert.same(by_ticker(day.targets), settled(allocation(day.nodes, 1, {})))
    if day.trade then
      local turnover = 0
      for _, order in ipairs(day.trade.orders) do turnover = turnover + math.abs(order.target - order.actual) end
      assert.equal(explainer.run.turnover[i - 1], turnover)
    end
  end
end

describe("explanations add up on every session", function()
  for _, file in ipairs(simulated.lua_files "strategies") do
    it("of strategies/" .. file, function()
      local explainer = opened("strategies/" .. file)
      replay(explainer, equity_of("strategies/" .. file))
      explainer:close()
    end)
  end

  for name, settings in pairs(SETTINGS) do
    it("of every construct: " .. name, function()
      local path = written(settings)
      local explainer = opened(path)
      replay(explainer, equity_of(path))
      explainer:close()
    end)
  end

  it("of a run that starts later, with params", function()
    local path = written ""
    local explainer = opened(path, { from = "2018-03-01", to = "2018-12-31", params = { which = "wild", hot = "60" } })
    replay(explainer, equity_of(path, { "--from", "2018-03-01", "--to", "2018-12-31", "-p", "which=wild", "-p",
      "hot=60" }))
    assert.equal("2018-03-01", explainer:date(1))
    explainer:close()
  end)
end)

describe("why-not", function()
  local b = require "banyan"
  local function explainer_of(node)
    return explain.open(b.strategy { name = "Why", node }, { data = simulated.store() })
  end
  local function rsi(ticker) return b.rsi(ticker, 10) end

  it("names the way with the fewest conditions that failed, and by how much", function()
    local explainer = explainer_of(b.when(b.all { rsi("SPY"):gt(100), rsi("QQQ"):gt(100) }, "SOXL")
      :elsewhen(rsi("SPY"):gt(99.5), b.group("near", b.when(rsi("QQQ"):gt(0), "SOXL"):otherwise("BIL")))
      :otherwise("TLT"))
    local why = explainer:why_not(100, "SOXL")
    assert.equal(1, why.distance.count)
    local names = {}
    for i, step in ipairs(why.steps) do names[i] = step.name end
    assert.same({ "if", "if", "near", "if", "SOXL" }, names)
    local failed = why.distance.failures[1]
    assert.equal("rsi(SPY, 10) > 99.5", failed.text)
    local day = explainer:day(100)
    assert.equal(day.nodes[2].condition.days[1].left, failed.left)
    assert.equal((99.5 - failed.left) / 99.5, failed.relative)
    assert.equal(0, explainer:why_not(100, "TLT").distance.count)
    explainer:close()
  end)

  it("names the smaller distance of two ways alike", function()
    local explainer = explainer_of(b.equal { b.when(rsi("SPY"):gt(99), "SOXL"):otherwise("BIL"),
      b.when(rsi("SPY"):gt(98), "SOXL"):otherwise("BIL") })
    assert.equal("rsi(SPY, 10) > 98", explainer:why_not(100, "SOXL").distance.failures[1].text)
    explainer:close()
  end)

  it("names the rank and what it lacked", function()
    local explainer = explainer_of(b.top(1, b.rsi(10), { "SPY", "QQQ", "TLT" }))
    local ranking = explainer:day(100).nodes[1].ranking
    local last = ranking.children[3]
    local failed = explainer:why_not(100, last.ticker).distance.failures[1]
    assert.equal(3, failed.rank)
    assert.equal(last.value, failed.value)
    assert.equal(ranking.children[1].value, failed.cut)
    assert.equal(ranking.children[1].value - last.value, failed.lacks)
    explainer:close()
  end)

  it("knows latches, switches, mixed nodes and choices", function()
    local explainer = explainer_of(b.equal {
      b.enter_exit { enter = rsi("SPY"):gt(100), exit = rsi("SPY"):lt(0), inside = "SOXL", outside = "BIL" },
      b.switch({ rsi("SPY"):gt(0), rsi("SPY"):gt(100) }, { "QQQ", "BIL", "IWM" }),
      b.mixed(rsi "SPY", 100, 101, "BIL", "XLK"),
      b.choice(b.param("case", "one", { "one", "two" }), { one = "BIL", two = "GLD" }) })
    for ticker, kind in pairs { SOXL = "condition", QQQ = "condition", IWM = "condition", XLK = "condition",
      GLD = "choice" } do
      local why = explainer:why_not(100, ticker)
      assert.equal(1, why.distance.count, ticker)
      assert.equal(kind, why.distance.failures[1].kind)
    end
    explainer:close()
  end)
end)

describe("explaining trees that are small as tables and endless in words", function()
  local b = require "banyan"

  it("writes equal nodes once, and refuses endless conditions", function()
    local node, condition = b.equal { "SPY", "TLT" }, b.rsi("SPY", 10):gt(5)
    for _ = 1, 60 do
      node, condition = b.weighted { { 0.5, node }, { 0.5, b.group("again", node) } }, b.all { condition, condition }
    end
    local explainer = explain.open(b.strategy { name = "Wide", node }, { data = simulated.store() })
    assert.truthy(#require("banyan.explain_text").lines(explainer:day(50)) < 1000)
    explainer:close()
    explainer = explain.open(b.strategy { name = "Endless", b.when(condition, "SPY"):otherwise("TLT") },
      { data = simulated.store() })
    local ok, err = pcall(explainer.day, explainer, 50)
    assert.falsy(ok)
    assert.equal("LIMIT", failure.failure_of(err).status)
    explainer:close()
  end)
end)

describe("banyan explain", function()
  local function run(...) return simulated.run { "explain", "strategies/tqqq_ftlt.lua", ... } end

  it("names the nearest session of a day without one", function()
    local cases = {
      { "2020-03-14", "2020-03-14 was no session; the nearest is 2020-03-13" },
      { "2020-03-15", "2020-03-15 was no session; the nearest is 2020-03-16" },
      { "1999-01-01", "is before the first session of TQQQ For The Long Term V2 .* which is 2014%-" },
      { "2030-01-01", "is after the last session of TQQQ For The Long Term V2 .* which is 2023%-12%-29" },
    }
    for _, case in ipairs(cases) do
      local _, err, code = run(case[1])
      assert.equal(4, code)
      assert.truthy(err:find(case[2], 1, false) or err:find(case[2], 1, true), err)
    end
    local _, err, code = run "16.3.2020"
    assert.equal(2, code)
    assert.truthy(err:find("2015-01-31", 1, true))
  end)

  it("takes the time of a bar that is shorter than a day", function()
    local script = helper.write(helper.scratch() .. "/short.lua", [[
      local b = require "banyan"
      return b.strategy { name = "Short", b.when(b.rsi("AAA", 5):gt(50):for_days(3), "AAA"):otherwise("BBB") }]])
    local function short(...)
      local words = { "explain", script, "--timeframe", "5m", ... }
      words.env = { BANYAN_DATA = intraday.store() }
      return helper.run(words)
    end
    local out = short "2020-01-08T15:30"
    assert.truthy(out:find "^Short on 2020%-01%-08 15:30\nsession %d+ of 2020%-01%-06 1%d:%d%d to 2020%-01%-15 20:55,")
    assert.truthy(out:find(" 2020-01-08 15:", 1, true) and out:find("\nto 2020-01-08 15:35: ", 1, true), out)
    assert.equal(out, (short "2020-01-08 15:30"))
    assert.equal((short "2020-01-08"), (short "2020-01-08T20:55:00Z"))
    local explored = helper.shell(("printf ':explain 2020-01-08 15:30\\n:explain 2020-01-08 15:30 AAA\\n' | %s"):format(
      helper.command { "repl", script, "--timeframe", "5m", env = { BANYAN_DATA = intraday.store() } }))
    assert.truthy(explored:find(out, 1, true), explored)
    assert.truthy(explored:find("\nAAA is [^\n]+ on 2020%-01%-08 15:30"), explored)
    local got = json.decode((short("2020-01-08T15:30", "--json")), "explain")
    assert.equal("2020-01-08 15:30", got.date)
    for text, message in pairs {
      ["2020-01-08T15:32"] = "began then (times are UTC); the nearest began at 2020-01-08 15:30",
      ["2020-01-10T23:00"] = "the nearest began at 2020-01-10 20:55",
      ["2020-01-11"] = "2020-01-11 was no session; the nearest is 2020-01-10",
      ["2020-01-16T15:30"] = "is after the last session of Short, which is 2020-01-15 20:55",
    } do
      local _, err, code = short(text)
      assert.equal(4, code)
      assert.truthy(err:find(message, 1, true), err)
    end
    local _, err, code = short "15:30"
    assert.equal(2, code)
    assert.truthy(err:find("2015-01-31T14:30 (UTC)", 1, true))
    _, err, code = run "2020-03-16T14:30"
    assert.equal(2, code)
    assert.truthy(err:find("say 2020-03-16, not '2020-03-16T14:30'", 1, true), err)
  end)

  it("names the ticker that was meant", function()
    local _, err, code = run("2020-03-16", "--why-not", "TQQ")
    assert.equal(2, code)
    assert.truthy(err:find("TQQ is nowhere in the tree, did you mean TQQQ?", 1, true))
    _, err = run("2020-03-16", "--why-not", "SPY")
    assert.truthy(err:find("SPY is nowhere held in the tree", 1, true))
  end)

  it("writes JSON with all digits", function()
    local out, err, code = run("2020-03-16", "--json", "--why-not", "UVXY")
    assert.equal(0, code, err)
    local got = json.decode(out, "explain")
    assert.equal("banyan.explain/1", got.schema)
    assert.equal("2020-03-16", got.date)
    assert.equal(got.next.equity, got.equity * (got.next.growth * got.next.keep))
    assert.equal("UVXY", got.why_not.ticker)
    assert.equal("if", got.nodes[1].kind)
    assert.truthy(out:find '"left": %d+%.%d%d%d%d%d%d%d%d%d%d')
  end)

  it("takes settings of the command line", function()
    local out, err, code = run("2020-03-16", "--costs", "composer", "--rebalance", "monthly", "--fill", "open")
    assert.equal(0, code, err)
    assert.truthy(out:find "\nnot traded on this session\n", out)
  end)

  it("explains sessions of every construct in few lines", function()
    local path = written ""
    local out, err, code = simulated.run { "explain", path, "2019-05-13" }
    assert.equal(0, code, err)
    assert.truthy(select(2, out:gsub("\n", "")) < 90, out)
    assert.truthy(out:find "as under %[1%]")
  end)
end)

describe("real strategies", function()
  local function each_strategy(visit)
    local pipe = assert(io.popen("ls " .. shared.folder .. "/strategies/*/*.json " .. shared.folder
      .. "/strategies/defsymphony/*.clj"))
    for path in pipe:lines() do
      if not path:find "/expected/" then visit(path) end
    end
    pipe:close()
  end

  it("are explained on some days, to the last bit", function()
    if not shared.present() then return pending(shared.absent) end
    local store, count = shared.import(shared.folder .. "/data/us_daily_adjusted"), 0
    each_strategy(function(path)
      local loaded, strategy = pcall(load.strategy, path)
      local ok, explainer = pcall(explain.open, loaded and strategy, { data = store })
      if not loaded or not ok then -- a format or a ticker that is not there
        assert.truthy(failure.failure_of(loaded and explainer or strategy), tostring(explainer))
        return
      end
      count = count + 1
      for k = 0, 4 do
        local day = explainer:day(1 + math.floor((explainer.days - 1) * k / 4))
        for _, node in ipairs(day.nodes) do check_conditions(node) end
        assert.same(by_ticker(day.targets), settled(allocation(day.nodes, 1, {})))
      end
      explainer:close()
    end)
    assert.truthy(count >= 10, count)
  end)
end)
