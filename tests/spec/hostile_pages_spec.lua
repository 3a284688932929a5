-- SPDX-License-Identifier: MIT
-- Pages that run in circles, backwards or past what was asked for: the run ends, and nothing counts as
-- fetched that never was.
local cjson = require "cjson"
local hostile = require "spec.hostile"

local TOKEN = [[set { rows = 10, paging = { kind = "token", field = "next", parameter = "token" } }]]
local NUMBER = [[set { paging = { kind = "number", parameter = "page", first = 0, last = "last" } }]]
local NEXT_URL = [[set { paging = { kind = "next_url", field = "next", drop = { "apiKey" } } }]]
local TIME = [[set { rows = 5, paging = { kind = "time" } }]]
local DAYS = 23 -- of January 2024

-- What becomes of AAA, and how many requests it took.
local function run(setup)
  setup.speed = setup.speed or 600
  local h = hostile.new(setup)
  local said, code = h:json()
  local failure = said.series[1].failure
  return { h = h, code = code, days = h:days(), requests = #h:asked(),
    failure = failure ~= cjson.null and failure.message or nil }
end

local function fails(fragment, setup, requests_most)
  local got = run(setup)
  assert.equal(5, got.code)
  assert.is_truthy(got.failure and got.failure:find(fragment, 1, true), got.failure or "no failure")
  assert.is_true(got.requests <= requests_most, got.requests .. " requests")
  return got
end

local function is_complete(setup, requests_most)
  local got = run(setup)
  assert.equal(0, got.code, got.failure)
  assert.equal(DAYS, got.days)
  assert.is_true(got.requests <= (requests_most or 10), got.requests .. " requests")
  return got
end

describe("pages that never end", function()
  after_each(hostile.stop_all)

  it("because the same one follows, or one of those before it", function()
    fails("the same next page came twice", { provider = TOKEN, serve = "json({ ...page(10), next: 'again' });" }, 6)
    fails("the same next page came twice", { provider = TOKEN,
      serve = "json({ bars: {}, next: ['a', 'b', 'c'][n % 3] });" }, 20)
  end)

  it("because all are empty", function()
    fails("the pages do not end", { provider = TOKEN, serve = "json({ bars: {}, next: `t${n}` });" }, 300)
  end)

  it("because they have the same rows over and over", function()
    fails("the pages do not end", { provider = TOKEN, serve = "json({ bars: bars(), next: `t${n}` });" }, 100)
    fails("the pages do not end", { provider = NUMBER, serve = "json({ bars: bars(), last: false });" }, 100)
  end)
end)

describe("the next page", function()
  after_each(hostile.stop_all)

  it("may be named by a number, by odd characters, and by false for none", function()
    local got = is_complete { provider = TOKEN, serve = "json(page(10));" }
    assert.is_truthy(got.h:asked()[2]:find("token=10", 1, true))
    got = is_complete { provider = TOKEN,
      serve = [[json(ask('token') ? { bars: {} } : { bars: bars(), next: '"\u0001\u00fc &=\n' });]] }
    assert.is_truthy(got.h:asked()[2]:find("token=%22%01%C3%BC%20%26%3D%0A", 1, true))
    is_complete({ provider = TOKEN, serve = "json({ bars: bars(), next: false });" }, 1)
  end)

  it("that cannot be asked for fails its job alone", function()
    for _, url in ipairs { "file:///etc/passwd", "/bars?page=1", "https://a.example/x y", "not a url",
      "https://a.example/?" .. ("x"):rep(60000) } do
      fails("names a next page", { provider = NEXT_URL,
        serve = ("json({ bars: bars(), next: '%s' });"):format(url) }, 1)
    end
    fails("names a next page by 60000 characters", { provider = TOKEN,
      serve = "json({ bars: bars(), next: 'x'.repeat(60000) });" }, 1)
  end)

  it("is asked for at the host of the plan, whatever host is named, without what is to be dropped", function()
    local got = is_complete { provider = NEXT_URL, serve = [[
      json({ bars: bars(), next: ask('p') ? null
        : 'https://you:secret@evil.example/bars?p=1&apiKey=KEY&symbols=AAA&from=2024-01-01&to=2024-01-05' });]] }
    assert.same({ "/bars?p=1&symbols=AAA&from=2024-01-01&to=2024-01-05" }, { got.h:asked()[2] })
  end)

  it("is told by decode_lua as well", function()
    is_complete({ provider = TOKEN .. [[
      provider.decode = nil
      function provider.decode_lua(response)
        local columns, body = { time = {}, open = {}, high = {}, low = {}, close = {} }, response.json()
        for i, row in ipairs(body.bars.AAA) do
          columns.time[i] = require("banyan.dates").parse(row.t:sub(1, 10))
          for name, key in pairs { open = "o", high = "h", low = "l", close = "c" } do columns[name][i] = row[key] end
        end
        return { AAA = columns }, { next = body.next ~= require("cjson").null and body.next or nil }
      end]], serve = "json(page(10));" }, 3)
  end)
end)

describe("a page that is as full as can be", function()
  after_each(hostile.stop_all)

  it("is not the last one when the vendor did not say so: the rest is asked for in halves", function()
    is_complete({ provider = "set { rows = 10 }", serve = "json({ bars: { AAA: bars().AAA.slice(0, 10) } });" }, 10)
    is_complete({ provider = "set { rows = 10 }", serve = "json({ bars: { AAA: bars().AAA.slice(-10) } });" }, 10)
    -- The name of the field is misspelt.
    is_complete({ provider = TOKEN:gsub('"next"', '"nxt"'), serve = "json(page(10));" }, 10)
  end)

  it("may have the newest rows of what was asked for", function()
    is_complete({ provider = TIME, serve = [[
      const rows = bars().AAA.filter((row) => Date.parse(row.t) >= ask('cursor') * 1000);
      json({ bars: { AAA: rows.slice(-5) } });]] }, 20)
  end)
end)

describe("rows", function()
  after_each(hostile.stop_all)

  it("may come twice at the border of pages", function()
    is_complete { provider = TOKEN, serve = "json(page(10, 9));" }
  end)

  it("of a symbol that was not asked for are no answer for one that was", function()
    local got = fails("rows of 'aaa' came, which was not asked for", {
      serve = "json({ bars: { aaa: bars()[symbols[0]] } });",
    }, 1)
    assert.equal(0, got.days)
    got.h:change { provider = [[set { symbol = string.lower }]] }
    assert.equal(0, select(3, got.h:run()))
    assert.equal(DAYS, got.h:days())
  end)

  it("of another time are no answer", function()
    local seconds_as_ms = "json({ bars: { AAA: bars().AAA.map((row) => ({ ...row, t: Date.parse(row.t) / 1000 })) } });"
    local provider = [[provider.decode.time = "ms"]]
    local got = fails("rows from 1970-01-20 on came", { provider = provider, serve = seconds_as_ms }, 3)
    got.h:change { provider = [[provider.decode.time = "s"]] }
    assert.equal(0, select(3, got.h:run()))
    assert.equal(DAYS, got.h:days())
  end)

  it("behind the end do not end a chain of pages", function()
    is_complete { provider = TIME, serve = [[
      const rows = bars().AAA.filter((row) => Date.parse(row.t) >= ask('cursor') * 1000).slice(0, 5);
      json({ bars: { AAA: n == 1 ? [...rows, { ...rows[0], t: '2024-02-28' }] : rows } });]] }
  end)

  it("without a number are kept aside, the others stored", function()
    local h = hostile.new { serve = [[
      const { AAA } = bars();
      Object.assign(AAA[1], { o: 'NaN' }); Object.assign(AAA[2], { l: -1 }); Object.assign(AAA[3], { c: null });
      Object.assign(AAA[4], { v: 0 }); Object.assign(AAA[5], { h: 'N/A' });
      json({ bars: { AAA } });]] }
    local said, code = h:json()
    assert.equal(0, code)
    assert.equal(2, said.series[1].refused) -- an open or a high that nobody told can be done without
    assert.equal(DAYS - 2, h:days())
  end)

  it("in pages that run backwards are covered when all have come, not before", function()
    local backwards = [[
      const at = Number(ask('token') || 0), rows = bars().AAA;
      if (at < 2 || well)
        json({ bars: { AAA: rows.slice([16, 8, 0][at], [23, 16, 8][at]) }, next: at < 2 ? at + 1 : null });
      else json({}, 500);]]
    local h = hostile.new { provider = TOKEN, serve = backwards, speed = 600 }
    local _, code = h:json()
    assert.equal(5, code)
    assert.equal(15, h:days())
    h:heal()
    assert.equal(0, select(3, h:run()))
    assert.equal(DAYS, h:days())
  end)

  it("of a symbol that comes back after others are not lost when the server breaks down between", function()
    local h = hostile.new { plan = [[plan.symbols = { "AAA", "BBB" }]], speed = 600,
      provider = TOKEN .. [[provider.batch = { symbols = 2 }]], serve = [[
      const at = Number(ask('token') || 0), { AAA = [], BBB = [] } = bars();
      if (at < 2 || well)
        json({ bars: [{ AAA: AAA.slice(0, 5) }, { BBB }, { AAA: AAA.slice(5) }][at], next: at < 2 ? at + 1 : null });
      else json({}, 500);]] }
    local _, code = h:json()
    assert.equal(5, code)
    h:heal()
    assert.equal(0, select(3, h:run()))
    assert.equal(DAYS, h:days "AAA")
    assert.equal(DAYS, h:days "BBB")
  end)
end)
