-- SPDX-License-Identifier: MIT
-- The loader against servers that fail in every way: what ends up in the store is what a server
-- without faults would have told.
local helper = require "spec.helper"
local loader = require "spec.loader"

local START = "2024-03-05T22:00:00"
local SPEED = helper.sanitized and 60 or 400
local FAULTS = { throttle = 0.1, error = 0.05, cut = 0.05, short = 0.03, garbage = 0.02,
  silent = 0.01 }
local SYMBOLS = loader.symbols(helper.sanitized and 20 or 40)
local FROM, TO = "2021-03-01", "2024-02-29"
local PLAN = { provider = "alpaca", symbols = SYMBOLS, timeframes = { "1d" }, from = FROM, to = TO,
  limits = { per_minute = 6000 } }

-- A server of small pages, so that there are many requests.
local function start(config)
  config.clock = config.clock or { start = START, speed = SPEED }
  config.alpaca = { page_rows = helper.sanitized and 80 or 250 }
  return loader.start(config)
end

describe("a server with faults", function()
  local wanted

  lazy_setup(function()
    local server = start {}
    wanted = loader.new(server, PLAN)
    wanted:complete()
    wanted:has_exactly(SYMBOLS, FROM, TO)
    server:stop()
  end)

  after_each(loader.stop_all)

  local function same(loading)
    loader.same_files(wanted:export(), loading:export())
    assert.equal(wanted:coverage(), loading:coverage())
  end

  for _, scheme in ipairs { "http", "https" } do
    it("of all kinds at once gives the same store by " .. scheme, function()
      local server = start { seed = 7, tls = "good", faults = { alpaca = FAULTS } }
      local loading = loader.new(server, PLAN, scheme)
      loading.env.BANYAN_CA_FILE = loader.certificates() .. "/own-ca.pem"
      loading:complete()
      local count = server:count "alpaca"
      for kind in pairs(FAULTS) do
        if kind ~= "silent" then assert.is_truthy(count.faults[kind], kind .. " did not happen") end
      end
      same(loading)
    end)
  end

  for _, kind in ipairs { "refuse", "503" } do
    it("that is away for five minutes gives the same store: " .. kind, function()
      local begin = loader.at(START) + 60
      local server = start { latency_s = 2,
        outages = { { from = begin, to = begin + 300, kind = kind } } }
      local loading = loader.new(server, PLAN)
      loading:complete()
      local count = server:count "alpaca"
      assert.is_true(server:now() >= begin + 300)
      assert.is_true(count.requests > 0)
      same(loading)
    end)
  end

  it("of all kinds at once gives the same bars of many symbols side by side", function()
    local symbols = {}
    for i = 1, helper.sanitized and 6 or 12 do symbols[i] = ("COIN%02dUSDT"):format(i) end
    local faults = {}
    for kind, chance in pairs(FAULTS) do faults[kind] = chance end
    faults.retry_after_s = 3
    local server = loader.start { clock = { start = START, speed = SPEED }, seed = 9, latency_s = 1,
      faults = { binance = faults } }
    local loading = loader.new(server, { provider = "binance", symbols = symbols,
      timeframes = { "5m" }, from = "2024-01-01", to = "2024-02-14" })
    loading:complete()
    assert.is_true(server:count("binance").in_flight_most > 1)
    loading:has_exactly(symbols, "2024-01-01", "2024-02-14",
      { timeframe = "5m", kind = "binance" })
  end)

  it("that drips gives the same store", function()
    local server = start { seed = 3, faults = { alpaca = { slow = 0.02 } } }
    local loading = loader.new(server, PLAN)
    loading:complete()
    same(loading)
  end)

  it("that is never well leaves the store as it was, and says so", function()
    local server = start { faults = { alpaca = { error = 1 } },
      clock = { start = START, speed = 600 } }
    local loading = loader.new(server, PLAN)
    local _, err, code = loading:run()
    assert.equal(5, code, err)
    local out = helper.run { "data", "ls", env = loading.env }
    assert.is_nil(out:find(SYMBOLS[1], 1, true))
    -- The next run is not held back by it.
    server:change { faults = {} }
    loading:complete()
    same(loading)
  end)
end)

describe("bars that are wrong", function()
  after_each(loader.stop_all)

  local function export_of(wrong)
    local server = loader.start { clock = { start = START, speed = 600 }, wrong = wrong }
    local loading = loader.new(server, { provider = "alpaca", symbols = { "AAPL", "MSFT" },
      timeframes = { "1d" }, from = "2023-11-01", to = "2024-02-29" })
    local out, err, code = loading:run()
    local folder = loading:export()
    local truth = loading:truth({ "AAPL", "MSFT" }, "2023-11-01", "2024-02-29")
    local function read(name) return helper.read(folder .. "/" .. name .. ".csv") end
    return read "AAPL", helper.read(truth .. "/AAPL.csv"), out .. err, code,
      read "MSFT" == helper.read(truth .. "/MSFT.csv")
  end

  -- `text` without the lines of some days.
  local function without(text, ...)
    for _, date in ipairs { ... } do text = text:gsub(helper.escape(date) .. "[^\n]*\n", "") end
    return text
  end

  for _, kind in ipairs { "high_below_low", "null", "negative", "contradicted" } do
    it("are kept aside with the reason: " .. kind, function()
      local got, truth, said, _, other = export_of { AAPL = { ["2024-01-10"] = kind } }
      assert.equal(without(truth, "2024-01-10"), without(got, "2024-01-10"))
      if kind ~= "contradicted" then assert.is_nil(got:find("2024-01-10", 1, true)) end
      assert.is_truthy(said:find("AAPL", 1, true), said)
      assert.is_truthy(said:find("refused", 1, true), said)
      assert.is_true(other)
    end)
  end

  it("that cannot be read at all fail nothing but their own symbol", function()
    local got, truth, said, code, other = export_of { AAPL = { ["2024-01-10"] = "nan" } }
    assert.is_true(other)
    if code == 5 then
      assert.is_truthy(said:find "AAPL[^\n]*NaN", said)
    else
      assert.equal(without(truth, "2024-01-10"), without(got, "2024-01-10"))
    end
  end)

  it("that only repeat, or come late, are taken as they are", function()
    local got, truth, _, code = export_of { AAPL = { ["2024-01-10"] = "repeated",
      ["2024-01-11"] = "unsorted" } }
    assert.equal(truth, got)
    assert.equal(0, code)
  end)

  it("that jump without an action on file are stored and noted", function()
    local got, truth, said = export_of { AAPL = { ["2024-01-10"] = "spike" } }
    assert.equal(without(truth, "2024-01-10"), without(got, "2024-01-10"))
    assert.is_truthy(said:find("AAPL", 1, true), said)
  end)
end)
