-- SPDX-License-Identifier: MIT
-- Real answers of vendors (see spec.shared) become the right bars, or the right class of error. What
-- is right is read from them by a general JSON parser.
local answers = require "spec.answers"
local b = require "banyan"
local cjson = require "cjson"
local dates = require "banyan.dates"
local helper = require "spec.helper"
local shared = require "spec.shared"

if not shared.present() then
  describe("payloads of vendors", function()
    it("are read", function() pending(shared.absent) end)
  end)
  return
end

local function text_of(file)
  return (assert(helper.read(shared.folder .. "/providers/" .. file), file))
end

local function number(value)
  return (value == nil or value == cjson.null) and "-" or ("%.15g"):format(tonumber(value))
end

-- A line as spec.answers writes it, of a row and the names of its open, high, low, close, volume.
local function line(symbol, day, row, names)
  local cells = { symbol, day }
  for i, name in ipairs(names) do cells[i + 2] = name == "" and "-" or number(row[name]) end
  return table.concat(cells, " ")
end

local function day_of_ms(ms) return dates.format(ms / 1000) end

local function gives(expected, name, file, changes)
  local class, page = answers.take(name, { body = text_of(file) }, changes)
  assert.equal("ok", class.class, file .. ": " .. class.message)
  local got = answers.rows(page)
  table.sort(expected)
  table.sort(got)
  assert(#expected > 0, file)
  assert.same(expected, got, file)
end

-- Classes as the files call them.
local function class_named(text)
  local word = text:match "^permanent:(%a[%a_]*)" or text:match "^%a+"
  return ({ symbol = "bad_symbol", token = "auth", WAF = "ban", empty = "transient" })[word] or word
end

local function fails_right(name, changes)
  local list = shared.json(shared.folder .. "/providers/" .. name .. "_errors.json")
  assert(#list > 2)
  for i, each in ipairs(list) do
    local class = answers.take(name, each, changes)
    assert.equal(class_named(each.class), class.class, ("%s_errors.json, entry %d"):format(name, i))
    local wait = (each.headers or {})["Retry-After"]
    if wait then assert.equal(tonumber(wait), class.wait_s) end
  end
end

local OHLCV = { "o", "h", "l", "c", "v" }

describe("payloads of vendors: alpaca", function()
  local function expected(file, stamp)
    local lines = {}
    for symbol, rows in pairs(cjson.decode(text_of(file)).bars) do
      for _, row in ipairs(rows) do
        lines[#lines + 1] = line(symbol, stamp(row.t), row, OHLCV)
      end
    end
    return lines
  end

  it("days", function()
    for _, file in ipairs { "alpaca_bars_page1_META", "alpaca_bars_page2_META", "alpaca_multi_page1",
      "alpaca_multi_page2_boundary", "alpaca_multi_last_page", "alpaca_multi_single_page" } do
      file = file .. ".json"
      gives(expected(file, function(t) return t:sub(1, 10) end), "alpaca", file)
    end
  end)

  it("minutes of crypto", function()
    gives(expected("alpaca_crypto_multi.json", function(t) return t end), "alpaca",
      "alpaca_crypto_multi.json", { timeframe = "1m", symbols = { "BTC/USD" } })
  end)

  it("nothing", function()
    assert.equal("empty", answers.take("alpaca",
      { body = text_of "alpaca_null_bars_single_symbol.json" }).class)
    local class, page = answers.take("alpaca", { body = text_of "alpaca_empty.json" })
    assert.equal("ok", class.class)
    assert.same({}, answers.rows(page))
  end)

  it("what is no page of bars", function()
    for _, file in ipairs { "alpaca_calendar.json", "alpaca_corporate_actions.json" } do
      assert.equal("transient", answers.take("alpaca", { body = text_of(file) }).class, file)
    end
  end)

  it("failures", function() fails_right "alpaca" end)
end)

describe("payloads of vendors: polygon", function()
  local function expected(file, symbol)
    local lines = {}
    for i, row in ipairs(cjson.decode(text_of(file)).results) do
      lines[i] = line(symbol or row.T, day_of_ms(row.t), row, OHLCV)
    end
    return lines
  end

  it("days", function()
    for file, symbol in pairs { polygon_page_next_url = "AAPL", polygon_delayed = "AAPL",
      polygon_crypto = "X:BTCUSD", polygon_forex = "C:EURUSD" } do
      file = file .. ".json"
      gives(expected(file, symbol), "polygon", file, { symbols = { symbol } })
    end
  end)

  it("a day of all stocks", function()
    local first = cjson.decode(text_of "polygon_grouped_daily.json").results[1].t / 1000
    first = first - first % 86400
    gives(expected "polygon_grouped_daily.json", "polygon", "polygon_grouped_daily.json",
      { mode = "date", first = first, end_ = first + 86400 })
  end)

  it("the next page, at its own host", function()
    local next_url = cjson.decode(text_of "polygon_page_next_url.json").next_url
    local url = answers.request("polygon", { page = 1, token = next_url })
    assert.equal("https://api.polygon.io" .. next_url:match "^https://[^/]+(.*)$", url)
  end)

  it("nothing, and failures", function()
    assert.equal("empty", answers.take("polygon",
      { body = text_of "polygon_empty_no_results_key.json" }).class)
    fails_right "polygon"
  end)
end)

describe("payloads of vendors: others that ship", function()
  it("binance", function()
    for file, timeframe in pairs { ["binance_klines.json"] = "1d",
      ["binance_klines_1m_fixture.json"] = "1m" } do
      local lines = {}
      for i, row in ipairs(cjson.decode(text_of(file))) do
        local stamp = timeframe == "1d" and dates.format or dates.format_utc
        lines[i] = line("BTCUSDT", stamp(row[1] / 1000), row, { 2, 3, 4, 5, 6 })
      end
      gives(lines, "binance", file, { symbols = { "BTCUSDT" }, timeframe = timeframe })
    end
    fails_right "binance"
  end)

  it("tiingo, raw and adjusted", function()
    local raw, adjusted = {}, {}
    for i, row in ipairs(cjson.decode(text_of "tiingo_daily.json")) do
      raw[i] = line("AAPL", row.date:sub(1, 10), row, { "open", "high", "low", "close", "volume" })
      adjusted[i] = line("AAPL", row.date:sub(1, 10), row,
        { "adjOpen", "adjHigh", "adjLow", "adjClose", "adjVolume" })
    end
    gives(raw, "tiingo", "tiingo_daily.json", { adjustment = "raw" })
    gives(adjusted, "tiingo", "tiingo_daily.json")
  end)

  it("stooq, and its refusals with the status 200", function()
    local lines = {}
    for day, rest in text_of "stooq_daily.csv":gmatch "(%d%d%d%d%-%d%d%-%d%d),([^\r\n]*)" do
      lines[#lines + 1] = "aapl.us " .. day .. " " .. rest:gsub(",", " ")
    end
    gives(lines, "stooq", "stooq_daily.csv")
    assert.equal("empty", answers.take("stooq", { body = text_of "stooq_nodata_200.txt" }).class)
    assert.equal("throttle", answers.take("stooq", { body = text_of "stooq_quota_200.txt" }).class)
  end)

  it("nepse", function()
    local lines, changes = {}, { symbols = { "NABIL" }, context = { ids = { NABIL = 17 } } }
    for _, row in ipairs(cjson.decode(text_of "nepse_history_page.json").content) do
      if row.closePrice ~= 0 then
        lines[#lines + 1] = line("NABIL", row.businessDate, row,
          { "", "highPrice", "lowPrice", "closePrice", "totalTradedQuantity" })
      end
    end
    gives(lines, "nepse", "nepse_history_page.json", changes)
    fails_right("nepse", changes)
  end)
end)

-- Shapes of vendors that do not ship, as users would describe them.
local function of_user(name, decode, classify)
  return b.provider { name = name, base_url = "https://example.com", calendar = "us",
    timeframes = { ["1d"] = "1d" }, adjustments = { "raw" }, rows = 1000, decode = decode,
    classify = classify, request = function() return { path = "/" } end }
end

describe("payloads of vendors: described by a user", function()
  it("yahoo: columns with holes", function()
    local result = cjson.decode(text_of "yahoo_v8_chart.json").chart.result[1]
    local quote, lines = result.indicators.quote[1], {}
    for i, time in ipairs(result.timestamp) do
      lines[i] = line("AAPL", dates.format(time), { quote.open[i], quote.high[i], quote.low[i],
        quote.close[i], quote.volume[i] }, { 1, 2, 3, 4, 5 })
    end
    gives(lines, of_user("yahoo", { layout = "columns", path = "chart.result.0", time = "s",
      fields = { time = "timestamp", open = "indicators.quote.0.open",
        high = "indicators.quote.0.high", low = "indicators.quote.0.low",
        close = "indicators.quote.0.close", volume = "indicators.quote.0.volume" } }),
      "yahoo_v8_chart.json")
  end)

  it("alphavantage: an object by date, and a refusal with the status 200", function()
    local names = { "1. open", "2. high", "3. low", "4. close", "5. volume" }
    local lines = {}
    for day, row in pairs(cjson.decode(text_of "alphavantage_daily.json")["Time Series (Daily)"]) do
      lines[#lines + 1] = line("AAPL", day, row, names)
    end
    local provider = of_user("alphavantage", { layout = "keyed", path = "Time Series (Daily)",
      fields = { open = names[1], high = names[2], low = names[3], close = names[4],
        volume = names[5] } }, function(response)
        local body = response.json()
        if body and (body.Information or body.Note) then return "throttle" end
      end)
    gives(lines, provider, "alphavantage_daily.json")
    assert.equal("throttle", answers.take(provider,
      { body = text_of "alphavantage_throttle_200.json" }).class)
  end)

  it("eodhd: rows", function()
    local lines = {}
    for i, row in ipairs(cjson.decode(text_of "eodhd_eod.json")) do
      lines[i] = line("AAPL", row.date, row, { "open", "high", "low", "close", "volume" })
    end
    gives(lines, of_user("eodhd", { layout = "rows", fields = { time = "date", open = "open",
      high = "high", low = "low", close = "close", volume = "volume" } }), "eodhd_eod.json")
  end)

  it("polygon: CSV", function()
    local lines = {}
    for row in text_of "polygon_page.csv":gmatch "[^\n]+" do
      local c, h, l, _, o, t, v = row:match "^([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*)"
      if tonumber(t) then
        lines[#lines + 1] = line("AAPL", day_of_ms(tonumber(t)), { o, h, l, c, v }, { 1, 2, 3, 4, 5 })
      end
    end
    gives(lines, of_user("polygon_csv", { layout = "csv", time = "ms", fields = { time = "t",
      open = "o", high = "h", low = "l", close = "c", volume = "v" } }), "polygon_page.csv")
  end)
end)
