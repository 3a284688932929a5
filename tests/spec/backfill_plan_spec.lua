-- SPDX-License-Identifier: MIT
local failure = require "banyan.failure"
local helper = require "spec.helper"
local load = require "banyan.load"
local plan_of = require "banyan.backfill.plan"
local planned = require "spec.planned"

local NOW = planned.time "2024-03-16 12:00"

local function check(fields, provider, environment)
  local all = { provider = planned.provider(provider), symbols = { "SPY" } }
  for key, value in pairs(fields or {}) do
    if value == "none" then all[key] = nil else all[key] = value end
  end
  return plan_of.check(all, { now = NOW, environment = function(name)
    return (environment or {})[name]
  end })
end

local function refuses(status, fragment, ...)
  local ok, raised = pcall(check, ...)
  assert.is_false(ok, "not refused: " .. fragment)
  local known = failure.failure_of(raised)
  assert.is_truthy(known, tostring(raised))
  assert.is_truthy(known.message:find(fragment, 1, true),
    ("'%s' is not in: %s"):format(fragment, known.message))
  assert.equal(status, known.status)
end

describe("a plan", function()
  it("leaves open what can be told", function()
    local plan = check()
    assert.equal("fake", plan.name)
    assert.equal("fake/raw", plan.dataset)
    assert.same({ "1d" }, plan.timeframes)
    assert.same({ "SPY" }, plan.symbols)
    assert.equal("2019-03-17", plan.from)
    assert.is_nil(plan.to)
    assert.equal("https://data.example.com", plan.base_url)
    assert.same({ { count = 200, period_s = 60, weighted = false } }, plan.limits)
    assert.equal(8, plan.concurrency)
    assert.is_nil(plan.ca_file)
  end)

  it("takes what its provider says", function()
    local plan = check(nil, { default_from = "2016-01-01", feeds = { "sip", "iex" },
      adjustments = { "all" }, concurrency = 3, timeframes = { ["5m"] = "five" } })
    assert.equal("2016-01-01", plan.from)
    assert.equal("fake/sip/all", plan.dataset)
    assert.same({ "5m" }, plan.timeframes)
    assert.equal(3, plan.concurrency)
    assert.equal("2024-01-01", check(nil, { earliest = "2024-01-01" }).from)
    assert.equal("2023-03-17",
      check(nil, { default_from = function(now)
        return require("banyan.dates").format(now - 365 * 86400)
      end }).from)
  end)

  it("says what it wants", function()
    local plan = check({ symbols = { "TLT", "SPY", "TLT" }, timeframes = { "1m", "1d", "1m" },
      from = "2020-01-02", to = "2020-12-31", adjustment = "all", feed = "iex", concurrency = 64 },
      { feeds = { "sip", "iex" } })
    assert.same({ "SPY", "TLT" }, plan.symbols)
    assert.same({ "1m", "1d" }, plan.timeframes)
    assert.equal("fake/iex/all", plan.dataset)
    assert.equal("2020-12-31", plan.to)
    assert.equal(64, plan.concurrency)
  end)

  it("is refused with the place, and what there is", function()
    refuses("STRATEGY", "did you mean 'symbols'?", { symbol = { "SPY" } })
    refuses("STRATEGY", "names no provider", { provider = "none" })
    refuses("PROVIDER", "did you mean 'alpaca'?", { provider = "alpacca" })
    refuses("STRATEGY", "names no symbols", { symbols = "none" })
    refuses("STRATEGY", "'symbols' is a list", { symbols = {} })
    refuses("STRATEGY", "entry 2 of 'symbols' is a number", { symbols = { "SPY", 7 } })
    refuses("STRATEGY", "entry 1 of 'symbols': 'S P' is no symbol", { symbols = { "S P" } })
    refuses("STRATEGY", "at most 31", { symbols = { ("X"):rep(32) } })
    refuses("PROVIDER", "no symbol 'SPX'; it has QQQ SPY", { symbols = { "SPX" } },
      { symbols = { "QQQ", "SPY" } })
    refuses("PROVIDER", "no timeframe '1h'; it has 1d 1m", { timeframes = { "1h" } })
    refuses("STRATEGY", "entry 1 of 'timeframes' is a number", { timeframes = { 1 } })
    refuses("STRATEGY", "say which timeframes", nil, { timeframes = { ["1m"] = 1, ["5m"] = 5 } })
    refuses("PROVIDER", "no adjustment 'al'; did you mean 'all'?", { adjustment = "al" })
    refuses("PROVIDER", "adjustment 'all' only, not 'raw'", { adjustment = "raw" },
      { adjustments = { "all" } })
    refuses("PROVIDER", "no feeds", { feed = "sip" })
    refuses("PROVIDER", "no feed 'spi'", { feed = "spi" }, { feeds = { "sip", "iex" } })
    refuses("STRATEGY", "has 53 characters, at most 46", nil,
      { name = ("n"):rep(24), feeds = { ("f"):rep(24) } })
    refuses("STRATEGY", "'auth' is a function", { auth = "Bearer" })
    refuses("STRATEGY", "fake: bring a map", nil, { check = function() return "bring a map" end })
  end)

  it("has days that exist, in order", function()
    refuses("STRATEGY", "'from' is a day like", { from = "2020-02-30" })
    refuses("STRATEGY", "'to' is a day like", { to = 20200101 })
    refuses("STRATEGY", "is after 'to'", { from = "2020-02-03", to = "2020-01-02" })
    refuses("STRATEGY", "is in the future", { from = "2024-03-17" })
    refuses("PROVIDER", "from 2010-01-04 to 2023-12-29, none from 2024-01-02 to 2024-01-31",
      { from = "2024-01-02", to = "2024-01-31" },
      { earliest = "2010-01-04", latest = "2023-12-29" })
    refuses("PROVIDER", "none from 2009-01-02", { from = "2009-01-02", to = "2009-01-31" },
      { earliest = "2010-01-04" })
    assert.equal("2023-12-29", check(nil, { latest = "2023-12-29" }).to)
  end)

  it("has limits, which override those of the provider", function()
    assert.same({ { count = 3, period_s = 1, weighted = false },
      { count = 100, period_s = 60, weighted = false },
      { count = 6000, period_s = 60, weighted = true } },
      check({ limits = { per_second = 3, per_minute = 100, weight_per_minute = 6000 } }).limits)
    assert.same({ { count = 1, period_s = 120, weighted = false } },
      check({ limits = { per_minute = 0.5 } }).limits)
    refuses("STRATEGY", "did you mean 'per_minute'?", { limits = { per_minutes = 1 } })
    refuses("STRATEGY", "'per_day' in 'limits' is a number above 0", { limits = { per_day = 0 } })
    refuses("STRATEGY", "'per_day' in 'limits' is a number above 0", { limits = { per_day = "9" } })
    refuses("STRATEGY", "less than a request a month", { limits = { per_day = 0.01 } })
    refuses("STRATEGY", "'limits' is a table", { limits = 200 })
    refuses("STRATEGY", "from 1 to 64", { concurrency = 0 })
    refuses("STRATEGY", "from 1 to 64", { concurrency = 65 })
    refuses("STRATEGY", "from 1 to 64", { concurrency = 1.5 })
  end)

  it("brings a hook in the place of the provider's", function()
    local function hook() return {} end
    local provider = planned.provider()
    local plan = plan_of.check({ provider = provider, symbols = { "SPY" }, auth = hook },
      { now = NOW })
    assert.equal(hook, plan.provider.auth)
    assert.is_nil(provider.auth)
  end)

  it("names a file with certificates that is there", function()
    local path = helper.write(helper.scratch() .. "/ca.pem", "PEM")
    assert.equal(path, check({ ca_file = path }).ca_file)
    assert.equal(path, check(nil, nil, { BANYAN_CA_FILE = path }).ca_file)
    refuses("STRATEGY", "there is no file /nowhere.pem", { ca_file = "/nowhere.pem" })
    refuses("STRATEGY", "BANYAN_CA_FILE is the path", nil, nil, { BANYAN_CA_FILE = "/nowhere.pem" })
  end)
end)

describe("the address of a provider", function()
  it("is that of the plan, the environment, or its own", function()
    local environment = { BANYAN_FAKE_URL = "http://127.0.0.1:8080/" }
    assert.equal("https://a.example.com/v1",
      check({ base_url = "https://a.example.com/v1/" }, nil, environment).base_url)
    assert.equal("http://127.0.0.1:8080", check(nil, nil, environment).base_url)
    assert.equal("https://data.example.com", check(nil, nil, { BANYAN_FAKE_URL = "" }).base_url)
    assert.equal("http://localhost", check({ base_url = "http://localhost" }).base_url)
    assert.equal("http://[::1]:80", check({ base_url = "http://[::1]:80" }).base_url)
  end)

  it("is not one to which keys should not go", function()
    refuses("STRATEGY", "http, which is taken for this machine only",
      { base_url = "http://a.example.com" })
    refuses("STRATEGY", "this machine only", { base_url = "http://127.0.0.1.example.com" })
    refuses("STRATEGY", "this machine only", { base_url = "http://localhost.example.com" })
    refuses("STRATEGY", "has a user or a password", { base_url = "https://me:word@example.com" })
    refuses("STRATEGY", "has a user", { base_url = "http://127.0.0.1@example.com" })
    refuses("STRATEGY", "does not begin with https://", { base_url = "ftp://example.com" })
    refuses("STRATEGY", "does not begin with https://", { base_url = "example.com" })
    refuses("STRATEGY", "has a query", { base_url = "https://example.com?key=1" })
    refuses("STRATEGY", "has a query", { base_url = "https://example.com#part" })
    refuses("STRATEGY", "has no host", { base_url = "https:///path" })
    refuses("STRATEGY", "has no host", { base_url = "https://a.example.com:port" })
    refuses("STRATEGY", "without blanks", { base_url = "https://a.example.com/a b" })
    refuses("STRATEGY", "BANYAN_FAKE_URL", nil, nil, { BANYAN_FAKE_URL = "http://example.com" })
  end)

  it("does not show a password in the message", function()
    local _, raised = pcall(check, { base_url = "https://me:word@example.com" })
    assert.is_nil(raised.message:find("word@", 1, true))
  end)

  it("may be any pattern of files for a provider that has none of its own", function()
    local none = { base_url = false }
    local pattern = "https://example.com/{symbol}.csv?d=1"
    assert.equal(pattern, check({ base_url = pattern }, none).base_url)
    assert.equal("folder/{symbol}.csv", check({ base_url = "folder/{symbol}.csv" }, none).base_url)
    assert.is_nil(check(nil, none).base_url)
    refuses("STRATEGY", "this machine only", { base_url = "http://example.com/{symbol}" }, none)
  end)
end)

describe("the symbols of a plan", function()
  local function of_file(text)
    return check({ symbols = helper.write(helper.scratch() .. "/symbols", text) }).symbols
  end

  local function refuses_file(fragment, text)
    refuses("STRATEGY", fragment,
      { symbols = helper.write(helper.scratch() .. "/symbols", text) })
  end

  it("stand in a file, one a line", function()
    assert.same({ "BRK.B", "QQQ", "SPY" }, of_file "# mine\n\nSPY\r\n  QQQ \nBRK.B\nSPY")
    assert.same({ "SPY" }, of_file "\239\187\191SPY")
  end)

  it("stand in the first column of a CSV file", function()
    assert.same({ "QQQ", "SPY" }, of_file "Symbol,Name\n\"SPY\",\"A, B\"\nQQQ,C\n")
    assert.same({ "QQQ", "SPY" }, of_file "# of 2024\nticker\nSPY\nQQQ\n")
  end)

  it("are refused with the line", function()
    refuses_file("line 2: 'A B' is no symbol", "SPY\nA B\n")
    refuses_file("line 2: 'SPY,1' is no symbol", "QQQ\nSPY,1\n")
    refuses_file("line 3: '' is no symbol", "symbol,name\nSPY,a\n,b\n")
    refuses_file("has no symbols", "# nothing\n")
    refuses_file("line 1: 'A?B' is no symbol", "A\0B")
    refuses("STRATEGY", "a single symbol is written symbols = { \"SPY\" }", { symbols = "SPY" })
    refuses("STRATEGY", "no plain file", { symbols = helper.scratch() })
  end)

  it("are not more than can be planned", function()
    local list = {}
    for i = 1, 100001 do list[i] = "S" .. i end
    refuses("STRATEGY", "has 100001 of them", { symbols = list })
  end)

  it("come from a file beside the plan, wherever the program runs", function()
    local folder = helper.scratch()
    helper.write(folder .. "/mine.txt", "TLT\nSPY\n")
    local path = helper.write(folder .. "/plan.lua",
      "return require('banyan').backfill { provider = 'sim', symbols = 'mine.txt' }")
    assert.same({ "SPY", "TLT" }, plan_of.check(load.plan(path)).symbols)
  end)
end)

describe("symbols_of", function()
  local function symbols(strategy, name)
    local folder = helper.scratch()
    helper.write(folder .. "/" .. (name or "mine.lua"), strategy)
    local path = helper.write(folder .. "/plan.lua", ("local b = require 'banyan'\n"
      .. "return b.backfill { provider = 'sim', symbols = b.symbols_of(%q) }"):format(name
      or "mine.lua"))
    return load.plan(path).symbols
  end

  it("finds the tickers of a strategy, in branches and conditions", function()
    assert.same({ "QQQ", "SPY", "TLT" }, symbols [[
      local b = require "banyan"
      return b.strategy { name = "mine",
        b.when(b.rsi("SPY", 10):gt(79), "QQQ"):otherwise("TLT") }]])
  end)

  it("finds what views are made of", function()
    assert.same({ "QQQ", "SPY", "TLT" }, symbols [[
      local b = require "banyan"
      return b.strategy { name = "mine",
        b.when(b.rsi("SPY/TLT", 10):gt(79), "QQQ?L=2"):otherwise("TLT") }]])
  end)

  it("finds all values of params", function()
    assert.same({ "BIL", "QQQ", "SPY", "TLT" }, symbols [[
      local b = require "banyan"
      return b.strategy { name = "mine", b.when(b.rsi("SPY", 10):gt(79),
        b.param("asset", "QQQ", { "TLT", "BIL" })):otherwise("SPY") }]])
    assert.same({ "GLD", "QQQ" }, symbols [[
      local b = require "banyan"
      return b.sweep { over = { asset = { "GLD" } },
        strategy = b.strategy { name = "mine", b.equal { b.param("asset", "QQQ", { "TLT" }) } } }]])
  end)

  it("takes foreign files", function()
    assert.same({ "SPY", "TLT" }, symbols('(defsymphony "Mine" {:rebalance-frequency :daily}'
      .. ' (weight-equal [(asset "SPY" "S") (asset "TLT" "T")]))', "mine.txt"))
  end)

  it("refuses what is none", function()
    local b = require "banyan"
    local ok, raised = pcall(b.symbols_of, { 1 })
    assert.is_false(ok)
    assert.is_truthy(tostring(raised):find("takes a strategy, a sweep, or the path", 1, true))
    ok, raised = pcall(b.symbols_of, "/nowhere.lua")
    assert.is_false(ok)
    assert.is_truthy(tostring(raised):find("/nowhere.lua", 1, true))
  end)
end)
