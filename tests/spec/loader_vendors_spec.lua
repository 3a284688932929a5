-- SPDX-License-Identifier: MIT
-- The loader against each vendor's way of paging, dating and authorizing.
local helper = require "spec.helper"
local loader = require "spec.loader"

local START = "2024-03-05T22:00:00"
local FREELY = { per_minute = 60000 }

local function start(config)
  config.clock = config.clock or { start = START, speed = 30 }
  return loader.start(config)
end

describe("alpaca", function()
  after_each(loader.stop_all)

  it("gives minutes and hours over pages that end anywhere", function()
    local server = start { alpaca = { page_rows = 777 } }
    for timeframe, name in pairs { ["1m"] = "1m", ["1h"] = "1h" } do
      local loading = loader.new(server, { provider = "alpaca", symbols = { "AAPL", "MSFT", "SPY" },
        timeframes = { timeframe }, from = "2023-11-20", to = "2023-12-01" })
      loading:complete()
      loading:has_exactly({ "AAPL", "MSFT", "SPY" }, "2023-11-20", "2023-12-01", { timeframe = name })
    end
  end)

  it("gives crypto around the clock", function()
    local server = start { alpaca = { page_rows = 126 } }
    local plan = { provider = "alpaca", symbols = { "BTC/USD", "ETH/USD" },
      timeframes = { "1h" }, from = "2024-01-01", to = "2024-01-21" }
    local loading = loader.new(server, plan)
    loading:complete()
    loading:has_exactly({ "BTC/USD", "ETH/USD" }, "2024-01-01", "2024-01-21",
      { timeframe = "1h", kind = "always" })
    plan.timeframes = { "1d" }
    local days = loader.new(server, plan)
    days:complete()
    days:has_exactly({ "BTC/USD", "ETH/USD" }, "2024-01-01", "2024-01-21", { kind = "always" })
  end)

  it("leaves out what does not exist, and knows that it was asked", function()
    local server = start { unknown = { "NOPE" }, listed = { NEWCO = "2024-02-01" } }
    local loading = loader.new(server, { provider = "alpaca", symbols = { "NOPE", "AAPL", "NEWCO" },
      timeframes = { "1d" }, from = "2024-01-02", to = "2024-02-29" })
    loading:run()
    loading:has_exactly({ "AAPL", "NEWCO" }, "2024-01-02", "2024-02-29")
    server:forget()
    loading:run()
    for _, url in ipairs(server:count("alpaca").urls) do
      assert.is_nil(url:find("2024-01-15", 1, true), url)
    end
  end)
end)

describe("polygon", function()
  after_each(loader.stop_all)

  it("is paged by its next URL, on the provider's host alone", function()
    local server = start { polygon = { page_rows = 50, delayed = true } }
    server:change { polygon = { page_rows = 50, delayed = true,
      next_host = "http://127.0.0.1:" .. server.ports.elsewhere } }
    local loading = loader.new(server, { provider = "polygon", symbols = { "AAPL" },
      timeframes = { "1d" }, from = "2023-03-01", to = "2024-02-29", limits = FREELY })
    loading:complete()
    loading:has_exactly({ "AAPL" }, "2023-03-01", "2024-02-29")
    assert.is_true(server:count("polygon").requests >= 5)
    assert.equal(0, server:count("elsewhere").requests)
  end)

  it("gives minutes, crypto and an index", function()
    local server = start { polygon = { page_rows = 5000 } }
    local minutes = loader.new(server, { provider = "polygon", symbols = { "AAPL" },
      timeframes = { "5m" }, from = "2024-01-02", to = "2024-02-29",
      limits = FREELY })
    minutes:complete()
    minutes:has_exactly({ "AAPL" }, "2024-01-02", "2024-02-29", { timeframe = "5m" })
    local crypto = loader.new(server, { provider = "polygon", symbols = { "X:BTCUSD" },
      timeframes = { "1h" }, from = "2024-01-02", to = "2024-01-31", limits = FREELY })
    crypto:complete()
    crypto:has_exactly({ "X:BTCUSD" }, "2024-01-02", "2024-01-31",
      { timeframe = "1h", kind = "always" })
    local index = loader.new(server, { provider = "polygon", symbols = { "I:NDX" },
      timeframes = { "1d" }, from = "2024-01-02", to = "2024-01-31", limits = FREELY })
    index:complete()
    local text = helper.read(index:export() .. "/I%3ANDX.csv")
    assert.is_truthy(text:find "2024%-01%-02,[%d.]+,[%d.]+,[%d.]+,[%d.]+,\n")
  end)

  it("is asked by day where that takes fewer requests", function()
    local symbols = loader.symbols(50)
    local server = start { symbols = 50, polygon = { limit = { kind = "sliding", count = 100,
      period_s = 60 } } }
    local loading = loader.new(server, { provider = "polygon", symbols = symbols,
      timeframes = { "1d" }, from = "2024-01-02", to = "2024-01-31",
      limits = { per_minute = 100 } })
    loading:complete()
    local count = server:count "polygon"
    for path in pairs(count.paths) do assert.is_truthy(path:find("/grouped/", 1, true), path) end
    assert.equal(21, count.requests) -- the sessions of that month
    loading:has_exactly(symbols, "2024-01-02", "2024-01-31")
  end)

  it("says what the user's plan does not have, by 403 or by 200", function()
    for _, status in ipairs { 403, 200 } do
      local server = start { polygon = { entitled_from = "2030-01-01", entitled_status = status } }
      local loading = loader.new(server, { provider = "polygon", symbols = { "AAPL" },
        timeframes = { "1d" }, from = "2024-01-02", to = "2024-01-31" })
      local out, err, code = loading:run()
      assert.equal(5, code)
      assert.is_truthy((out .. err):find("not in your plan", 1, true), out .. err)
      server:stop()
    end
  end)
end)

describe("csv", function()
  after_each(loader.stop_all)

  it("files come whole, and texts instead of them are no files", function()
    local server = start { clock = { start = START, speed = 400 }, unknown = { "NOPE" },
      csv = { first = loader.at "2023-01-03" } }
    local loading = loader.new(server, ([[
local b = require 'banyan'
return b.backfill { provider = "csv", base_url = %q, symbols = { "AAPL", "NOPE" },
  timeframes = { "1d" }, from = "2023-01-03", to = "2024-02-29", adjustment = "raw" }
]]):format(server:url() .. "/csv/{symbol}.csv"))
    loading:run()
    loading:has_exactly({ "AAPL" }, "2023-01-03", "2024-02-29")
  end)
end)

local NEPSE = [[
local b = require 'banyan'
return b.backfill { provider = "nepse", auth = function(ctx)
    local answer = ctx.get "/api/authenticate/prove"
    local token = ctx.secret("NEPSE_TOKEN", answer.json().accessToken)
    return { headers = { Authorization = "Salter " .. token }, ttl_s = 3600 }
  end, base_url = %q, symbols = %s, timeframes = { "1d" }, from = "2023-06-01",
  to = "2024-02-29", limits = { per_second = 1000, per_minute = 60000 } }
]]

describe("nepse", function()
  after_each(loader.stop_all)

  it("is asked with tokens that expire, each renewed by one request", function()
    local symbols = { "ADBL", "GBIME", "NABIL", "NICA", "NIMB", "SCB" }
    local server = start { symbols = symbols, latency_s = 1,
      nepse = { page_rows = 15, token_s = 45 } }
    local quoted = {}
    for i, symbol in ipairs(symbols) do quoted[i] = ("%q"):format(symbol) end
    local loading = loader.new(server, NEPSE:format(server:url(),
      "{ " .. table.concat(quoted, ", ") .. " }"))
    loading:complete()
    local count = server:count "nepse"
    local renewals = count.paths["/api/authenticate/prove"]
    assert.is_true(renewals >= 2, renewals .. " tokens")
    -- A token is renewed when it is refused: one refusal each where one request is in flight.
    assert.equal(renewals - 1, count.status["401"])
    loading:has_exactly(symbols, "2023-06-01", "2024-02-29", { kind = "nepse" })
  end)
end)
