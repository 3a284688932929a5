-- SPDX-License-Identifier: MIT
-- banyan import and banyan.write: what is written reads well, loads again and is the same strategy.
local b = require "banyan"
local engine = require "banyan.ffi"
local failures = require "spec.failures"
local helper = require "spec.helper"
local load = require "banyan.load"
local random_strategy = require "spec.random_strategy"
local same_tree = require "spec.same_tree"
local shared = require "spec.shared"
local simulated = require "spec.simulated"
local write = require "banyan.write"

local folder

-- A path of a file that the next call overwrites.
local function scratch_path()
  folder = folder or helper.scratch()
  return folder .. "/written.lua"
end

local function assert_same(wanted, got)
  local difference = same_tree.difference(wanted, got)
  if difference then error(difference, 2) end
end

-- Writes a strategy, loads it as users do, and compares; the compact form, too.
---@return string text
---@return banyan.Strategy again what was loaded
local function round_trip(strategy)
  local text = write.lua(strategy)
  local again = load.strategy(helper.write(scratch_path(), text))
  assert_same(strategy, again)
  -- Writing it once more changes nothing but the comment on top, which has no description then.
  local function body(of) return of:sub((of:find("local b = require", 1, true))) end
  assert.equal(body(text), body(write.lua(again)))
  assert_same(strategy, load.strategy_text(write.compact(strategy), "compact"))
  return text, again
end

local function plan_hash(strategy)
  local space = strategy:assignment()
  local plan = strategy:compile(space, strategy:tickers(space))
  local hash = engine.C.by_plan_hash(plan)
  engine.close(plan, engine.C.by_plan_free)
  return hash
end

local function longest_line(text)
  local longest = 0
  for line in text:gmatch "[^\n]+" do longest = math.max(longest, #line) end
  return longest
end

local function strategy_of(root)
  return b.strategy { name = "X", root }
end

-- The written root of a strategy: what stands between the settings and the end.
local function root_text(root)
  return (round_trip(strategy_of(root))):match '\n  rebalance = "daily",\n  (.*),\n}\n$'
end

describe("a written strategy", function()
  it("reads like one that was written by hand", function()
    local window = b.param("window", 10, b.range(5, 30))
    local shelter = b.group("Shelter",
      b.equal { "TLT", "GLD", b.top(1, b.rsi(window), { "BIL", "BSV" }) })
    local text = round_trip(b.strategy { name = "Storms", rebalance = "weekly",
      b.when(b.rsi("SPY", window):gt(79), shelter)
        :elsewhen(b.close("SPY"):gt(b.sma("SPY", 200)),
          b.weighted { { 0.6, "QQQ" }, { 0.4, "SPY" } })
        :otherwise(shelter) })
    assert.equal([[
-- Storms
local b = require "banyan"

local window = b.param("window", 10, b.range(5, 30))

local shelter = b.group("Shelter",
  b.equal { "TLT", "GLD", b.top(1, b.rsi(window), { "BIL", "BSV" }) })

return b.strategy {
  name = "Storms",
  rebalance = "weekly",
  b.when(b.rsi("SPY", window):gt(79), shelter)
    :elsewhen(b.close("SPY"):gt(b.sma("SPY", 200)), b.weighted { { 0.6, "QQQ" }, { 0.4, "SPY" } })
    :otherwise(shelter),
}
]], text)
  end)

  it("has what is equal once, whichever tables it is made of", function()
    local function sleeve() return b.equal { "SPY", "TLT", "GLD", "QQQ", "BIL" } end
    local function hot()
      return b.all { b.rsi("SPY", 10):gt(79), b.close("SPY"):gt(100), b.close("SPY"):lt(200) }
    end
    local text = round_trip(strategy_of(b.equal {
      b.when(hot(), sleeve()):otherwise("A"), b.when(hot(), sleeve()):otherwise("B") }))
    assert.equal(1, select(2, text:gsub("b%.equal { \"SPY\"", "")))
    assert.equal(1, select(2, text:gsub("b%.all {", "")))
  end)

  it("has long things that are equal once in its compact form, too", function()
    local function calm()
      return b.equal { "SPY", "TLT", "GLD", "a ticker so long that it", "has a line of its own" }
    end
    local tree = b.when(b.rsi("SPY", 10):gt(80), calm()):otherwise(b.equal { calm(), "B" })
    local text = write.compact(strategy_of(tree))
    assert.equal(1, select(2, text:gsub('"GLD"', "")))
  end)

  it("leaves short things where they are used", function()
    local function hot() return b.rsi("SPY", 10):gt(79) end
    local function choice(other) return b.when(hot(), b.equal { "A" }):otherwise(other) end
    assert.equal([[b.equal {
    b.when(b.rsi("SPY", 10):gt(79), b.equal { "A" }):otherwise("B"),
    b.when(b.rsi("SPY", 10):gt(79), b.equal { "A" }):otherwise("C"),
  }]], root_text(b.equal { choice "B", choice "C" }))
  end)

  it("keeps every bit of a number", function()
    local texts = { ["0"] = 0, ["0.1"] = 0.1, ["0.3333333333333333"] = 1 / 3, ["-79.5"] = -79.5,
      ["0.30000000000000004"] = 0.1 + 0.2, ["9007199254740991"] = 2 ^ 53 - 1, ["1e+21"] = 1e21,
      ["4.94065645841247e-324"] = 5e-324, ["1.7e+300"] = 1.7e300 }
    for text, number in pairs(texts) do
      assert.equal(('b.when(b.close("SPY"):gt(%s), "SPY"):otherwise("TLT")'):format(text),
        root_text(b.when(b.close("SPY"):gt(number), "SPY"):otherwise("TLT")))
    end
  end)

  it("takes any text as a name", function()
    local names = { "", "end", "b", "part", "9 lives", "\"]]\\\n\r\0--", "\255\254", "größer",
      "🧙", "\226\128\174evil", "a.b", ("long "):rep(100), "Bull", "bull", "BULL" }
    local list, turned = {}, {}
    for i, name in ipairs(names) do
      list[i] = b.group(name, b.equal { "SPY", "TLT", "GLD", "QQQ", "T" .. i })
      table.insert(turned, 1, list[i])
    end
    local text = round_trip(b.strategy { name = "\n--[[ \"x\" ]]\r\nos.exit() --\226\129\167",
      b.equal { b.equal(list), b.equal(turned) } })
    assert.is_nil(text:find "\226\128\174" or text:find "\226\129\167")
    assert.truthy(text:find("\n-- os.exit() --\n", 1, true))
    for _, name in ipairs { "bull", "bull_2", "bull_3", "group_9_lives", "end_2", "b_2" } do
      assert.truthy(text:find("local " .. name .. " =", 1, true), name)
    end
  end)

  it("declares params with their names, defaults and values", function()
    local params = { b.param("b", 1, { 1, 2, 4 }), b.param("end", 2, { 2 }),
      b.param("t", "SPY", { "SPY", "A\"B" }), b.param("half", 0.5, b.range(0.1, 0.9, 0.2)),
      b.param("down", 30, b.range(30, 10, -10)), b.param("other", 5, { 6 }) }
    local text = round_trip(strategy_of(b.when(b.rsi(params[3], params[1] * 2 + 1):gt(params[4]),
      b.weighted { { 0.5 - params[4] / 2, "A" } })
      :elsewhen(b.rsi("SPY", 3 - params[1] * (params[1] + -1) ):gt(-(params[5] - 1)), params[3])
      :otherwise(b.top(params[2], b.rsi(params[6]), { "A", "B" }))))
    assert.truthy(text:find([[
local b_2 = b.param("b", 1, { 1, 2, 4 })
local end_2 = b.param("end", 2)
local t = b.param("t", "SPY", { "SPY", "A\"B" })
local half = b.param("half", 0.5, b.range(0.1, 0.9, 0.2))
local down = b.param("down", 30, b.range(30, 10, -10))
local other = b.param("other", 5, { 6 })
]], 1, true), text)
    assert.truthy(text:find("3 - b_2 * (b_2 + -1)", 1, true), text)
    assert.truthy(text:find("-(down - 1)", 1, true), text)
  end)

  it("keeps tickers that are made of others", function()
    local other = b.param("other", "TLT", { "TLT", "GLD" })
    local times = b.param("times", 2, { 2, 3 })
    local text = round_trip(strategy_of(b.when(b.rsi(b.ratio("SPY", other), 10):gt(50),
      b.leverage("SPY", times)):otherwise(b.leverage("SPY", 0.75))))
    assert.truthy(text:find('b.rsi(b.ratio("SPY", other), 10)', 1, true), text)
    assert.truthy(text:find('b.leverage("SPY", times)', 1, true), text)
  end)

  it("keeps what a selection bound", function()
    local strategy = load.strategy "examples/import_and_select.lua"
    local text = round_trip(strategy)
    assert.truthy(text:find(":gt(79 + hotter_by)", 1, true), text)
  end)

  it("says what has no words in Lua", function()
    local strategy = strategy_of(b.when(b.rsi("SPY", 10):gt(79), "SPY"):otherwise("TLT"))
    strategy:select { indicator = "rsi" }:param("indicator", "kind", "rsi", { "rsi", "sma" })
    local node = { kind = "group", name = "ring" }
    node.child = node
    for _, form in ipairs { write.lua, write.compact } do
      failures.mentions({ "indicator that the param kind chooses cannot be written" }, form, strategy)
      failures.mentions({ "tree contains itself" }, form, strategy_of(node))
    end
  end)

  it("keeps settings that are not the usual ones", function()
    local text = round_trip(b.strategy { name = "X", rebalance = { corridor = 0.05 }, fill = "open",
      costs = { profile = "alpaca", slippage = 0.0005, whole_shares = { "SPY" } },
      options = { ddof = 0 }, "SPY" })
    assert.truthy(text:find([[
return b.strategy {
  name = "X",
  rebalance = { corridor = 0.05 },
  fill = "open",
  costs = { profile = "alpaca", slippage = 0.0005, whole_shares = { "SPY" } },
  options = { ddof = 0 },
  "SPY",
}
]], 1, true), text)
  end)

  it("is the same for random strategies of all constructs", function()
    for seed = 1, helper.sanitized and 20 or 150 do
      local strategy = random_strategy.strategy(seed)
      local ok, text, again = pcall(round_trip, strategy)
      assert(ok, ("seed %d: %s"):format(seed, tostring(text)))
      assert.equal(plan_hash(strategy), plan_hash(again))
    end
  end)
end)

describe("a large strategy", function()
  local function hot(i) return b.rsi("T" .. i % 50, 10 + i):gt(50 + i / 1000) end

  it("has as many choices in a row as it likes", function()
    local link = b.when(hot(0), "A")
    for i = 1, 998 do link = link:elsewhen(hot(i), "B" .. i) end
    local text = round_trip(strategy_of(link:otherwise("C")))
    assert.is_true(select(2, text:gsub(":elsewhen", "")) > 900)
  end)

  it("may be 1000 levels deep, in each direction", function()
    local groups, choices, conditions, series = "A", "A", hot(1), b.close("A")
    for i = 1, 990 do
      groups = b.group("level " .. i, groups)
      choices = b.when(hot(i), choices):otherwise("B")
      conditions = b.any { conditions, hot(i) }
      series = series + b.close("T" .. i)
    end
    local roots = { groups, choices, b.when(conditions, "A"):otherwise("B"),
      b.when(series:gt(1), "A"):otherwise("B") }
    for _, root in ipairs(roots) do
      assert.is_true(longest_line(round_trip(strategy_of(root))) <= 100)
    end
  end)

  it("may fill the registers of LuaJIT", function()
    local params, nodes, deep = {}, {}, "SPY"
    for i = 1, 40 do params[i] = b.param("p" .. i, i, { i, i + 100 }) end
    for i = 1, 100 do
      nodes[i] = b.equal { "SPY", b.top(1, b.rsi(params[i % 40 + 1]), { "TLT", "GLD", "T" .. i }) }
    end
    for i = 1, 300 do
      deep = b.mixed(b.rsi("SPY", i), 1, 2, nodes[i % 100 + 1],
        b.top(3, b.rsi(i), { "A", "B", deep }))
    end
    local text = round_trip(strategy_of(deep))
    assert.truthy(text:find("\nlocal p40 = ", 1, true))
    nodes[101] = b.choice(b.param("c", "a", { "a", "b" }), { a = b.enter_exit { enter = hot(1),
      exit = hot(2), inside = deep, outside = "A" }, b = deep })
    round_trip(strategy_of(b.equal(nodes)))
  end)

  it("may have more variables than LuaJIT has room for", function()
    local params, nodes = {}, {}
    for i = 1, 60 do params[i] = b.param("p" .. i, i, { i, i + 100 }) end
    for i = 1, 2500 do
      local node = b.group("Node " .. i, b.equal { "SPY", "TLT", "GLD", "T" .. i })
      nodes[#nodes + 1] = b.when(b.rsi("SPY", params[i % 60 + 1]):gt(i), node):otherwise(node)
    end
    local text = round_trip(strategy_of(b.equal(nodes)))
    assert.truthy(text:find("\nparam.p1 = b.param(\"p1\", 1, { 1, 101 })\n", 1, true))
    assert.truthy(text:find("\n    part.node_1 = ", 1, true))
  end)

  it("may be wide", function()
    local names, plain = {}, {}
    for i = 1, 20000 do
      names[i] = b.group("Name " .. i, b.equal { "SPY", "T" .. i % 4000 })
      plain[i] = "T" .. i % 4000
    end
    round_trip(strategy_of(b.equal { b.equal(names), b.equal(plain) }))
  end)
end)

describe("strategies that ship", function()
  for _, file in ipairs(simulated.lua_files "strategies") do
    it(file .. " computes the same bytes when it is written", function()
      round_trip(load.strategy("strategies/" .. file))
      local base = helper.scratch()
      local _, err, code = helper.run { "import", "strategies/" .. file, "-o", base .. "/w.lua" }
      assert.same({ "", 0 }, { err, code })
      local answers = {}
      for i, path in ipairs { "strategies/" .. file, base .. "/w.lua" } do
        local weights, equity = base .. "/weights" .. i, base .. "/equity" .. i
        local out, why = simulated.run { "run", path, "--json", "--weights", weights,
          "--equity", equity }
        assert.equal("", why)
        answers[i] = { (out:gsub('"timing".*', "")), helper.read(weights), helper.read(equity) }
      end
      assert.truthy(#answers[1][2] > 10000)
      assert.same(answers[1], answers[2])
    end)
  end
end)

describe("banyan import", function()
  it("writes to standard output, or to a file", function()
    local out, err, code = helper.run { "import", "examples/frontrunner.json" }
    assert.same({ "", 0 }, { err, code })
    assert.equal("-- Frontrunner\n--\n-- Made up to show the import\n", out:match "^(.-)local")
    local path = helper.scratch() .. "/out.lua"
    local nothing = helper.run { "import", "examples/frontrunner.json", "-o", path }
    assert.same({ "", out }, { nothing, helper.read(path) })
    assert_same(load.strategy "examples/frontrunner.json", load.strategy(path))
  end)

  it("says what is wrong with a file as run does", function()
    local bad = helper.write(helper.scratch() .. "/bad.json", '{"step": "root"}')
    for _, path in ipairs { bad, "/nowhere.json", "/nowhere.lua", "examples/demo_plan.lua",
      "README.md" } do
      local out, err, code = helper.run { "import", path }
      local _, wanted, wanted_code = simulated.run { "run", path }
      assert.same({ "", wanted, wanted_code }, { out, err, code })
      assert.equal(3, code)
    end
  end)

  it("says when it cannot write", function()
    local _, err, code = helper.run { "import", "examples/frontrunner.json", "-o",
      "/nowhere/x.lua" }
    assert.equal(2, code)
    assert.truthy(err:find("cannot write /nowhere/x.lua", 1, true))
  end)
end)

local SHARED = { "composer/anansi.json", "composer/frontrunner.json", "defsymphony/beefier_3x.clj",
  "defsymphony/beta_baller.clj", "defsymphony/doctor_strange.clj", "defsymphony/gold.clj",
  "defsymphony/hedged_sector_rotator.clj", "defsymphony/holy_grail.clj",
  "defsymphony/lose_money.clj", "defsymphony/max_dd_tqqq_vs_smh.clj",
  "defsymphony/rains_em_dancer.clj", "defsymphony/simons_full_kmlm.clj",
  "defsymphony/soxl_growth.clj", "defsymphony/tqqq_ftlt.clj", "defsymphony/wamcore.clj",
  "quantmage/highc.json", "quantmage/small.json", "flow/mfi_switch.json" }

describe("real strategies", function()
  if not shared.present() then
    it("are here", function() pending(shared.absent) end)
    return
  end
  for _, name in ipairs(SHARED) do
    it(name .. " is the same when it is written", function()
      local strategy = load.strategy(shared.folder .. "/strategies/" .. name)
      local text, again = round_trip(strategy)
      assert.equal(plan_hash(strategy), plan_hash(again))
      assert.is_true(select(2, text:gsub("\n", "")) < 1500)
    end)
  end
end)
