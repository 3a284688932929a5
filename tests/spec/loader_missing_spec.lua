-- SPDX-License-Identifier: MIT
-- The loader asks only for what is missing, and stores only what is final.
local helper = require "spec.helper"
local loader = require "spec.loader"

local EVENING = "2024-03-05T23:00:00" -- a Tuesday, after trading
local SYMBOLS = { "AAPL", "MSFT" }

local function plan(from, to, more)
  local fields = { provider = "alpaca", symbols = SYMBOLS, timeframes = { "1d" }, from = from,
    to = to, adjustment = "raw" }
  for key, value in pairs(more or {}) do fields[key] = value end
  return fields
end

-- First and last date that were asked for.
local function asked(server)
  local first, last = "9999", "0000"
  for _, url in ipairs(server:count("alpaca").urls) do
    local from, to = url:match "start=(%d+%-%d+%-%d+)", url:match "end=(%d+%-%d+%-%d+)"
    if from < first then first = from end
    if to > last then last = to end
  end
  return first, last
end

describe("a backfill", function()
  after_each(loader.stop_all)

  it("asks nothing the second time", function()
    local server = loader.start { clock = { start = EVENING, speed = 10 } }
    local loading = loader.new(server, plan("2023-01-03", "2024-02-29"))
    loading:complete()
    server:forget()
    loading:complete()
    assert.equal(0, server:count("alpaca").requests)
  end)

  it("asks only for what lies before", function()
    local server = loader.start { clock = { start = EVENING, speed = 10 } }
    local loading = loader.new(server, plan("2023-06-01", "2024-02-29"))
    loading:complete()
    server:forget()
    loading:plan(plan("2022-06-01", "2024-02-29"))
    loading:complete()
    local first, last = asked(server)
    assert.is_true(first <= "2022-06-01" and first > "2022-05-20", first)
    assert.is_true(last < "2023-06-15", last)
    loading:has_exactly(SYMBOLS, "2022-06-01", "2024-02-29")
  end)

  it("asks only for what lies in a hole", function()
    local server = loader.start { clock = { start = EVENING, speed = 10 } }
    local loading = loader.new(server, plan("2022-01-03", "2022-06-30"))
    loading:complete()
    loading:plan(plan("2023-06-01", "2024-02-29"))
    loading:complete()
    server:forget()
    loading:plan(plan("2022-01-03", "2024-02-29"))
    loading:complete()
    local first, last = asked(server)
    assert.is_true(first >= "2022-06-20" and last <= "2023-06-15", first .. " " .. last)
    loading:has_exactly(SYMBOLS, "2022-01-03", "2024-02-29")
  end)

  it("asks nothing for weekends and holidays", function()
    -- The Monday of a long weekend.
    local server = loader.start { clock = { start = "2024-02-19T15:00:00", speed = 10 } }
    local loading = loader.new(server, plan("2023-11-01"))
    loading:complete()
    loading:has_exactly(SYMBOLS, "2023-11-01", "2024-02-19")
    server:forget()
    loading:complete()
    assert.equal(0, server:count("alpaca").requests)
  end)

  it("asks for new sessions as they end", function()
    local server = loader.start { clock = { start = "2024-03-05T23:00:00", speed = 1 } }
    local loading = loader.new(server, plan "2023-11-01")
    loading:complete()
    local text = helper.read(loading:export() .. "/AAPL.csv")
    server:stop()
    local later = loader.start { clock = { start = "2024-03-07T15:00:00", speed = 1 } }
    loading.server, loading.env.BANYAN_CLOCK = later, later.clock
    loading:plan(plan "2023-11-01")
    loading:complete()
    assert.is_true(later:count("alpaca").requests <= 2)
    local now = helper.read(loading:export() .. "/AAPL.csv")
    assert.equal(text, now:sub(1, #text))
    assert.is_truthy(now:find("2024-03-06", 1, true))
    assert.is_nil(now:find("2024-03-07", 1, true))
  end)

  it("stores no bar that is not final", function()
    -- In the middle of a session: today's day and the present hour are told, but not final.
    -- What is too young for the user's plan is not asked for.
    local server = loader.start { clock = { start = "2024-03-05T17:20:00", speed = 1 },
      alpaca = { free = true } }
    local days = loader.new(server, plan "2024-02-01")
    days:complete()
    days:has_exactly(SYMBOLS, "2024-02-01", "2024-03-04")
    local hours = loader.new(server, plan("2024-03-01", nil, { timeframes = { "1h" } }))
    hours:complete()
    local text = helper.read(hours:export() .. "/AAPL.csv")
    assert.is_truthy(text:find("2024-03-05T15:00:00Z", 1, true))
    assert.is_nil(text:find("2024-03-05T17:00:00Z", 1, true))
    assert.is_nil(server:count("alpaca").status["403"])
  end)

  it("that is refused says why and ends with 5", function()
    local server = loader.start { clock = { start = EVENING, speed = 60 } }
    local loading = loader.new(server, plan("2024-02-01", "2024-02-29"))
    loading.env.APCA_API_SECRET_KEY = "wrong-key-secret"
    local out, err, code = loading:run()
    assert.equal(5, code)
    assert.is_truthy((out .. err):find "forbidden", out .. err)
    assert.is_true(server:count("alpaca").requests <= 3)
    loading.env.APCA_API_SECRET_KEY = nil
    local _, missing, failed = loading:run()
    assert.equal(5, failed)
    assert.is_truthy(missing:find("APCA_API_SECRET_KEY", 1, true), missing)
  end)

  it("of what only partly exists has the rest, and ends with 5", function()
    local server = loader.start { clock = { start = EVENING, speed = 60 } }
    local loading = loader.new(server, { provider = "binance", symbols = { "BTCUSDT", "X" },
      timeframes = { "1d" }, from = "2024-02-01", to = "2024-02-29" })
    local out, err, code = loading:run()
    assert.equal(5, code, err)
    assert.is_truthy((out .. err):find "X", out .. err)
    loading:has_exactly({ "BTCUSDT" }, "2024-02-01", "2024-02-29", { kind = "binance" })
  end)
end)
