-- SPDX-License-Identifier: MIT
-- Backfill plans of series from outside, from a server on loopback and from files.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local cjson = require "cjson"
local helper = require "spec.helper"
local loader = require "spec.loader"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

describe("a plan of series", function()
  after_each(loader.stop_all)

  -- Days and closes of what the server has, as the export of a series shows them.
  local function closes_of(loading, symbol)
    local lines = { "date,known,value" }
    local text = helper.read(loading:truth({ symbol }, "2023-01-03", "2024-02-28", { kind = "raw" }) .. "/"
      .. symbol .. ".csv")
    for day, close in text:gmatch "\n(%d+%-%d+%-%d+),[^,]*,[^,]*,[^,]*,([^,]+)" do
      lines[#lines + 1] = ("%s,%s,%s"):format(day, day, close)
    end
    return table.concat(lines, "\n") .. "\n"
  end

  it("fetches each from its address", function()
    local server = loader.start { clock = { start = "2024-02-29T12:00:00", speed = 400 },
      csv = { first = loader.at "2023-01-03" } }
    local loading = loader.new(server, ([[
local b = require 'banyan'
return b.backfill { provider = "csv", series = { "AAPL", "MSFT" }, base_url = %q }
]]):format(server:url() .. "/csv/{symbol}.csv"))
    local out = loading:run "--dry-run"
    assert.equal("2 series, each in one request: AAPL MSFT\n", out)
    out = loading:complete()
    has(out, "series AAPL: ")
    for _, name in ipairs { "AAPL", "MSFT" } do
      local text = helper.run { "data", "export", name, env = loading.env }
      assert.equal(closes_of(loading, name), text)
    end
    assert.truthy(loading:complete():find("series MSFT: 0 new, %d+ unchanged"))
    local said = loading:json()
    assert.same({ "AAPL", 0, cjson.null }, { said.series[1].name, said.series[1].added, said.series[1].failure })
  end)

  it("goes on behind one that cannot be had", function()
    local server = loader.start { clock = { start = "2024-02-29T12:00:00", speed = 400 }, unknown = { "NOPE" },
      csv = { first = loader.at "2023-01-03" } }
    local loading = loader.new(server, ([[
local b = require 'banyan'
return b.backfill { provider = "csv", series = { "NOPE", "lower", "AAPL" }, known = "start", base_url = %q }
]]):format(server:url() .. "/csv/{symbol}.csv"))
    local out, err, code = loading:run()
    assert.equal(5, code)
    has(err, "series lower: HTTP 404 Not Found")
    has(err, "series NOPE: http://127.0.0.1")
    has(err, "no date or time column; found: No data")
    assert.truthy(out:find "^series AAPL: %d+ new\n$")
    server:stop()
    out, err, code = loading:run()
    assert.same({ "", 5 }, { out, code })
    has(err, "banyan: series AAPL: ")
  end)

  it("takes files of this machine", function()
    local folder = helper.scratch()
    helper.write(folder .. "/rate.csv", "date,value\n2024-01-05,1.5\n")
    local plan = helper.write(folder .. "/plan.lua", ("return require 'banyan'.backfill { provider = 'csv', "
      .. "series = { 'rate', 'none' }, base_url = '%s/{symbol}.csv' }"):format(folder))
    local out, err, code = helper.run { "backfill", plan, "--data", folder .. "/store" }
    assert.same({ "series rate: 1 new\n", 5 }, { out, code })
    has(err, "series none: ")
    has(err, "none.csv")
  end)

  it("is refused with what is wrong in it", function()
    for wanted, fields in pairs {
      ["series come from provider = \"csv\" alone"] = "provider = 'sim', series = { 'a' }",
      ["'series' is a list of names"] = "provider = 'csv', series = {}",
      ["entry 1 of 'series' is no name of a series"] = "provider = 'csv', series = { 'a/b' }",
      ["the plan must say where the series are"] = "provider = 'csv', series = { 'a' }",
      ["base_url has {timeframe}; of series it knows {symbol}"] =
        "provider = 'csv', series = { 'a' }, base_url = 'x/{timeframe}.csv'",
      ["base_url has no {symbol}"] = "provider = 'csv', series = { 'a', 'b' }, base_url = 'x.csv'",
      ["'known' is \"start\" or \"end\""] = "provider = 'csv', series = { 'a' }, base_url = 'x.csv', known = 1",
      ["a plan of series has no key 'symbols'"] = "provider = 'csv', series = { 'a' }, symbols = { 'SPY' }",
    } do
      local plan = helper.write(helper.scratch() .. "/plan.lua",
        ("return require 'banyan'.backfill { %s }"):format(fields))
      local _, err, code = helper.run { "backfill", plan, "--dry-run" }
      assert.equal(3, code, err)
      has(err, wanted)
    end
  end)
end)
