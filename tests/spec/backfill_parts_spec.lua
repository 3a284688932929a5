-- SPDX-License-Identifier: MIT
-- The parts of the loader that need no network: pace, breaker, retries, and a task's pages.
local ffi_ = require "ffi"
local breaker_of = require "banyan.backfill.breaker"
local ffi = require "banyan.ffi"
local pace_of = require "banyan.backfill.pace"
local retry = require "banyan.backfill.retry"
local task_of = require "banyan.backfill.task"

local C = ffi.C

local function half() return 0.5 end

describe("the pace", function()
  it("starts with one request and adds one for each answer", function()
    local pace = pace_of.new(4)
    assert.equal(1, pace:limit())
    for _ = 1, 10 do pace:answered() end
    assert.equal(4, pace:limit())
  end)

  it("halves once for all requests of the same time, and grows slowly after", function()
    local pace = pace_of.new(16)
    for _ = 1, 20 do pace:answered() end
    pace:slow_down(10, 11)
    pace:slow_down(10.5, 11.2) -- sent before the halving
    assert.equal(8, pace:limit())
    for _ = 1, 8 do pace:answered() end
    assert.is_true(pace:limit() <= 9)
    for _ = 1, 10 do pace:slow_down(100, 101) end
    assert.equal(4, pace:limit())
    for i = 1, 10 do pace:slow_down(200 + i, 200 + i) end
    assert.equal(1, pace:limit())
  end)
end)

describe("retries", function()
  it("wait longer each time, up to a minute, and never less than the server asks", function()
    local function most() return 0.999999 end
    assert.is_true(retry.delay(1, nil, most) <= 1)
    assert.is_true(retry.delay(3, nil, most) > 3.9)
    assert.is_true(retry.delay(50, nil, most) <= 60)
    assert.equal(27, retry.delay(1, 27, half))
    assert.equal(0, retry.delay(4, nil, function() return 0 end))
  end)
end)

describe("the breaker", function()
  it("opens after five failures in a row, sends one probe, and doubles its pause", function()
    local breaker = breaker_of.new(half)
    for i = 1, 4 do breaker:failed(false, i) end
    breaker:answered()
    for i = 1, 5 do
      assert.equal(0, breaker:wait(10))
      breaker:failed(false, 10 + i)
    end
    assert.equal(5, breaker:wait(15))
    breaker:failed(false, 16) -- was under way: tells nothing new
    assert.equal(4, breaker:wait(16))
    assert.equal(0, breaker:wait(20))
    assert.is_true(breaker:sent())
    assert.equal(math.huge, breaker:wait(20))
    breaker:failed(true, 21)
    assert.equal(10, breaker:wait(21))
    assert.is_true(breaker:sent())
    breaker:answered()
    assert.equal(0, breaker:wait(31))
    assert.is_false(breaker:sent())
  end)

  it("opens when too many of all requests are retries", function()
    local breaker = breaker_of.new(half)
    local opened
    for i = 1, 200 do
      breaker:answered()
      breaker:failed(false, i)
      breaker:failed(false, i)
      opened = opened or breaker:wait(i) > 0
      if opened then break end
    end
    assert.is_true(opened)
  end)

  it("stays away as long as the server says", function()
    local breaker = breaker_of.new(half)
    breaker:ban(120, 1000)
    breaker:ban(60, 1010) -- an answer of the same time does not shorten it
    assert.equal(110, breaker:wait(1010))
  end)
end)

local DAY = 86400
local FIRST = 20000 * DAY

-- A page of days: { SYMBOL = { day numbers } }.
local function page_of(days_of)
  local page = ffi.make("by_page", C.by_page_free, C.by_page_new)
  for symbol, days in pairs(days_of) do
    local bars = ffi_.new "by_bars"
    local time, close = ffi_.new("int64_t[?]", #days), ffi_.new("double[?]", #days)
    for i, day in ipairs(days) do time[i - 1], close[i - 1] = FIRST + day * DAY, 10 end
    bars.count, bars.time, bars.close = #days, time, close
    ffi.call(C.by_page_add, page, symbol, bars)
    time, close = nil, nil -- luacheck: ignore
  end
  return page
end

local function task(paging, fields)
  local provider = { name = "test", timeframes = { ["1d"] = "day" }, paging = paging,
    request = function() return { path = "/bars", query = { { "a", 1 } } } end }
  for key, value in pairs(fields or {}) do provider[key] = value end
  return task_of.new({ mode = "symbols", timeframe = "1d", seconds = DAY,
    symbols = { "A", "B", "C" }, first = FIRST, end_ = FIRST + 10 * DAY },
    { provider = provider, dataset = "test/raw" })
end

-- The coverage of parts in days: "A 0..5".
local function coverage(parts)
  local texts = {}
  for _, part in ipairs(parts) do
    texts[#texts + 1] = part.cover and ("%s %d..%d"):format(part.symbol,
      (part.cover[1] - FIRST) / DAY, (part.cover[2] - FIRST) / DAY) or part.symbol
  end
  return table.concat(texts, ", ")
end

describe("a task", function()
  -- Pages without fields: the pager is told what to do by `advance` of time.
  it("covers a symbol up to its last row when the next page is there, and the rest at the end", function()
    local t = task({ kind = "time" })
    local parts, ended = t:accept(page_of { A = { 0, 1, 2 } })
    assert.is_false(ended)
    assert.equal("A", coverage(parts))
    parts = t:accept(page_of { A = { 3, 4 }, B = { 0, 3, 5 } })
    assert.equal("A 0..3, B", coverage(parts))
    parts = t:accept(page_of { B = { 6, 7, 8 } })
    assert.equal("A 3..5, B 0..6", coverage(parts))
    assert.same({ "B", "C" }, t:remainder().symbols)
    parts, ended = t:accept(page_of {})
    assert.is_true(ended)
    assert.equal("A 5..10, B 6..10, C 0..10", coverage(parts))
  end)

  it("takes nothing for covered before the end where pages run backwards", function()
    local t = task({ kind = "number", last = "last" })
    assert.equal("A, B", coverage((t:accept(page_of { A = { 8, 9 }, B = { 1 } }))))
    assert.equal("A", coverage((t:accept(page_of { A = { 6, 7 } }))))
    assert.equal("A, B", coverage((t:accept(page_of { A = { 4, 5 }, B = { 2 } }))))
    assert.equal("A 0..10, B 0..10, C 0..10", coverage((t:accept(page_of {}))))
  end)

  it("loses nothing of a symbol that comes back later", function()
    local t = task({ kind = "number", last = "last" })
    t:accept(page_of { A = { 0, 1 } })
    assert.equal("A 0..2, B", coverage((t:accept(page_of { B = { 0, 1 } }))))
    assert.equal("A, B 0..2", coverage((t:accept(page_of { A = { 2, 3 } }))))
    assert.equal("A 2..4, C", coverage((t:accept(page_of { C = { 1 } }))))
  end)

  it("takes nothing for covered before the end where rows come newest first", function()
    local t = task({ kind = "number", last = "last" }, { order = "desc" })
    local parts, ended = t:accept(page_of { A = { 9, 8, 7 } })
    assert.is_false(ended)
    assert.equal("A", coverage(parts))
    parts, ended = t:accept(page_of {})
    assert.is_true(ended)
    assert.equal("A 0..10, B 0..10, C 0..10", coverage(parts))
  end)

  it("covers nothing more when rows are out of order", function()
    local t = task({ kind = "time" })
    assert.equal("A", coverage((t:accept(page_of { A = { 2, 1, 3 } }))))
  end)

  it("refuses a page that does not go on", function()
    local t = task({ kind = "time" })
    t:accept(page_of { A = { 5 } })
    local parts, fault = t:accept(page_of { A = { 4 } })
    assert.is_nil(parts)
    assert.is_truthy(fault:find "does not go on")
  end)

  it("goes on from the last row when a single symbol is left", function()
    local t = task({ kind = "time" })
    t:accept(page_of { A = { 0, 1, 2 } })
    t:accept(page_of { A = { 3 } })
    local rest = t:remainder { B = true, C = true }
    assert.same({ "A" }, rest.symbols)
    assert.equal(FIRST + 3 * DAY, rest.first)
  end)

  it("shows the provider vendor's names and dates", function()
    local t = task({ kind = "time" }, { symbol = function(s) return s:lower() .. ".us" end })
    assert.same({ "a.us", "b.us", "c.us" }, t.view.symbols)
    assert.equal("2024-10-04", t.view.first_date)
    assert.equal("2024-10-13", t.view.last_date)
    assert.equal("A", t:symbol_of "a.us")
  end)
end)
