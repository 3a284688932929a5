-- SPDX-License-Identifier: MIT
-- banyan now: at the price that it names a condition flips, and one tick before it does not; proved on bar stores that
-- have that price, by the whole strategy and the engine alone.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local cjson = require "cjson"
local b = require "banyan"
local comparison_of = require "banyan.now.comparison"
local flips_of = require "banyan.now.flips"
local explain = require "banyan.explain"
local helper = require "spec.helper"
local load = require "banyan.load"
local now_of = require "banyan.now"
local planted = require "spec.planted_bars"
local shared = require "spec.shared"
local simulated = require "spec.simulated"
local what_if_of = require "banyan.now.what_if"

local SESSIONS = 220
local bars = planted.walks({ AAA = 48.2, BBB = 2.1, CCC = 0.47, DDD = 210 }, SESSIONS)
local store = planted.write(bars)

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

-- The last session of a strategy over a store: its reasons by text, and its targets.
local function last_session(strategy, data, options)
  local given = { data = data }
  for key, value in pairs(options or {}) do given[key] = value end
  local explainer = explain.open(strategy, given)
  local day = explainer:day(explainer.days)
  local reader = require "banyan.explain_condition".new(explainer.reading.trace, explainer.reading.assignment)
  local function read(condition) return reader:read(condition, day.row).holds end
  return day, read, function() explainer:close() end
end

-- What a strategy wants, and whether a condition holds, when a ticker closes otherwise on its last bar.
local function replanted(of, ticker, price, condition)
  return planted.with(of.bars, ticker, of.bars[ticker].n, "close", price, function(data)
    local day, read, close = last_session(of.strategy, data, of.options)
    local holds, targets = read(condition), day.targets
    close()
    return holds, targets
  end)
end

-- Checks each flip of a condition on both sides of it; how many there were.
local function check_condition(of, condition)
  local count = 0
  for _, entry in ipairs(condition.flips) do
    for _, sign in ipairs { 1, -1 } do
      local flip = sign == 1 and entry.up or sign == -1 and entry.down
      if flip then
        count = count + 1
        local what = ("%s by %s at %.17g"):format(condition.reason.text, entry.ticker, flip.price)
        assert.is_true((flip.price - entry.close) * sign > 0, what)
        local tick = math.floor(flip.price * entry.scale + 0.5)
        assert.equal(tick / entry.scale, flip.price, what)
        local holds, targets = replanted(of, entry.ticker, flip.price, condition.reason.condition)
        assert.equal(not condition.reason.holds, holds, what)
        assert.is_true(now_of.same(targets, flip.holdings), what)
        local before = (tick - sign) / entry.scale
        if (before - entry.close) * sign > 0 then
          assert.equal(condition.reason.holds, (replanted(of, entry.ticker, before, condition.reason.condition)), what)
        end
      end
    end
  end
  return count
end

local function strategy_of(condition)
  return b.strategy { name = "One", b.when(condition, "AAA"):otherwise("BBB") }
end

local equity = b.when(b.rsi("CCC", 5):gt(50), "AAA"):otherwise(b.equal { "BBB", "DDD" })

-- Conditions of all kinds, near to flip by how the walks ended.
local CONDITIONS = {
  ["a price and its average"] = b.close("AAA"):gt(b.sma("AAA", 20)),
  ["two tickers"] = b.rsi("AAA", 10):gt(b.rsi("BBB", 14)),
  ["three tickers"] = (b.close("AAA") / b.close("BBB")):gt(b.sma("CCC", 5) * 45),
  ["a price below 1"] = b.ema("CCC", 9):gt(b.close("CCC")),
  ["wilder's range"] = b.atr("AAA", 7):gt(1.2),
  ["deviation"] = b.stdev_return("BBB", 8):lt(1.6),
  ["deviation of prices"] = b.stdev_price("BBB", 8):lt(0.05),
  ["drawdown"] = b.max_drawdown("DDD", 30):lt(9),
  ["bands"] = b.bollinger_percent_b("AAA", 20, 2):gt(0.5),
  ["macd"] = b.macd("DDD", 12, 26, 9):gt(b.macd_signal("DDD", 12, 26, 9)),
  ["correlation"] = b.correlation("AAA", "BBB", 12):gt(0.05),
  ["rank in a window"] = b.percentile("AAA", 30):gt(50),
  ["bars since"] = b.aroon_up("BBB", 14):gt(40),
  ["a ratio"] = b.rsi(b.ratio("AAA", "DDD"), 7):gt(50),
  ["a leverage"] = b.close(b.leverage("BBB", 3)):gt(b.sma(b.leverage("BBB", 3), 10)),
  ["a node's equity"] = b.cumulative_return(equity, 5):gt(0.5),
  ["several days"] = b.close("DDD"):gt(b.sma("DDD", 100) * 0.5):for_days(3),
  ["of all"] = b.all { b.rsi("AAA", 5):lt(99), b.none { b.rsi("BBB", 5):gt(97) } },
}

describe("the flips of", function()
  for name, condition in pairs(CONDITIONS) do
    it(name .. " are exact", function()
      local of = { strategy = strategy_of(condition), bars = bars }
      local now, count = now_of.of(of.strategy, { data = store }), 0
      for _, each in ipairs(now.conditions) do count = count + check_condition(of, each) end
      assert.is_true(count > 0, "none was found")
    end)
  end

  -- Every tick, up to a multiple of the close.
  local NEAREST = { b.stdev_return("BBB", 8):lt(1.6), b.stdev_price("BBB", 8):lt(0.05), b.zscore("BBB", 9):lt(1),
    b.correlation("BBB", "AAA", 12):gt(0.05), b.close("BBB"):eq(2.5), b.rsi("BBB", 6):gte(60),
    b.stdev_return("BBB", 20):gt(2.2), b.cci("BBB", 9):gt(60) }
  for i, condition in ipairs(NEAREST) do
    it("condition " .. i .. " are the nearest ones", function()
      local strategy = strategy_of(condition)
      local now = now_of.of(strategy, { data = store })
      local entry, reason = now.conditions[1].flips[1], now.conditions[1].reason
      local explainer = explain.open(strategy, { data = store })
      local what_if = what_if_of.new(explainer.at.market, now.day.row, { data = store })
      local alone = comparison_of.new(strategy, reason.condition, {}, what_if)
      local function first(from, to, step)
        for tick = from, to, step do
          if alone:at("BBB", tick / entry.scale).holds ~= reason.holds then return tick / entry.scale end
        end
      end
      local close, reach = entry.close * entry.scale, helper.sanitized and 1.2 or 3
      local up = first(math.floor(close) + 1, math.floor(close * reach), 1)
      local down = first(math.ceil(close) - 1, math.ceil(close / reach), -1)
      if up then assert.equal(up, entry.up and entry.up.price) end
      if down then assert.equal(down, entry.down and entry.down.price) end
      if entry.up and entry.up.price < entry.close * reach then assert.equal(entry.up.price, up) end
      if entry.down and entry.down.price > entry.close / reach then assert.equal(entry.down.price, down) end
      alone:close()
      what_if:close()
      explainer:close()
    end)
  end

  it("what no last close has a say in are none", function()
    local function only(condition)
      local now = now_of.of(strategy_of(condition), { data = store })
      assert.equal(1, #now.conditions)
      assert.equal(math.huge, now.conditions[1].nearest)
      return now.conditions[1]
    end
    assert.equal("it looks at earlier sessions alone", only(b.close("AAA"):gt(40):days_ago(1)).why)
    assert.equal("it looks at earlier sessions alone", only(b.all { b.close("AAA"):gt(40) }:days_ago(2)).why)
    assert.equal("no last close has a say in it", only(b.close("AAA"):days_ago(1):gt(40)).why)
    assert.equal("no last close has a say in it", only(b.month():gt(6)).why)
    has(only(b.close("AAA"):lt(b.close("AAA"):days_ago(1)):for_days(40)).why, "it did not hold on ")
    assert.is_nil(only(b.rsi("AAA", 10):gt(101)).why)
  end)
end)

describe("what a filter takes", function()
  -- The names that the only filter of a strategy takes, over a store.
  local function taken(strategy, data)
    local explainer, names = explain.open(strategy, { data = data }), {}
    for _, node in ipairs(explainer:day(explainer.days).nodes) do
      for _, each in ipairs(node.ranking and node.ranking.taken or {}) do names[#names + 1] = each.name end
    end
    explainer:close()
    table.sort(names)
    return table.concat(names, " ")
  end

  local FILTERS = {
    ["one of assets"] = b.top(1, b.rsi(10), { "AAA", "BBB", "CCC" }),
    ["the lowest two"] = b.bottom(2, b.stdev_return(9), { "AAA", "BBB", "CCC", "DDD" }),
    ["sub-trees"] = b.top(1, b.cumulative_return(5), { b.equal { "AAA", "BBB" }, "CCC", "DDD" }),
    ["against another ticker"] = b.top(1, b.correlation("DDD", 12), { "AAA", "BBB", "CCC" }),
  }
  for name, node in pairs(FILTERS) do
    it(("changes at the price that is named: %s"):format(name), function()
      local strategy = b.strategy { name = "Ranked", node }
      local now, count = now_of.of(strategy, { data = store }), 0
      local at_close = taken(strategy, store)
      for _, entry in ipairs(now.rankings[1].flips) do
        for sign, flip in pairs { [1] = entry.up or false, [-1] = entry.down or false } do
          if flip then
            count = count + 1
            local tick = math.floor(flip.price * entry.scale + 0.5)
            local function at(ticks)
              local price = ticks / entry.scale
              return planted.with(bars, entry.ticker, SESSIONS, "close", price, function(data)
                return taken(strategy, data)
              end)
            end
            assert.are_not.equal(at_close, at(tick))
            if ((tick - sign) / entry.scale - entry.close) * sign > 0 then assert.equal(at_close, at(tick - sign)) end
          end
        end
      end
      assert.is_true(count > 1)
    end)
  end

  it("is left out where it takes all", function()
    local all = b.strategy { name = "All", b.top(2, b.rsi(10), { "AAA", "BBB" }) }
    assert.same({}, now_of.of(all, { data = store }).rankings)
  end)
end)

describe("a tick", function()
  it("is 0.01 from 1 on, and has four digits below", function()
    local wanted = { [512.3] = 2, [1] = 2, [0.999] = 4, [0.1] = 4, [0.0999] = 5, [0.000123] = 7, [1e-30] = 18 }
    for price, decimals in pairs(wanted) do assert.equal(decimals, flips_of.decimals(price), price) end
  end)
end)

-- Every node that decides, with params and a latch.
local EVERYTHING = [[
local b = require "banyan"
local hot = b.param("hot", 55, { 55, 60 })
local dip = b.when(b.all { b.rsi("AAA", 5):lt(45), b.any { b.rsi("BBB", 5):lt(40), b.rsi("CCC", 5):gt(50) } }, "DDD")
  :otherwise(b.inverse_vol(10, { "AAA", "BBB" }))
return b.strategy { name = "Everything", rebalance = "monthly", b.weighted {
  { 0.3, b.top(1, b.rsi(10), { "AAA", "BBB", dip }) },
  { 0.3, b.switch({ b.rsi("AAA", 10):gt(hot), b.rsi("BBB", 10):gt(50) }, { "AAA", dip, "CCC" }) },
  { 0.3, b.enter_exit { enter = b.rsi("DDD", 5):gt(60), exit = b.rsi("DDD", 5):lt(40), inside = "AAA",
      outside = dip } } } }]]

describe("banyan now", function()
  local path = helper.write(helper.scratch() .. "/everything.lua", EVERYTHING)

  it("finds the conditions of all kinds of nodes", function()
    local of = { strategy = load.strategy(path), bars = bars, options = { params = { hot = 60 } } }
    local now, count = now_of.of(of.strategy, { data = store, params = { hot = 60 } }), 0
    local texts = {}
    for _, each in ipairs(now.conditions) do
      texts[each.reason.text] = true
      count = count + check_condition(of, each)
    end
    assert.is_true(texts["rsi(AAA, 10) > 60"] and texts["rsi(DDD, 5) > 60"] and texts["rsi(DDD, 5) < 40"])
    assert.is_true(count >= 4)
  end)

  it("sorts by nearness and tells the same as text and as JSON", function()
    local out, err, code = helper.run { "now", path, "--data", store, "--json" }
    assert.equal(0, code, err)
    local found, before, rows = cjson.decode(out), -1, 0
    assert.equal("banyan.now/1", found.schema)
    assert.same({ hot = 55 }, found.params)
    for _, each in ipairs(found.conditions) do
      local nearest = each.nearest == cjson.null and math.huge or each.nearest
      assert.is_true(nearest >= before)
      before = nearest
    end
    for _, each in ipairs(found.rankings) do found.conditions[#found.conditions + 1] = each end
    for _, each in ipairs(found.conditions) do
      for _, entry in ipairs(each.tickers) do
        for _, flip in ipairs { entry.up, entry.down } do
          if flip ~= cjson.null then
            rows = rows + 1
            assert.equal(flip.price / entry.close - 1, flip.distance)
          end
        end
      end
    end
    local text = helper.run { "now", path, "--data", store }
    has(text, "Everything on " .. found.date)
    has(text, "held")
    local lines = 0
    for line in text:gmatch "[^\n]+" do lines = lines + (line:find "^%s*[+-]?[%d,]+%.%d%d%%  %u" and 1 or 0) end
    assert.equal(rows, lines)
  end)

  it("looks at an earlier day with --to, and warns of old bars and of a ticker that ends first", function()
    local short = planted.walks({ AAA = 48.2, BBB = 2.1 }, 100)
    for _, name in ipairs { "time", "open", "high", "low", "close", "volume" } do short.BBB[name][100] = nil end
    short.BBB.n = 99
    local data = planted.write(short)
    local one = helper.write(helper.scratch() .. "/one.lua", [[local b = require "banyan"
      return b.strategy { name = "One", b.when(b.rsi("AAA", 5):gt(50), "AAA"):otherwise("BBB") }]])
    local _, err = helper.run { "now", one, "--data", data }
    has(err, "as BBB has no bar after it; others go on to")
    has(err, "days ago")
    local out, quiet = helper.run { "now", one, "--data", data, "--to", "2019-03-15" }
    has(out, "One on 2019-03-15")
    assert.equal("", quiet)
  end)

  it("refuses what it cannot answer", function()
    local _, err, code = helper.run { "now", "nowhere.lua", "--data", store }
    assert.same({ 3, true }, { code, err:find("nowhere.lua", 1, true) ~= nil })
    _, err, code = helper.run { "now", path, "--data", store, "-p", "cold=1" }
    assert.equal(3, code)
    has(err, "no param 'cold'")
    _, err, code = helper.run { "now", path, "--data", helper.scratch() }
    assert.equal(4, code)
    has(err, "no bar store")
    _, err, code = helper.run { "now", path, "--data", store, "--to", "2018-01-01" }
    assert.equal(4, code)
    has(err, "no session")
  end)

  it("answers for the strategies that ship", function()
    for _, file in ipairs(simulated.lua_files "strategies") do
      local out, err, code = simulated.run { "now", "strategies/" .. file }
      assert.equal(0, code, err)
      has(out, "SIMULATED")
      has(out, "flips at")
    end
  end)

  it("is exact on real prices and trees", function()
    if not shared.present() then pending(shared.absent) return end
    local real = shared.import(shared.folder .. "/data/us_daily_adjusted")
    for _, name in ipairs { "simons_full_kmlm", "wamcore", "tqqq_ftlt" } do
      local strategy = load.strategy(shared.strategy(name))
      local now = now_of.of(strategy, { data = real })
      local tickers = strategy:tickers(strategy:assignment())
      local of = { strategy = strategy, bars = planted.read(real, tickers, now.day.date) }
      local checked = 0
      for i = 1, math.min(#now.conditions, helper.sanitized and 1 or 4) do
        checked = checked + check_condition(of, now.conditions[i])
      end
      assert.is_true(checked > 0)
    end
  end)
end)

describe("the name of a strategy", function()
  it("moves no cursor, whatever is in it", function()
    local path = helper.write(helper.scratch() .. "/named.lua",
      'return require "banyan".strategy { name = "a\\27[2Jb\\0c\\255", "AAA" }\n')
    for _, words in ipairs { { "run" }, { "now" }, { "run", "--from", "2999-01-01" }, { "run", "-p", "no=1" } } do
      table.insert(words, 2, path)
      words[#words + 1], words[#words + 2] = "--data", store
      local out, err = helper.run(words)
      assert.is_nil((out .. err):find "[%z\1-\8\11-\31\127]", out .. err)
    end
  end)
end)
