-- SPDX-License-Identifier: MIT
-- What the decoder makes of real answers of vendors (see spec.shared), beside the bars themselves,
-- which are those of shared_payloads_spec: how many rows there are, each value that stands beside
-- them, and that no beginning of an answer is taken for the whole.
local ffi_ = require "ffi"
local answer_of = require "banyan.backfill.answer"
local answers = require "spec.answers"
local cjson = require "cjson"
local ffi = require "banyan.ffi"
local helper = require "spec.helper"
local shared = require "spec.shared"

if not shared.present() then
  describe("decoded answers of vendors", function()
    it("are compared with", function() pending(shared.absent) end)
  end)
  return
end

local C = ffi.C

-- Shapes of vendors that do not ship.
local YAHOO = { layout = "columns", path = "chart.result.0", symbol = "meta.symbol", time = "s",
  fields = { time = "timestamp", close = "indicators.quote.0.close" } }
local ALPHAVANTAGE = { layout = "keyed", path = "Time Series (Daily)",
  fields = { close = "4. close" } }
local EODHD = { layout = "rows", fields = { time = "date", close = "close" } }
local POLYGON_CSV = { layout = "csv", time = "ms", final_newline = true,
  fields = { time = "t", close = "c" } }

-- File, and a provider that ships or a shape.
local SAMPLES = {
  { "alpaca_bars_page1_META.json", "alpaca" }, { "alpaca_bars_page2_META.json", "alpaca" },
  { "alpaca_multi_page1.json", "alpaca" }, { "alpaca_multi_page2_boundary.json", "alpaca" },
  { "alpaca_multi_last_page.json", "alpaca" }, { "alpaca_multi_single_page.json", "alpaca" },
  { "alpaca_crypto_multi.json", "alpaca" }, { "alpaca_empty.json", "alpaca" },
  { "alpaca_null_bars_single_symbol.json", "alpaca" },
  { "alpaca_corporate_actions.json", "alpaca" },
  { "polygon_page_next_url.json", "polygon" }, { "polygon_crypto.json", "polygon" },
  { "polygon_forex.json", "polygon" }, { "polygon_delayed.json", "polygon" },
  { "polygon_grouped_daily.json", "polygon", { mode = "date" } },
  { "polygon_empty_no_results_key.json", "polygon" }, { "polygon_page.csv", POLYGON_CSV },
  { "binance_klines.json", "binance" },
  { "binance_klines_1m_fixture.json", "binance", { timeframe = "1m" } },
  { "tiingo_daily.json", "tiingo" }, { "stooq_daily.csv", "stooq" },
  { "nepse_history_page.json", "nepse" }, { "nepse_prove.json", "nepse" },
  { "yahoo_v8_chart.json", YAHOO }, { "eodhd_eod.json", EODHD },
  { "alphavantage_daily.json", ALPHAVANTAGE },
  { "alphavantage_throttle_200.json", ALPHAVANTAGE },
}

-- A sample: its text, its shape, and `decode(size_bytes)`, which raises what the decoder says.
local function sample_of(entry)
  local file, of, changes = unpack(entry)
  local named = type(of) == "string"
  local plan, view = answers.job(named and of or "alpaca", changes)
  local shape = named and plan.provider.decode or of
  if type(shape) == "function" then shape = shape(view) end
  local sample = { file = file, shape = shape, view = view,
    text = assert(helper.read(shared.folder .. "/providers/" .. file), file) }
  local spec = answer_of.spec(shape, view)
  function sample.decode(size_bytes)
    return ffi.make("by_page", C.by_page_free, C.by_decode, spec, sample.text, size_bytes, file)
  end
  return sample
end

local function samples(ending)
  local list = {}
  for _, entry in ipairs(SAMPLES) do
    if entry[1]:find(ending, 1, true) then list[#list + 1] = sample_of(entry) end
  end
  assert(#list > 1)
  return list
end

local function is_there(value) return value ~= nil and value ~= cjson.null end

-- What stands at a path: keys and numbers from 0.
local function at(value, path)
  for key in path:gmatch "[^.]+" do
    if not is_there(value) then return nil end
    value = value[tonumber(key) and tonumber(key) + 1 or key]
  end
  return value
end

-- How many rows the value at the path of a shape holds.
local function rows_in(value, shape)
  if not is_there(value) then return 0 end
  if shape.layout == "rows" then return #value end
  if shape.layout == "columns" then return #at(value, shape.fields.time) end
  local count = 0
  for _, each in pairs(value) do count = count + (shape.layout == "keyed" and 1 or #each) end
  return count
end

-- Calls `visit(path, scalar)` for what stands outside of the rows.
local function beside(value, path, shape, visit)
  if path == (shape.path or "") and shape.layout ~= "columns" then return end
  if type(value) ~= "table" then return visit(path, value) end
  local inside = shape.layout == "columns" and path:sub(1, #shape.path) == shape.path
  for key, each in pairs(value) do
    local numbered = type(key) == "number"
    if numbered then key = key - 1 end
    if not (numbered and inside and type(each) ~= "table") then -- an element of an array there
      beside(each, (path == "" and "" or path .. ".") .. key, shape, visit)
    end
  end
end

describe("decoded answers of vendors", function()
  it("have all rows", function()
    for _, sample in ipairs(samples ".json") do
      local page = sample.decode(#sample.text)
      local value = at(cjson.decode(sample.text), sample.shape.path or "")
      local untraded = tonumber(C.by_page_no_trade_count(page))
      assert.equal(rows_in(value, sample.shape), tonumber(C.by_page_row_count(page)) + untraded,
        sample.file)
      assert.equal(is_there(value), C.by_page_has_rows(page) == 1, sample.file)
      assert.equal(sample.file == "nepse_history_page.json", untraded > 0, sample.file)
    end
  end)

  it("have all that stands beside the rows, as it is written", function()
    local seen = 0
    for _, sample in ipairs(samples ".json") do
      local page = sample.decode(#sample.text)
      beside(cjson.decode(sample.text), "", sample.shape, function(path, value)
        local field, what = C.by_page_field(page, path), sample.file .. ": " .. path
        if value == cjson.null then
          assert.is_true(field == nil, what)
        else
          assert.is_true(field ~= nil, what)
          local text = ffi_.string(field)
          local same = type(value) == "number" and tostring(tonumber(text)) or text
          assert.equal(tostring(value), same, what)
          assert.is_truthy(sample.text:find(text, 1, true), what)
        end
        seen = seen + 1
      end)
    end
    assert(seen > 50, seen)
  end)

  it("belong to the symbol that stands beside columns", function()
    local sample = sample_of { "yahoo_v8_chart.json", YAHOO }
    local symbol = cjson.decode(sample.text).chart.result[1].meta.symbol
    assert.equal(0, C.by_page_find(sample.decode(#sample.text), symbol))
  end)

  local function is_refused(sample, size)
    local ok, failure = pcall(sample.decode, size)
    assert.is_false(ok, ("%s: %d bytes of it were taken"):format(sample.file, size))
    assert.equal("DATA", failure.status, sample.file)
    assert.is_truthy(failure.message:find(sample.file, 1, true), failure.message)
  end

  it("are never taken when their end is missing", function()
    for _, sample in ipairs(samples ".json") do
      for size = 0, #sample.text:match "^(.-)%s*$" - 1 do is_refused(sample, size) end
    end
    for _, sample in ipairs(samples ".csv") do -- within a row
      for size = 0, #sample.text - 1 do
        if sample.text:sub(size, size) ~= "\n" then is_refused(sample, size) end
      end
    end
  end)
end)
