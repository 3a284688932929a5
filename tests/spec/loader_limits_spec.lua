-- SPDX-License-Identifier: MIT
-- The loader against servers that count: limits are kept, learned, and shared.
local helper = require "spec.helper"
local loader = require "spec.loader"

local AFTERNOON = "2024-03-05T22:00:00"

-- Requests that were answered 429.
local function refused(count) return count.status["429"] or 0 end

describe("the limits of a provider", function()
  after_each(loader.stop_all)

  it("are used up and never overrun by a thousand symbols", function()
    -- As many pages as 1,000 symbols of 5 years make; a sanitizer gets smaller ones.
    local symbol_count, rows, speed = 1000, 10000, 6
    if helper.sanitized then symbol_count, rows, speed = 20, 200, 2 end
    local symbols = loader.symbols(symbol_count)
    local server = loader.start { clock = { start = AFTERNOON, speed = speed }, gzip = false,
      alpaca = { page_rows = rows, limit = { kind = "sliding", count = 200, period_s = 60 } } }
    local loading = loader.new(server, { provider = "alpaca", symbols = symbols,
      timeframes = { "1d" }, from = "2019-03-01", to = "2024-02-29",
      limits = { per_minute = 200 } })
    loading:complete()
    local count = server:count("alpaca", 60)
    assert.is_true(count.requests <= 130, count.requests .. " requests")
    assert.equal(0, refused(count))
    assert.is_true(count.busiest <= 200)
    assert.is_true(count.connections <= 12, count.connections .. " connections")
    assert.is_true(count.took <= 45, ("%.1f s"):format(count.took))
    loading:has_exactly(symbols, "2019-03-01", "2024-02-29")
  end)

  for _, headers in ipairs { true, false } do
    it("are learned where nobody told them, with headers: " .. tostring(headers), function()
      local symbols = loader.symbols(90)
      local server = loader.start { clock = { start = AFTERNOON, speed = helper.sanitized and 20 or 80 },
        alpaca = { page_rows = 20, limit = { kind = "bucket", count = 3, period_s = 1, burst = 3,
          headers = headers } } }
      local loading = loader.new(server, { provider = "alpaca", symbols = symbols,
        timeframes = { "1d" }, from = "2023-11-01", to = "2024-02-29",
        limits = { per_minute = 100000 } })
      loading:complete()
      local count = server:count "alpaca"
      assert.is_true(refused(count) < 0.01 * count.requests,
        ("%d of %d refused"):format(refused(count), count.requests))
      loading:has_exactly(symbols, "2023-11-01", "2024-02-29")
    end)
  end

  it("are shared by processes", function()
    local symbols = loader.symbols(40)
    local server = loader.start { clock = { start = AFTERNOON, speed = 60 },
      alpaca = { page_rows = 50, limit = { kind = "sliding", count = 60, period_s = 60 } } }
    local plan = { provider = "alpaca", timeframes = { "1d" }, from = "2023-09-01",
      to = "2024-02-29", limits = { per_minute = 60 } }
    local both = {}
    for i = 1, 2 do
      plan.symbols = {}
      for k = i, #symbols, 2 do plan.symbols[#plan.symbols + 1] = symbols[k] end
      both[i] = loader.new(server, plan)
    end
    -- Stores of their own, so that only the limits meet.
    os.execute(("mkdir -p %s/limits %s && ln -s %s/limits %s/limits"):format(both[1].data,
      both[2].data, both[1].data, both[2].data))
    local _, err, code = helper.shell(("{ %s; } & first=$!; %s; second=$?; wait $first && "
      .. "[ $second -eq 0 ]"):format(both[1]:command(), both[2]:command()))
    assert.equal(0, code, err)
    local count = server:count("alpaca", 60)
    assert.equal(0, refused(count))
    assert.is_true(count.busiest <= 60)
    assert.is_true(count.requests >= 100, count.requests .. " requests")
  end)

  it("outlive the process", function()
    local symbols = loader.symbols(30)
    local server = loader.start { clock = { start = AFTERNOON, speed = 20 },
      alpaca = { page_rows = 100, limit = { kind = "sliding", count = 30, period_s = 60 } } }
    local loading = loader.new(server, { provider = "alpaca", symbols = symbols,
      timeframes = { "1d" }, from = "2023-09-01", to = "2024-02-29",
      limits = { per_minute = 30 } })
    -- One process after the other, each stopped before its end.
    for _ = 1, 3 do helper.shell("timeout --foreground -s INT 0.7 " .. loading:command()) end
    loading:complete()
    local count = server:count("alpaca", 60)
    assert.equal(0, refused(count))
    assert.is_true(count.busiest <= 30)
    loading:has_exactly(symbols, "2023-09-01", "2024-02-29")
  end)

  it("are kept by weight, and a ban is waited out", function()
    local server = loader.start { clock = { start = AFTERNOON, speed = 60 },
      binance = { limit = { kind = "window", count = 60, period_s = 60 } } }
    local plan = { provider = "binance", symbols = { "BTCUSDT" }, timeframes = { "1m" },
      from = "2024-02-01", to = "2024-02-14", limits = { weight_per_minute = 60 } }
    local loading = loader.new(server, plan)
    loading:complete()
    local count = server:count "binance"
    assert.is_nil(count.status["429"])
    assert.is_nil(count.status["418"])
    loading:has_exactly({ "BTCUSDT" }, "2024-02-01", "2024-02-14",
      { timeframe = "1m", kind = "binance" })
  end)
end)
