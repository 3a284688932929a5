-- SPDX-License-Identifier: MIT
-- What `banyan backfill` shows of a driver that says what the spec tells it to: progress, report, JSON, metrics,
-- exit codes, and the rounds of --watch.
local cjson = require "cjson"
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local host = require "banyan.host"
local output = require "banyan.cli.output"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

-- Modules that the verb stands on, as the specs want them.
local fake = { driver = {}, jobs = {}, sessions = {}, plan = {} }
for name, module in pairs(fake) do package.loaded["banyan.backfill." .. name] = module end
local backfill = require "banyan.cli.backfill"
local progress_text = require "banyan.cli.backfill_progress"

local NONE = "the provider has none"
local PLAN = "return require 'banyan'.backfill { provider = 'acme' }\n"

local function new_plan(fields)
  local plan = { name = "acme", dataset = "acme/raw", symbols = { "QQQ", "SPY" }, timeframes = { "1d" },
    from = "2020-01-02", provider = { name = "acme", calendar = "us" } }
  for key, value in pairs(fields or {}) do plan[key] = value end
  return plan
end

local function row(symbol, fields)
  local made = { symbol = symbol, timeframe = "1d", bars = 0, added = 0, unchanged = 0, changed = 0, refused = 0,
    repeated = 0, noted = 0, unfinished = 0 }
  for key, value in pairs(fields or {}) do made[key] = value end
  return made
end

local function new_summary(plan, rows, fields)
  local summary = { provider = plan.name, dataset = plan.dataset, simulated = false, timeframes = plan.timeframes,
    from = plan.from, to = plan.to, symbols = plan.symbols, series = rows, bars = 0, added = 0, unchanged = 0,
    changed = 0, requests = 0, answered = {}, retries = 0, bytes = 0, seconds = 2.5, throttled_s = 0,
    store_seconds = 0.1, check_seconds = 0.1, failed = 0 }
  for _, each in ipairs(rows) do
    for _, key in ipairs { "bars", "added", "unchanged", "changed" } do summary[key] = summary[key] + each[key] end
    if each.failure then summary.failed = summary.failed + 1 end
  end
  for key, value in pairs(fields or {}) do summary[key] = value end
  return summary
end

local plan, folder, texts, real

before_each(function()
  plan = new_plan()
  folder = helper.scratch()
  helper.write(folder .. "/plan.lua", PLAN)
  assert(helper.run { "data", "import", helper.write(folder .. "/A.csv", "date,close\n2020-01-02,1\n"), "--data",
    folder .. "/store" })
  texts = { out = {}, err = {} }
  real = { write = output.write, report = output.report, flush = output.flush, sleep = host.sleep,
    interrupted = host.interrupted, now = clock.now, real = clock.real }
  output.write = function(...) texts.out[#texts.out + 1] = table.concat { ... } end
  output.report = function(text) texts.err[#texts.err + 1] = text .. "\n" end
  output.flush = function() end
  fake.plan.check = function() return plan end
  fake.sessions.report = function() return {} end
end)

after_each(function()
  output.write, output.report, output.flush = real.write, real.report, real.flush
  host.sleep, host.interrupted, clock.now, clock.real = real.sleep, real.interrupted, real.now, real.real
  output.configure {}
end)

-- What the verb writes, and its exit code.
local function run(options)
  options.data = options.data or folder .. "/store"
  local ok, code = pcall(backfill.backfill, options, { folder .. "/plan.lua" })
  local out, err = table.concat(texts.out), table.concat(texts.err)
  if ok then return out, err, code end
  return out, err, assert(failure.failure_of(code), code)
end

local function answers(...)
  local summary = new_summary(plan, ...)
  fake.driver.run = function() return summary end
end

describe("the report", function()
  it("is a line when all is well", function()
    answers({ row("QQQ", { bars = 10, added = 10 }), row("SPY", { bars = 12, added = 2, unchanged = 10 }) })
    local out, err, code = run {}
    assert.same({ "acme/raw: 2 symbols, 22 bars: 12 new, 10 unchanged\n", "", 0 }, { out, err, code })
  end)

  it("tells what was asked for", function()
    answers({ row "QQQ", row "SPY" },
      { requests = 48, bytes = 41234567, seconds = 31, throttled_s = 12, retries = 3 })
    has((run {}), "48 requests, 41.2 MB in 31.00 s, 12.00 s of it waiting for the rate limit; 3 requests sent "
      .. "again\n")
  end)

  it("shows the series that are not simply fine, those that failed first", function()
    plan.symbols = { "A", "B", "C", "D", "E" }
    answers({
      row("A", { bars = 3, added = 3, refused = 2,
        first_refusal = { time = dates.parse "2020-03-04", reason = "high 1 is below low 2" } }),
      row("B", { bars = 5, added = 5 }),
      row("C", { failure = { class = "bad_symbol", message = "acme does not know C" } }),
      row("D", { bars = 8, added = 4, changed = 4, readjusted = 0.5, noted = 1 }),
      row("E", { bars = 1, added = 1 }),
    })
    fake.sessions.report = function()
      return {
        { symbol = "A", timeframe = "1d", expected = 5, missing = {} },
        { symbol = "E", timeframe = "1d", expected = 9, missing = {
          { first = "2020-01-02", last = "2020-01-02", sessions = 1, kind = "before", reason = "young" },
          { first = "2020-01-03", last = "2020-01-03", sessions = 1, kind = "empty", reason = NONE },
          { first = "2020-01-06", last = "2020-01-07", sessions = 2, kind = "refused", reason = "low" },
          { first = "2020-01-09", last = "2020-01-09", sessions = 1, kind = "empty", reason = NONE } } },
      }
    end
    local out, err, code = run {}
    assert.equal(5, code)
    local expected = [[
acme/raw: 5 symbols, 17 bars: 13 new, 4 replaced, 2 refused

symbol  timeframe  new  unchanged  replaced  refused
C       1d           -          -         -        -  failed  acme does not know C
A       1d           3          -         -        2          refused 2020-03-04: high 1 is below low 2
D       1d           4          -         4        -          the source adjusted its history by 0.5; fetched anew
                                                              1 bar kept that look strange
E       1d           1          -         -        -          2 sessions without bars: the provider has none
                                                              2 sessions without bars: refused, low
1 series complete
]]
    assert.equal(expected, (out:gsub(" %(2020%-01%-.-%)", "")))
    has(out, "the provider has none (2020-01-03, 2020-01-09)\n")
    has(out, "refused, low (2020-01-06 to 2020-01-07)\n")
    has(err, "1 series could not be had; the same command asks for what is missing again")
  end)

  it("says once what all series failed for", function()
    local refused = { class = "auth", message = "HTTP 403" }
    answers { row("QQQ", { failure = refused }), row("SPY", { failure = refused }) }
    local out, _, code = run {}
    assert.same({ "acme/raw: 2 symbols, 0 bars: 0 new\nall 2 series failed: HTTP 403\n", 5 }, { out, code })
    texts.out = {}
    answers { row("QQQ", { failure = refused }), row("SPY", { failure = { class = "auth", message = "other" } }) }
    has((run {}), "failed  other\n")
  end)

  it("does not list thousands unless it is told to", function()
    local rows = {}
    for i = 1, 200 do rows[i] = row(("S%03d"):format(i), { bars = 2, changed = 2 }) end
    answers(rows)
    local out, _, code = run {}
    assert.equal(0, code)
    has(out, "S060")
    assert.is_nil(out:find("S061", 1, true))
    has(out, "... and 140 more; -v shows all\n")
    texts.out = {}
    output.configure { verbose = true }
    has((run {}), "S200")
  end)

  it("says how to go on after Ctrl-C", function()
    answers({ row("QQQ", { bars = 10, added = 10 }), row "SPY" }, { stopped = true })
    local out, err, code = run {}
    assert.equal(130, code)
    has(out, "10 new")
    assert.equal("banyan: stopped; what was fetched is in the store, give the same command to go on\n", err)
  end)

  it("is JSON, too", function()
    plan.timeframes = { "1d", "1h" }
    answers({
      row("QQQ", { bars = 3, added = 2, changed = 1, refused = 1, readjusted = 2,
        first_refusal = { time = dates.parse "2020-03-04", reason = "bad" } }),
      row("SPY", { timeframe = "1h", failure = { class = "entitlement", message = "no" } }),
    }, { requests = 4, answered = { ok = 3, entitlement = 1 } })
    fake.sessions.report = function()
      return { { symbol = "QQQ", timeframe = "1d", expected = 4, missing = {
        { first = "2020-01-03", last = "2020-01-06", sessions = 2, kind = "empty", reason = NONE } } } }
    end
    local out, _, code = run { json = true }
    assert.equal(5, code)
    local object = cjson.decode(out)
    assert.equal("banyan.backfill/1", object.schema)
    assert.same({ 3, 2, 0, 1, 1, 1 }, { object.bars, object.added, object.unchanged, object.changed, object.refused,
      object.failed })
    assert.same({ "1d", { "1d", "1h" }, cjson.null, false }, { object.timeframe, object.timeframes, object.to,
      object.stopped })
    assert.same({ ok = 3, entitlement = 1 }, object.answered)
    local first, second = unpack(object.series)
    assert.same({ time = "2020-03-04", reason = "bad" }, first.first_refusal)
    assert.same({ { first = "2020-01-03", last = "2020-01-06", sessions = 2, kind = "empty", reason = NONE } },
      first.missing)
    assert.same({ 4, 2 }, { first.sessions, first.readjusted })
    assert.same({ class = "entitlement", message = "no" }, second.failure)
    assert.equal("1h", second.timeframe)
  end)
end)

describe("the progress line", function()
  it("shows how far it is", function()
    local state = { symbols_done = 312, symbols = 1000, requests = 48, bars = 1204311, seconds = 23.1158,
      bytes = 41.2e6, throttled_s = 12.6, eta_s = 30.2, note = "paused until 12:03:10 (rate limit)" }
    assert.equal("backfill 312/1,000 symbols  paused until 12:03:10 (rate limit)  48 requests  "
      .. "1,204,311 bars  52,099 bars/s  41.2 MB  throttled 00:12  ETA 00:31", progress_text(state, "symbols"))
    assert.equal("backfill 0/2 series  1 request  0 bars  0 B", progress_text({ symbols_done = 0, symbols = 2,
      requests = 1, bars = 0, seconds = 0, bytes = 0, throttled_s = 0 }, "series"))
  end)
end)

describe("--dry-run", function()
  before_each(function()
    fake.jobs.make = function(of, snapshot)
      local timeframe = of.timeframes[1]
      assert.equal(1, #of.timeframes)
      local stored = snapshot and #snapshot:list() or 0
      return { series = { { complete = stored > 0 }, {} }, jobs = {},
        estimate = timeframe == "1d" and { requests = 48, bars = 1000, bytes = 2e6, seconds = 31 }
          or { requests = 2, bars = 10, bytes = 300, seconds = 1 } }
    end
    plan.timeframes = { "1d", "1h" }
  end)

  it("prices each timeframe, and makes no store", function()
    local out, _, code = run { dry_run = true, data = folder .. "/none" }
    assert.equal(0, code)
    has(out, [[
provider   acme
dataset    acme/raw
timeframe  1d 1h
span       2020-01-02 to now
2 symbols: QQQ SPY

timeframe  complete  stored  requests   bars   bytes   time
1d              0/2       0        48  1,000  2.0 MB  00:31
1h              0/2       0         2     10   300 B  00:01
total           0/4       0        50  1,010  2.0 MB  00:32
]])
    assert.is_nil(host.stat(folder .. "/none"))
  end)

  it("tells what is there", function()
    plan.dataset, plan.symbols = "csv/all", { "A", "B" }
    local out = run { dry_run = true }
    has(out, "1d              1/2       1 ")
    has(out, "total           2/4       1 ")
  end)

  it("is JSON, too", function()
    local object = cjson.decode((run { dry_run = true, json = true }))
    assert.same({ true, 4, 2, 50, 32 }, { object.dry_run, object.estimate.series, object.estimate.complete,
      object.estimate.requests, object.estimate.seconds })
    assert.same({ "1h", 10 }, { object.by_timeframe[2].timeframe, object.by_timeframe[2].bars })
    assert.same({ "QQQ", "SPY" }, object.symbols)
  end)
end)

-- The values of a file of metrics by name and labels; fails where it is not of the form.
local function metrics_of(path)
  local values, declared = {}, {}
  for line in io.lines(path) do
    local help, kind = line:match "^# HELP (banyan_backfill_[%w_]+) %S", line:match "^# TYPE ([%w_]+ %l+)$"
    if kind then
      local name, type_ = kind:match "^(%S+) (%S+)$"
      assert.truthy(type_ == "counter" or type_ == "gauge")
      assert.equal(type_ == "counter", name:find "_total$" ~= nil)
      declared[name] = true
    elseif not help then
      local name, labels, value = line:match '^([%w_]+)({[%w_]+="[^"]*".*}) (%S+)$'
      assert.truthy(declared[name], line)
      values[name:gsub("^banyan_backfill_", "") .. labels] = assert(tonumber(value), line)
    end
  end
  return values
end

describe("--metrics", function()
  it("is written while a round runs, and at its end", function()
    local path, clock_s, seen = folder .. "/banyan.prom", 0, nil
    local host_clock = host.clock
    host.clock = function() return clock_s end
    fake.driver.run = function(_, options)
      local state = { symbols = 2, symbols_done = 1, requests = 4, bars = 100, bytes = 5000, throttled_s = 1.5,
        in_flight = 3, seconds = 2 }
      options.progress(state)
      assert.is_nil(metrics_of(path)['series{dataset="acme/raw"}'])
      clock_s = 11
      options.progress(state)
      seen = metrics_of(path)
      return new_summary(plan, { row("QQQ", { bars = 150, added = 140, unchanged = 10, refused = 4 }),
        row("SPY", { failure = { class = "transient", message = "gone" } }) },
        { requests = 7, answered = { ok = 5, throttle = 1, transient = 1 }, retries = 2, bytes = 7000,
          throttled_s = 2.25 })
    end
    local _, _, code = run { metrics = path }
    host.clock = host_clock
    assert.equal(5, code)
    assert.same({ 100, 3, 1 }, { seen['bars_total{dataset="acme/raw"}'],
      seen['requests_in_flight{dataset="acme/raw"}'], seen['series_done{dataset="acme/raw"}'] })
    local last = metrics_of(path)
    assert.same({ 150, 140, 4, 1, 2.25 }, { last['bars_total{dataset="acme/raw"}'],
      last['bars_added_total{dataset="acme/raw"}'], last['bars_refused_total{dataset="acme/raw"}'],
      last['series_failed{dataset="acme/raw"}'], last['throttled_seconds_total{dataset="acme/raw"}'] })
    assert.same({ 5, 1 }, { last['requests_total{dataset="acme/raw",class="ok"}'],
      last['requests_total{dataset="acme/raw",class="throttle"}'] })
    assert.is_nil(last['last_success_timestamp_seconds{dataset="acme/raw"}'])
    assert.equal(1, last['rounds_total{dataset="acme/raw",result="failed"}'])
    assert.is_nil(helper.read(path .. ".part"))
  end)

  it("must be a file that can be written", function()
    answers({ row "QQQ" })
    local _, _, refused = run { metrics = folder .. "/none/x.prom" }
    assert.equal("USAGE", refused.status)
    has(refused.message, "/none/x.prom")
  end)
end)

describe("--watch", function()
  local now, interrupted

  before_each(function()
    now, interrupted = dates.parse "2026-03-06" + 12 * 3600, 0
    clock.now = function() return now end
    clock.real = function(seconds) return seconds end
    host.sleep = function(seconds) now = now + math.max(seconds, 600) end
    host.interrupted = function() return interrupted end
  end)

  -- A driver with these rounds: functions that return rows or raise.
  local function rounds(...)
    local list, count = { ... }, 0
    fake.driver.run = function(_, options)
      assert.equal(math.huge, options.give_up_s)
      count = count + 1
      if count == #list then interrupted = 1 end
      return new_summary(plan, list[count]())
    end
  end

  local function fine() return { row("QQQ", { bars = 1, added = 1 }), row "SPY" } end
  local function gone() failure.fail("STORE", "the store is locked") end
  local function failing(class)
    return function()
      return { row("QQQ", { failure = { class = class, message = "no " .. class } }),
        row("SPY", { bars = 1, added = 1 }) }
    end
  end

  it("runs a round after each session, a line each, until Ctrl-C", function()
    local path = folder .. "/w.prom"
    rounds(fine, fine, fine)
    local out, err, code = run { watch = true, metrics = path }
    assert.equal(130, code)
    has(err, "give the same command to go on")
    local lines = {}
    for line in out:gmatch "[^\n]+" do lines[#lines + 1] = line end
    assert.equal(3, #lines)
    has(lines[1], "2026-03-06 12:00  acme/raw: 2 symbols, 1 bar: 1 new; next at 2026-03-06 21:0")
    has(lines[2], "next at 2026-03-09 20:0")
    assert.is_nil(lines[3]:find("next", 1, true))
    assert.equal(3, metrics_of(path)['bars_total{dataset="acme/raw"}'])
    assert.equal(now, metrics_of(path)['last_success_timestamp_seconds{dataset="acme/raw"}'])
  end)

  it("outlives what fails", function()
    rounds(fine, gone, failing "transient", fine)
    local out, err, code = run { watch = true }
    assert.equal(130, code)
    has(err, "banyan: the store is locked")
    has(out, "1 series failed, such as QQQ: no transient; next at 2026-03-06 21:")
  end)

  it("does not hurry for what will not come", function()
    rounds(fine, failing "bad_symbol", fine)
    local out = run { watch = true }
    has(out, "1 series failed, such as QQQ: no bad_symbol; next at 2026-03-09 20:0")
  end)

  it("ends at once when plan or keys are wrong at the start", function()
    rounds(gone, fine)
    local _, _, refused = run { watch = true }
    assert.same({ "STORE", "the store is locked" }, { refused.status, refused.message })
    plan.symbols = { "QQQ" }
    rounds(function() return { row("QQQ", { failure = { class = "auth", message = "the key is wrong" } }) } end, fine)
    local out
    out, _, refused = run { watch = true }
    assert.equal("PROVIDER", refused.status)
    has(out, "the key is wrong")
  end)

  it("writes a line of JSON a round", function()
    rounds(fine, fine)
    local out = run { watch = true, json = true }
    local count = 0
    for line in out:gmatch "[^\n]+" do
      count = count + 1
      assert.equal("banyan.backfill/1", cjson.decode(line).schema)
    end
    assert.equal(2, count)
  end)

  it("ends with the plan", function()
    plan.to = "2020-01-31"
    rounds(fine, fine)
    local _, err, code = run { watch = true }
    assert.equal(0, code)
    has(err, "the plan ends with 2020-01-31; nothing new can come")
  end)
end)

describe("a file for another verb", function()
  local function refuses(verb, text, part)
    local path = helper.write(folder .. "/f.lua", text)
    local _, err, code = helper.run { verb, path, env = { BANYAN_DATA = folder .. "/store" } }
    assert.equal(3, code)
    has(err, part)
  end

  it("is told where it belongs", function()
    refuses("run", PLAN, "f.lua is a backfill plan, not a strategy; give it to `banyan backfill")
    refuses("sweep", PLAN, "f.lua is a backfill plan, not a sweep; give it to `banyan backfill")
    refuses("backfill", "local b = require 'banyan'\nreturn b.strategy { name = 'x', 'SPY' }",
      "f.lua is a strategy, not a backfill plan; give it to `banyan run")
    refuses("backfill", "return { type = 'provider' }",
      "f.lua is a provider, not a backfill plan; a plan beside it says provider = require \"f\"")
    refuses("backfill", "return require 'nothing'", "there is no /")
    refuses("backfill", "return require 'nothing'", "nothing.lua, and no such module\n")
    refuses("backfill", "return 7", "must return a backfill plan; end it with `return b.backfill { ... }`")
    refuses("run", "io.open('x')\n" .. PLAN,
      "global 'io' (a nil value); a backfill plan is given to `banyan backfill")
    local _, err, code = helper.run { "backfill", "examples/frontrunner.json" }
    assert.equal(3, code)
    has(err, "a backfill plan is a Lua file")
  end)

  it("may use all of Lua when it is a plan, and files beside it", function()
    helper.write(folder .. "/vendor.lua", "local ffi = require 'ffi'\nmine = 1\n"
      .. "return { file = io.open, size = ffi.sizeof 'int', name = os.getenv 'HOME' }\n")
    local path = helper.write(folder .. "/p.lua", "local vendor = require 'vendor'\n"
      .. "assert(vendor.size == 4 and mine == nil)\n"
      .. "return require 'banyan'.backfill { provider = 'acme', symbols = 'list.txt' }\n")
    helper.write(folder .. "/list.txt", "SPY\n")
    local loaded = require "banyan.load".plan(path)
    assert.same({ "acme", folder .. "/list.txt" }, { loaded.provider, loaded.symbols })
  end)
end)
