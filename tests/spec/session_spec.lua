-- SPDX-License-Identifier: MIT
-- What a session of the explorer evaluates again must be what a run by itself gives, to the last bit.
local ffi = require "ffi"
local b = require "banyan"
local backtest = require "banyan.backtest"
local cjson = require "cjson"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local print_ = require "banyan.print"
local random = require "banyan.random"
local random_market = require "spec.random_market"
local random_strategy = require "spec.random_strategy"
local rerun_of = require "banyan.rerun"
local session_of = require "banyan.repl.session"
local shared = require "spec.shared"
local show = require "banyan.show"
local simulated = require "spec.simulated"

local SEEDS = helper.sanitized and 6 or 40

local function message_of(err)
  local known = failure.failure_of(err)
  return known and known.message or tostring(err)
end

local function same_bytes(a, c, name, count, kind)
  local size = count * ffi.sizeof(kind)
  assert(ffi.string(ffi.cast("const char *", a[name]), size) == ffi.string(ffi.cast("const char *", c[name]), size),
    name)
end

-- Raises unless two by_run are the same, bit for bit.
local function same_run(a, c)
  assert.equal(a.first, c.first)
  assert.equal(a.day_count, c.day_count)
  for _, name in ipairs { "equity", "turnover", "exposure" } do same_bytes(a, c, name, a.day_count, "double") end
  same_bytes(a, c, "returns", a.day_count - 1, "double")
  same_bytes(a, c, "weight_first", a.day_count + 1, "int32_t")
  same_bytes(a, c, "symbol", a.weight_first[a.day_count], "int32_t")
  same_bytes(a, c, "weight", a.weight_first[a.day_count], "double")
end

-- A value of a param: mostly one that it declares.
local function any_value(stream, param)
  if type(param.default) == "number" and stream:uniform() < 0.25 then
    return param.default + math.floor(stream:uniform() * 40)
  end
  return param.values[1 + math.floor(stream:uniform() * #param.values)]
end

describe("evaluating again", function()
  local data
  setup(function() data = random_market.fill() end)

  it("is what runs by themselves are, for random strategies and values", function()
    local runs, failed, stepped = 0, 0, 0
    for seed = 1, SEEDS do
      local strategy, stream = random_strategy.strategy(seed), random.stream("values " .. seed)
      local options, params, values = { data = data }, strategy:params(), {}
      local rerun = rerun_of.new(strategy, options)
      for _ = 1, 8 do
        if #params > 0 then
          local param = params[1 + math.floor(stream:uniform() * #params)]
          values[param.name] = any_value(stream, param)
        end
        local ok, alone = pcall(backtest.run, strategy, { data = data, params = values })
        local kept, evaluated = pcall(rerun.evaluate, rerun, values)
        assert.equal(ok, kept, kept and "failed" or message_of(evaluated))
        runs, failed = runs + 1, failed + (ok and 0 or 1)
        if ok then
          stepped = stepped + (evaluated.computed and evaluated.computed < evaluated.parts and 1 or 0)
          same_run(alone.c, evaluated.c)
          local again = backtest.run(strategy, { data = data, params = values, evaluated = evaluated })
          assert.same(alone.dates, again.dates)
          assert.same(alone.params, again.params)
          assert.same(alone.tickers, again.tickers)
        else
          assert.equal(message_of(alone), message_of(evaluated))
        end
      end
      rerun:close()
    end
    assert(failed < runs / 4, failed .. " of " .. runs .. " failed")
    assert(stepped > runs / 5, stepped .. " of " .. runs .. " kept something")
  end)
end)

-- What a run of the program says of a file with the values of a session.
local function by_program(path, session)
  local words = { "run", path, "--json", "--data", session.options.data }
  for name, value in pairs(session.values) do
    words[#words + 1] = "-p"
    words[#words + 1] = name .. "=" .. (type(value) == "number" and ("%.17g"):format(value) or value)
  end
  for _, name in ipairs { "from", "to" } do
    if session.options[name] then
      words[#words + 1] = "--" .. name
      words[#words + 1] = session.options[name]
    end
  end
  local out, err, code = helper.run(words)
  assert(code == 0, err)
  return cjson.decode(out)
end

local function same_as_program(path, session)
  local told, result = by_program(path, session), session:run()
  local count = 0
  for name, value in pairs(told.metrics) do
    local own = result.metrics[name]
    assert(value == own or value == cjson.null and own ~= own, ("%s: %s and %s"):format(name, tostring(value),
      tostring(own)))
    count = count + 1
  end
  assert(count > 60, count)
  assert.equal(told.start, result.dates[1])
  assert.equal(told.days, #result.dates)
end

local SCRIPT = [[
local b = require "banyan"
local fast, hot = b.param("fast", 10, b.range(5, 30)), b.param("hot", 70, b.range(60, 85, 2.5))
local pick, fill = b.param("pick", "TLT", { "TLT", "GLD" }), b.param("fill", "close", { "close", "open" })
return b.strategy { name = "First", fill = fill, b.when(b.rsi("SPY", fast):gt(hot), "SPY"):otherwise(pick) }
]]

describe("a session", function()
  local session, path
  before_each(function()
    path = helper.write(helper.scratch() .. "/first.lua", SCRIPT)
    session = session_of.new { data = simulated.store(), from = "2016-01-04" }
  end)
  after_each(function() session:close() end)

  it("sets values as banyan run -p does", function()
    session:open(path)
    same_as_program(path, session)
    for _, step in ipairs { { "fast", 12 }, { "hot", "72.5" }, { "pick", "GLD" }, { "fill", "open" }, { "fast", 47 },
      { "hot", 71.123 }, { "pick", "QQQ" }, { "fast", 12 } } do
      session:set(step[1], step[2])
      same_as_program(path, session)
    end
  end)

  it("tells what a value changes", function()
    session:open(path)
    local before = session:run()
    local change = session:set("fast", "14")
    assert.same({ { name = "fast", before = 10, after = 14 } }, change.names)
    assert.equal(before.metrics.sharpe, change.before.sharpe)
    assert.equal(session:run().metrics.sharpe, change.after.sharpe)
    assert(change.computed < change.parts)
    local other, at = 0, {}
    for i, date in ipairs(before.dates) do at[date] = i end
    for i, date in ipairs(session:run().dates) do
      local a, c = before.weights(at[date]), session:run().weights(i)
      if a[1][1] ~= c[1][1] then other = other + 1 end
    end
    assert.equal(other, change.other)
    local text = show.text(change, { unicode = false })
    assert.truthy(text:find "^fast 10 %-> 14  %([^\n]* of %d+ parts computed%)\n +before   after\n  total return ")
    assert.truthy(text:find(("\n  holds something else on %d of 2,013 sessions$"):format(other)), text)
    for width = 20, 90, 10 do
      for line in show.text(change, { width = width }):gmatch "[^\n]+" do assert(print_.width(line) <= width, line) end
    end
    local back = session:reset()
    assert.equal(before.metrics.sharpe, back.after.sharpe)
    assert.truthy(show.text(session:set("fast", 10)):find "^nothing has changed .*\n  holds the same on every session$")
  end)

  it("keeps its values when one fails", function()
    session:open(path)
    session:set("fast", 12)
    local sharpe = session:run().metrics.sharpe
    for message, step in pairs { ["the window must be a whole number"] = { "fast", 0.5 },
      ["param fast takes a number, not 'abc'"] = { "fast", "abc" }, ["did you mean 'fast'"] = { "fst", 3 },
      ["no bars of NONE"] = { "pick", "NONE" } } do
      local ok, err = pcall(session.set, session, step[1], step[2])
      assert.is_false(ok)
      assert.truthy(message_of(err):find(message, 1, true), message_of(err))
    end
    assert.equal(sharpe, session:run().metrics.sharpe)
    assert.same({ fast = 12 }, session.values)
    assert.same({ 12, 70, "TLT", "close" }, { session:params()[1].value, session:params()[2].value,
      session:params()[3].value, session:params()[4].value })
    session:set("fast", 13)
    same_as_program(path, session)
  end)

  it("gives back one value, or all", function()
    session:open(path)
    session:set("fast", 12)
    session:set("hot", 75)
    session:reset "fast"
    assert.same({ hot = 75 }, session.values)
    local ok, err = pcall(session.reset, session, "hat")
    assert.is_false(ok)
    assert.truthy(message_of(err):find "did you mean 'hot'")
    session:reset()
    assert.same({}, session.values)
  end)

  it("sees what code at the prompt makes of s", function()
    local env = {}
    session:close()
    session = session_of.new { data = simulated.store(), env = env }
    local ok, err = pcall(session.set, session, "fast", 3)
    assert.is_false(ok)
    assert.truthy(message_of(err):find("no strategy is open; `:open FILE` opens one", 1, true))
    env.s = b.strategy { name = "Mine", b.when(b.rsi("SPY", 10):gt(70), "SPY"):otherwise "TLT" }
    session:noticed(env)
    assert.same({}, session:params())
    env.s:select { indicator = "rsi" }:param("window", "w", 10, b.range(5, 20))
    session:noticed(env)
    assert.equal("w", session:params()[1].name)
    local change = session:set("w", 5)
    assert.equal(env.r.metrics.sharpe, change.after.sharpe)
    assert.equal(b.run(env.s, { data = simulated.store(), params = { w = 5 } }).metrics.sharpe, env.r.metrics.sharpe)
    env.s = 5
    session:noticed(env)
    assert.equal("Mine", session.strategy.name)
    assert.equal("run(s) runs in the background; none has been started", show.text(env.run))
  end)

  it("runs with other options, and explains", function()
    session:open(path)
    session:set("fast", 12)
    local run = session:run { benchmark = "SPY", to = "2020-12-31" }
    assert.equal("SPY", run.benchmark.symbol)
    assert.equal("2020-12-31", run.dates[#run.dates])
    local out = helper.run { "explain", path, "2020-03-16", "--data", simulated.store(), "--from", "2016-01-04", "-p",
      "fast=12" }
    assert.equal(out, session:explain "2020-03-16" .. "\n")
    assert.truthy(session:explain("2020-03-16", "SPY"):find "SPY")
    session:set("fast", 20)
    assert.truthy(session:explain "2020-03-16":find "fast=20")
  end)

  it("is left by its commands as a script", function()
    local by_name = {}
    for _, command in ipairs(session_of.commands) do by_name[command.name] = command end
    for _, name in ipairs { "open", "params", "set", "reset", "explain", "jobs", "cancel" } do
      assert(by_name[name], name)
    end
    by_name.open.run(session, path)
    by_name.set.run(session, "fast=12")
    by_name.set.run(session, 'pick "GLD"')
    assert.equal(('s = require "banyan.load".strategy("%s")\nr = b.run(s, { params = { fast = 12, pick = "GLD" }, '
      .. 'from = "2016-01-04" })'):format(path), by_name.open.script(session))
    for _, wrong in ipairs { "fast", "", "fast =" } do
      local ok, err = pcall(by_name.set.run, session, wrong)
      assert.is_false(ok)
      assert.truthy(message_of(err):find("it is :set NAME VALUE", 1, true))
    end
  end)

  it("shows what was opened, and the params", function()
    local text = show.text(session:open(path))
    assert.truthy(text:find "^First\nSIMULATED prices[^\n]*\n2016%-01%-04 to 2023%-12%-29, 2,013 sessions: total ")
    assert.truthy(text:find("\nfast      10           5 6 7 8 9 … 30\n", 1, true), text)
    session:set("pick", "GLD")
    assert.equal([[
param  value  default  values
fast      10           5 6 7 8 9 … 30
hot       70           60 62.5 65 67.5 70 … 85
pick     GLD      TLT  TLT GLD
fill   close           close open]], show.text(session:params()))
  end)
end)

describe("a session with a real tree", function()
  if not shared.present() then
    it(shared.absent, function() end)
    return
  end

  it("sets values as banyan run -p does, having computed what changed", function()
    local data = shared.import(shared.folder .. "/data/us_daily_adjusted")
    local path = helper.write(helper.scratch() .. "/real.lua", ([[
local b = require "banyan"
local t = b.import %q
t:select { indicator = "rsi", window = 10 }:param("window", "w", 10, b.range(5, 40))
t:select { indicator = "rsi", comparator = "lt", threshold = 30 }:shift("threshold", "s", 0, { -2.5, 0, 2.5 })
return t]]):format(require("banyan.host").absolute(shared.strategy "anansi")))
    local session = session_of.new { data = data }
    session:open(path)
    -- 50 is not among the values that w declares, nor -1.25 among those of s.
    for _, step in ipairs { { "w", 12, 0.5 }, { "s", 2.5, 0.1 }, { "s", 0, 0.1 }, { "w", 50, 1 }, { "w", 13, 0.5 },
      { "s", -1.25, 1 } } do
      local change = session:set(step[1], step[2])
      assert(change.computed <= step[3] * change.parts, change.computed)
      same_as_program(path, session)
    end
    session:close()
  end)
end)
