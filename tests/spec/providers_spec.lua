-- SPDX-License-Identifier: MIT
-- What the providers that ship ask for, and what they make of the answers, word for word.
local answers = require "spec.answers"
local dates = require "banyan.dates"
local helper = require "spec.helper"
local provider_of = require "banyan.provider"

local NOW = answers.NOW

local function asks(url, name, changes)
  local got, headers = answers.request(name, changes)
  assert.equal(url, got)
  return headers
end

local function gives(rows, name, body, changes)
  local class, page = answers.take(name, { body = body }, changes)
  assert.equal("ok", class.class, class.message)
  assert.same(rows, answers.rows(page))
  return page
end

-- Checks the class of an answer and, where given, its details.
local function means(expected, name, answer, changes)
  local class = answers.take(name, answer, changes)
  assert.equal(expected[1], class.class, ("%s answers %d: %s: %s"):format(name, answer.status or 200,
    answer.body:sub(1, 100), class.message))
  for key, value in pairs(expected) do
    if key ~= 1 then assert.equal(value, class[key], key) end
  end
  return class
end

describe("alpaca", function()
  it("asks for stocks with every parameter that matters, and no other", function()
    local headers = asks("https://data.alpaca.markets/v2/stocks/bars?symbols=AAPL,BRK.B"
      .. "&timeframe=1Day&start=2024-01-02T00:00:00Z&end=2024-01-05T23:59:59Z&limit=10000"
      .. "&adjustment=all&feed=sip&sort=asc", "alpaca", { symbols = { "AAPL", "BRK.B" } })
    assert.equal("APCA-API-KEY-ID: <APCA_API_KEY_ID>\n"
      .. "APCA-API-SECRET-KEY: <APCA_API_SECRET_KEY>", headers)
    asks("https://data.alpaca.markets/v2/stocks/bars?symbols=AAPL&timeframe=5Min"
      .. "&start=2024-01-02T14:30:00Z&end=2024-01-02T14:39:59Z&limit=10000&adjustment=raw&feed=iex"
      .. "&sort=asc&page_token=QQ%3D%3D", "alpaca", { timeframe = "5m", adjustment = "raw",
        feed = "iex", page = 1, token = "QQ==", first = 1704205800, end_ = 1704206400 })
  end)

  it("asks for crypto elsewhere, and never together with stocks", function()
    asks("https://data.alpaca.markets/v1beta3/crypto/us/bars?symbols=BTC%2FUSD,ETH%2FUSD"
      .. "&timeframe=1Day&start=2024-01-02T00:00:00Z&end=2024-01-05T23:59:59Z&limit=10000&sort=asc",
      "alpaca", { symbols = { "BTC/USD", "ETH/USD" } })
    local alpaca = provider_of.named "alpaca"
    assert.not_equal(alpaca.group "AAPL", alpaca.group "BTC/USD")
    assert.equal("us", alpaca.calendar "AAPL")
    assert.equal("always", alpaca.calendar "BTC/USD")
  end)

  it("reads pages that straddle symbols", function()
    local page = gives({
      "AAPL 2024-01-05 1 2 0.5 1.5 100", "TSLA 2024-01-02 10 11 9 10.5 7.25",
    }, "alpaca", [[{"bars":{"AAPL":[{"t":"2024-01-05T05:00:00Z","o":1,"h":2,"l":0.5,"c":1.5,"v":100,
      "n":3,"vw":1.2}],"TSLA":[{"t":"2024-01-02T05:00:00Z","o":10,"h":11,"l":9,"c":10.5,"v":7.25}]},
      "next_page_token":"VFNMQQ=="}]])
    assert.equal("VFNMQQ==", require "ffi".string(require "ffi".C.by_page_field(page,
      "next_page_token")))
  end)

  it("knows days by New York in summer and winter", function()
    gives({ "AAPL 2024-03-08 1 1 1 1 1", "AAPL 2024-03-11 1 1 1 1 1" }, "alpaca",
      [[{"bars":{"AAPL":[{"t":"2024-03-08T05:00:00Z","o":1,"h":1,"l":1,"c":1,"v":1},
      {"t":"2024-03-11T04:00:00Z","o":1,"h":1,"l":1,"c":1,"v":1}]},"next_page_token":null}]])
  end)

  it("tells nothing from nothing yet", function()
    means({ "empty" }, "alpaca", { body = '{"bars":null,"next_page_token":null,"symbol":"X"}' })
    means({ "ok" }, "alpaca", { body = '{"bars":{},"next_page_token":null}' })
    -- The chain goes on though this page of it has no rows.
    means({ "ok" }, "alpaca", { body = '{"bars":null,"next_page_token":"QQ=="}' })
    means({ "transient" }, "alpaca", { body = '{"message":"try later"}' })
    means({ "transient" }, "alpaca", { body = '{"bars":{"AAPL":[{"t":"2024-01-02T05' })
    means({ "transient" }, "alpaca", { body = "" })
    means({ "transient" }, "alpaca", { body = "<html>hello</html>" })
  end)

  it("shortens what is too recent for the user's plan, and only then", function()
    local body = '{"message":"subscription does not permit querying recent SIP data"}'
    local forbidden = { status = 403, body = body }
    means({ "entitlement", end_ = NOW - 960 }, "alpaca", forbidden, { end_ = NOW + 86400 })
    assert.is_nil(means({ "entitlement" }, "alpaca", forbidden).end_)
  end)

  it("names the symbol that it does not know", function()
    means({ "bad_symbol", symbol = "FOO.BAR" }, "alpaca",
      { status = 400, body = '{"message":"invalid symbol: FOO.BAR"}' })
  end)
end)

describe("polygon", function()
  it("asks for one ticker, days by date and minutes by time", function()
    local headers = asks("https://api.polygon.io/v2/aggs/ticker/AAPL/range/1/day/2024-01-02/"
      .. "2024-01-05?adjusted=true&sort=asc&limit=50000", "polygon")
    assert.equal("Authorization: Bearer <POLYGON_API_KEY>", headers)
    asks("https://api.polygon.io/v2/aggs/ticker/AAPL/range/5/minute/1704205800000/1704206399999"
      .. "?adjusted=false&sort=asc&limit=50000", "polygon", { timeframe = "5m", adjustment = "raw",
        first = 1704205800, end_ = 1704206400 })
    asks("https://api.polygon.io/v2/aggs/ticker/X:BTCUSD/range/1/day/2024-01-02/2024-01-05"
      .. "?sort=asc&limit=50000", "polygon", { symbols = { "X:BTCUSD" } })
  end)

  it("asks for all stocks of a day", function()
    asks("https://api.polygon.io/v2/aggs/grouped/locale/us/market/stocks/2024-01-02?adjusted=true",
      "polygon", { mode = "date", symbols = { "A", "B" }, end_ = "2024-01-03" })
  end)

  it("follows the next page to its own host, with the key in the header alone", function()
    asks("https://api.polygon.io/v2/aggs/ticker/AAPL/range/1/day/1710734400000/2024-03-22"
      .. "?cursor=cGFnZTI", "polygon", { page = 1, token = "https://api.massive.com/v2/aggs/ticker/"
      .. "AAPL/range/1/day/1710734400000/2024-03-22?cursor=cGFnZTI&apiKey=abc" })
  end)

  it("has a calendar for each kind of ticker", function()
    local polygon = provider_of.named "polygon"
    assert.equal("us", polygon.calendar "AAPL")
    assert.equal("always", polygon.calendar "X:BTCUSD")
    assert.equal("forex", polygon.calendar "C:EURUSD")
    assert.equal("us", polygon.calendar "I:NDX")
    assert.same({ "stocks" }, polygon.by_date.groups)
    assert.equal("stocks", polygon.group "AAPL")
    assert.equal("indices", polygon.group "I:NDX")
  end)

  it("counts pages by the minutes in them", function()
    local polygon = provider_of.named "polygon"
    local function rows(timeframe, seconds)
      return polygon.rows_of { mode = "symbol", timeframe = timeframe, seconds = seconds }
    end
    assert.equal(50000, rows("1m", 60))
    assert.equal(10000, rows("5m", 300))
    assert.equal(833, rows("1h", 3600))
    assert.equal(50000, rows("1d", 86400))
  end)

  it("reads bars, those of indices without a volume", function()
    gives({ "AAPL 2024-03-18 74 75 73.5 74.5 1000" }, "polygon",
      [[{"status":"OK","ticker":"AAPL","results":[{"t":1710734400000,"o":74,"h":75,"l":73.5,
      "c":74.5,"v":1000.0,"vw":74.2,"n":10}],"resultsCount":1}]])
    gives({ "I:NDX 2024-03-18 74 75 73.5 74.5 -" }, "polygon",
      [[{"status":"DELAYED","results":[{"t":1710734400000,"o":74,"h":75,"l":73.5,"c":74.5}]}]],
      { symbols = { "I:NDX" } })
  end)

  it("reads a day of all stocks, stamped with its end", function()
    gives({ "A 2024-03-18 1 2 0.5 1.5 9", "B 2024-03-18 1 2 0.5 1.5 9" }, "polygon",
      [[{"status":"OK","results":[{"T":"A","t":1710792000000,"o":1,"h":2,"l":0.5,"c":1.5,"v":9},
      {"T":"B","t":1710792000000,"o":1,"h":2,"l":0.5,"c":1.5,"v":9}]}]],
      { mode = "date", symbols = { "A", "B" }, first = "2024-03-18", end_ = "2024-03-19" })
  end)

  it("looks at the status in the body", function()
    means({ "empty" }, "polygon", { body = '{"status":"OK","resultsCount":0,"queryCount":0}' })
    means({ "ok" }, "polygon",
      { body = '{"status":"OK","next_url":"https://api.polygon.io/x?cursor=1"}' })
    means({ "entitlement" }, "polygon", { body = '{"status":"NOT_AUTHORIZED","message":"Upgrade"}' })
    means({ "transient" }, "polygon", { body = '{"status":"ERROR","error":"odd"}' })
    means({ "transient" }, "polygon", { body = "{}" })
    means({ "transient" }, "polygon", { body = "[]" })
    means({ "bad_symbol" }, "polygon", { status = 404, body = '{"status":"NOT_FOUND"}' })
  end)

  it("takes a cursor behind the end for the end", function()
    local answer = { status = 400, body = [[{"status":"ERROR",
      "error":"The parameter 'to' cannot be a time that occurs before 'from'"}]] }
    means({ "bad_request" }, "polygon", answer)
    means({ "empty" }, "polygon", answer, { page = 1 })
  end)
end)

describe("binance", function()
  it("asks by time", function()
    local headers = asks("https://data-api.binance.vision/api/v3/klines?symbol=BTCUSDT&interval=1h"
      .. "&startTime=1704153600000&endTime=1704499199999&limit=1000", "binance",
      { symbols = { "BTCUSDT" }, timeframe = "1h" })
    assert.equal("", headers)
    assert.equal(2, provider_of.named("binance").request(select(2, answers.job "binance")).weight)
  end)

  it("reads arrays of texts", function()
    gives({ "BTCUSDT 2024-01-02 20100.5 20250.25 20000.125 20125.75 1.75" }, "binance",
      [=[[[1704153600000,"20100.50000000","20250.25000000","20000.12500000","20125.75000000",
      "1.75000000",1704239999999,"35220.1",12,"0.5","10062.9","0"]]]=], { symbols = { "BTCUSDT" } })
    means({ "ok" }, "binance", { body = "[]" })
  end)

  it("stops when it is told to", function()
    means({ "throttle", wait_s = 9 }, "binance",
      { status = 429, headers = { ["Retry-After"] = "9" }, body = '{"code":-1003,"msg":"Slow"}' })
    means({ "ban", wait_s = 240 }, "binance",
      { status = 418, headers = { ["Retry-After"] = "240" }, body = '{"code":-1003,"msg":"Ban"}' })
    means({ "ban", wait_s = 600 }, "binance", { status = 403, body = "<html></html>" })
    means({ "bad_symbol", symbol = "NOPE" }, "binance",
      { status = 400, body = '{"code":-1121,"msg":"Invalid symbol."}' }, { symbols = { "NOPE" } })
    means({ "bad_request" }, "binance", { status = 400, body = '{"code":-1100,"msg":"Illegal"}' })
    means({ "transient" }, "binance", { status = 200, body = '{"code":-1000,"msg":"Unknown"}' })
  end)
end)

describe("tiingo", function()
  local BODY = [=[[{"date":"2024-01-02T00:00:00.000Z","close":100,"high":101,"low":99,"open":99.5,
    "volume":1000,"adjClose":50,"adjHigh":50.5,"adjLow":49.5,"adjOpen":49.75,"adjVolume":2000,
    "divCash":0.0,"splitFactor":1.0}]]=]

  it("asks by dates", function()
    local headers = asks("https://api.tiingo.com/tiingo/daily/BRK-B/prices?startDate=2024-01-02"
      .. "&endDate=2024-01-05&format=json&resampleFreq=daily", "tiingo", { symbols = { "BRK.B" } })
    assert.equal("Authorization: Token <TIINGO_API_KEY>", headers)
  end)

  it("has raw and adjusted bars in one answer", function()
    gives({ "AAPL 2024-01-02 49.75 50.5 49.5 50 2000" }, "tiingo", BODY)
    gives({ "AAPL 2024-01-02 99.5 101 99 100 1000" }, "tiingo", BODY, { adjustment = "raw" })
    means({ "ok" }, "tiingo", { body = "[]" })
  end)

  it("refuses in plain text with the status 200", function()
    local hourly = "Error: You have run over your hourly request allocation."
    local daily = "Error: You have run over your daily request allocation."
    local changes = { now = NOW + 3600 * 7 + 100 }
    means({ "throttle", until_s = NOW + 3600 * 8 }, "tiingo", { body = hourly }, changes)
    means({ "throttle", until_s = NOW + 86400 + 3600 * 5 }, "tiingo", { body = daily }, changes)
    means({ "throttle", until_s = NOW + 3600 * 5 }, "tiingo", { body = daily })
    means({ "throttle", until_s = NOW + 3600 }, "tiingo", { status = 429, body = hourly })
    means({ "bad_symbol", symbol = "AAPL" }, "tiingo",
      { body = "Error: Ticker 'AAPL' not found" })
    means({ "bad_symbol" }, "tiingo", { status = 404, body = '{"detail":"Not found."}' })
    means({ "auth" }, "tiingo", { status = 403, body = '{"detail":"Invalid token."}' })
    means({ "auth" }, "tiingo", { status = 401, body = '{"detail":"Please supply a token"}' })
  end)
end)

describe("stooq", function()
  it("asks with a key when there is one", function()
    asks("https://stooq.com/q/d/l/?s=aapl.us&d1=20240102&d2=20240105&i=d", "stooq")
    asks("https://stooq.com/q/d/l/?s=%5Espx&d1=20240102&d2=20240105&i=d", "stooq",
      { symbols = { "^SPX" } })
    asks("https://stooq.com/q/d/l/?s=cdr.pl&d1=20240102&d2=20240105&i=d", "stooq",
      { symbols = { "CDR.PL" } })
    local stooq = provider_of.named "stooq"
    assert.equal("<secret STOOQ_API_KEY>", tostring(stooq.auth.query.apikey))
    assert.equal("us", stooq.calendar "AAPL")
    assert.equal("weekdays", stooq.calendar "CDR.PL")
  end)

  it("reads CSV, and notices when it was cut", function()
    local csv = "Date,Open,High,Low,Close,Volume\r\n2024-01-02,1,2,0.5,1.5,100\r\n"
    gives({ "aapl.us 2024-01-02 1 2 0.5 1.5 100" }, "stooq", csv)
    means({ "transient" }, "stooq", { body = csv .. "2024-01-03,1,2,0.5,1." })
  end)

  it("tells what is said with the status 200", function()
    means({ "empty" }, "stooq", { body = "No data" })
    means({ "throttle", until_s = NOW + 86400 }, "stooq",
      { body = "Exceeded the daily hits limit" }, { now = NOW + 5000 })
    means({ "auth" }, "stooq", { body = "Get your apikey: open the page and solve the puzzle" })
    means({ "transient" }, "stooq", { body = "<html>busy</html>" })
  end)
end)

describe("csv", function()
  local csv = provider_of.named "csv"
  local BODY = "time,open,high,low,close,volume\n2024-01-01,1,1,1,1,1\n2024-01-02,1,2,0.5,1.5,100\n"
    .. "2024-01-03,1.5,2,1,2,50\n2024-01-08,9,9,9,9,9\n"

  local function check(base_url, symbols)
    local plan = { provider = csv, base_url = base_url, symbols = symbols or { "A", "B" } }
    return csv.check(plan), plan.provider
  end

  it("fills a pattern in, whatever the symbol", function()
    asks("https://example.com/1d/BTC%2FUSD.csv?from=2024-01-02&to=2024-01-05", "csv",
      { symbols = { "BTC/USD" },
        base_url = "https://example.com/{timeframe}/{symbol}.csv?from={from}&to={to}" })
    asks("https://example.com/..%2Fx%3F.csv", "csv",
      { symbols = { "../x?" }, base_url = "https://example.com/{symbol}.csv" })
  end)

  it("checks the pattern", function()
    assert.is_nil((check "https://example.com/{symbol}.csv"))
    assert.is_truthy(check "https://example.com/{simbol}.csv":find("did you mean {symbol}?", 1, true))
    assert.is_truthy(check "https://example.com/all.csv":find("has no {symbol}", 1, true))
    assert.is_nil((check("https://example.com/all.csv", { "A" })))
    assert.is_truthy(check(nil):find("must say where the files are", 1, true))
    assert.is_truthy(check "ftp://example.com/{symbol}.csv":find("neither a path", 1, true))
    assert.is_truthy(check "file://host/{symbol}.csv":find("neither a path", 1, true))
  end)

  it("takes of a file what was asked for", function()
    gives({ "AAPL 2024-01-02 1 2 0.5 1.5 100", "AAPL 2024-01-03 1.5 2 1 2 50" }, "csv", BODY,
      { base_url = "https://example.com/{symbol}.csv" })
  end)

  it("scales to the adjusted close where all is adjusted, as the import does", function()
    local body = "date,open,high,low,close,adj_close,volume\n2024-01-02,99,104,98,100,50,7\n"
    local base_url = "https://example.com/{symbol}.csv"
    gives({ "AAPL 2024-01-02 49.5 52 49 50 7" }, "csv", body, { base_url = base_url })
    gives({ "AAPL 2024-01-02 99 104 98 100 7" }, "csv", body,
      { base_url = base_url, adjustment = "raw" })
  end)

  it("reads files of this machine, packed ones too", function()
    local folder = helper.scratch()
    helper.write(folder .. "/AAPL.csv", BODY)
    os.execute("gzip -k " .. helper.quote(folder .. "/AAPL.csv"))
    for _, pattern in ipairs { folder .. "/{symbol}.csv", "file://" .. folder .. "/{symbol}.csv.gz" } do
      local fault, of_files = check(pattern)
      assert.is_nil(fault)
      local _, view = answers.job(of_files, { base_url = pattern })
      assert.same({ "AAPL 2024-01-02 1 2 0.5 1.5 100", "AAPL 2024-01-03 1.5 2 1 2 50" },
        answers.rows(of_files.bars(view)))
      view.symbol = "NONE"
      local ok, failure = pcall(of_files.bars, view)
      assert.is_false(ok)
      assert.is_truthy(tostring(failure):find("NONE.csv", 1, true))
      view.symbol = "../AAPL"
      assert.is_false((pcall(of_files.bars, view)))
    end
  end)
end)

describe("nepse", function()
  local nepse = provider_of.named "nepse"
  local context = { ids = { NABIL = 17 } }
  local changes = { symbols = { "NABIL" }, context = context }

  it("asks by the number of a security, page by page", function()
    asks("https://www.nepalstock.com/api/nots/market/history/security/17?size=500"
      .. "&startDate=2024-01-02&endDate=2024-01-05&page=0", "nepse", changes)
    local url, class = answers.request("nepse", { symbols = { "NOPE" }, context = context })
    assert.is_nil(url)
    assert.equal("bad_symbol", class)
  end)

  it("learns the numbers", function()
    local body = { { id = 17, symbol = "NABIL" }, { id = 18, symbol = "NIMB" } }
    local function ctx(answer)
      return { get = function(path, query)
        assert.equal("/api/nots/security", path)
        assert.same({ { "nonDelisted", "true" } }, query)
        return answer
      end }
    end
    local made = nepse.prepare(ctx { status = 200, json = function() return body end })
    assert.same({ ids = { NABIL = 17, NIMB = 18 } }, made)
    for _, json in ipairs { function() return nil end, function() return {} end } do
      local answer = { status = 200, json = json }
      local none, shown = nepse.prepare(ctx(answer))
      assert.is_nil(none)
      assert.equal(answer, shown)
    end
  end)

  it("wants a hook", function()
    assert.is_truthy(nepse.check({}):find("auth = function(ctx)", 1, true))
    assert.is_nil(nepse.check { auth = print })
  end)

  it("serves a year", function()
    assert.equal(dates.format(NOW - 365 * 86400), provider_of.value(nepse, "earliest", NOW))
  end)

  it("reads days without an open, and those without a trade", function()
    gives({ "NABIL 2024-01-04 - 610 598.2 605 7300" }, "nepse", [[{"content":[
      {"businessDate":"2024-01-04","totalTradedQuantity":7300,"highPrice":610.0,"lowPrice":598.2,
      "closePrice":605.0},{"businessDate":"2024-01-03","totalTradedQuantity":0,"highPrice":0.0,
      "lowPrice":0.0,"closePrice":0.0}],"last":true}]], changes)
  end)

  it("tells a firewall from an old token", function()
    means({ "ban", wait_s = 300 }, "nepse", { status = 403, body = "<html></html>" }, changes)
    means({ "transient", renew = true }, "nepse", { body = "" }, changes)
    means({ "transient", renew = true }, "nepse", { body = "<html></html>" }, changes)
    means({ "auth" }, "nepse", { status = 401, body = "" }, changes)
    means({ "transient" }, "nepse", { status = 502, body = "" }, changes)
  end)
end)

describe("sim", function()
  it("makes the bars of a job", function()
    local sim = provider_of.named "sim"
    local _, view = answers.job("sim", { symbols = { "SPY", "TLT" }, first = "2020-01-02",
      end_ = "2020-02-01" })
    local bars = sim.bars(view)
    assert.equal(21, #bars.SPY.time)
    assert.equal(dates.parse "2020-01-31", bars.TLT.time[21])
    assert.equal(19, #sim.symbols)
    assert.equal("2023-12-29", sim.latest)
  end)
end)
