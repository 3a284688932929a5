-- SPDX-License-Identifier: MIT
-- A split between two fetches: the vendor adjusts all of its history, and so must the store.
local helper = require "spec.helper"
local loader = require "spec.loader"

local SYMBOLS = { "AAPL", "MSFT", "SPY" }
local BEFORE, AFTER = "2024-03-06T12:00:00", "2024-03-13T12:00:00"
local FROM = "2022-01-03"

local function server_at(start)
  return loader.start { clock = { start = start, speed = 10 },
    alpaca = { page_rows = 200 }, latency_s = 1,
    splits = { MSFT = { { date = "2024-03-11", ratio = 4, at = loader.at "2024-03-11" } } } }
end

local function plan(adjustment)
  return { provider = "alpaca", symbols = SYMBOLS, timeframes = { "1d" }, from = FROM,
    adjustment = adjustment }
end

-- A store that was filled before the split, and what serves after it.
local function filled(adjustment)
  local before = server_at(BEFORE)
  local loading = loader.new(before, plan(adjustment))
  loading:complete()
  loading:has_exactly(SYMBOLS, FROM, "2024-03-05", { kind = adjustment == "raw" and "raw" or "us" })
  before:stop()
  local after = server_at(AFTER)
  loading.server, loading.env.BANYAN_CLOCK = after, after.clock
  loading:plan(plan(adjustment))
  return loading, after
end

describe("a split since the last fetch", function()
  after_each(loader.stop_all)

  it("makes that series be fetched anew, and no other", function()
    local loading, server = filled "all"
    local out, err = loading:complete()
    loading:has_exactly(SYMBOLS, FROM, "2024-03-12")
    assert.is_truthy((out .. err):find "MSFT", out .. err)
    for _, url in ipairs(server:count("alpaca").urls) do
      if url:find("start=2022", 1, true) then
        assert.is_truthy(url:find("symbols=MSFT&", 1, true) or url:find("symbols=MSFT$"), url)
      end
    end
    server:forget()
    loading:complete()
    assert.equal(0, server:count("alpaca").requests)
  end)

  it("is no matter to raw prices", function()
    local loading, server = filled "raw"
    loading:complete()
    loading:has_exactly(SYMBOLS, FROM, "2024-03-12", { kind = "raw" })
    for _, url in ipairs(server:count("alpaca").urls) do
      assert.is_nil(url:find("start=2022", 1, true), url)
    end
  end)

  it("is mended though the loader is killed meanwhile, and never half", function()
    local loading = filled "all"
    local old = helper.read(loading:truth({ "MSFT" }, FROM, "2024-03-05",
      { now = loader.at(BEFORE) }) .. "/MSFT.csv")
    local new = helper.read(loading:truth({ "MSFT" }, FROM, "2024-03-12") .. "/MSFT.csv")
    local step = helper.sanitized and 0.5 or 0.15
    for i = 1, 12 do
      local _, err, code = helper.shell(("timeout -s KILL %.2f %s"):format(i * step,
        loading:command()))
      local got = helper.read(loading:export() .. "/MSFT.csv")
      assert.is_true(got == old or got == new, "a mixture of two histories")
      if code ~= 137 then
        assert.equal(0, code, err)
        break
      end
    end
    loading:complete()
    loading:has_exactly(SYMBOLS, FROM, "2024-03-12")
  end)
end)
