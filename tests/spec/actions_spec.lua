-- SPDX-License-Identifier: MIT
-- Splits of shares: asked for where prices jumped, kept on file, and what they explain.
local answers = require "spec.answers"
local cjson = require "cjson"
local helper = require "spec.helper"
local loader = require "spec.loader"
local provider_of = require "banyan.provider"
local shared = require "spec.shared"

local FROM, TO = "2023-01-03", "2023-12-29"
local NEVER = 1e12 -- adjusted prices show a split from then on

local function has(text, part)
  assert(text:find(part, 1, true), part .. "\nis not in\n" .. text)
end

-- A server with splits of these symbols.
local function serve(splits, more)
  local config = { symbols = { "A", "B", "C" }, splits = splits,
    clock = { start = "2024-01-05T22:00:00", speed = 20 } }
  for key, value in pairs(more or {}) do config[key] = value end
  return loader.start(config)
end

local function plan(fields)
  local all = { provider = "alpaca", symbols = { "A", "B", "C" }, timeframes = { "1d" },
    from = FROM, to = TO, adjustment = "raw" }
  for key, value in pairs(fields or {}) do all[key] = value end
  return all
end

local function series_of(said)
  local rows = {}
  for _, row in ipairs(said.series) do rows[row.symbol] = row end
  return rows
end

-- What `data show` tells of a symbol.
local function shown(loading, symbol)
  local out, err, code = helper.run { "data", "show", symbol, "--json", env = loading.env }
  assert(code == 0, err)
  return cjson.decode(out).series[1]
end

local function asked_for_actions(server, provider)
  local urls = {}
  for _, url in ipairs(server:count(provider).urls) do
    if url:find "corporate%-actions" or url:find "reference/splits" then urls[#urls + 1] = url end
  end
  return urls
end

local function split(date, ratio, more)
  local one = { date = date, ratio = ratio, at = NEVER }
  for key, value in pairs(more or {}) do one[key] = value end
  return one
end

describe("splits on file", function()
  after_each(loader.stop_all)

  it("explain the jumps of raw prices; the others stay noted", function()
    local server = serve { A = { split("2023-03-01", 10), split("2023-09-05", 2) },
      B = { split("2023-06-01", 0.05) }, C = { split("2023-05-02", 8, { untold = true }) } }
    local loading = loader.new(server, plan())
    local said, code = loading:json()
    assert.equal(0, code)
    assert.equal(cjson.null, said.remark)
    local rows = series_of(said)
    assert.same({ 0, 0, 1 }, { rows.A.noted, rows.B.noted, rows.C.noted })
    assert.same({ cjson.null, cjson.null }, { rows.A.first_refusal, rows.B.first_refusal })
    assert.equal("2023-05-02", rows.C.first_refusal.time)
    assert.equal(1, #asked_for_actions(server, "alpaca"))
    local a = shown(loading, "A")
    assert.equal(0, a.noted)
    assert.same({ { date = "2023-03-01", ratio = 10 }, { date = "2023-09-05", ratio = 2 } }, a.splits)
    local c = shown(loading, "C")
    assert.same({}, c.splits)
    has(c.refusals[1].reason, "no action on file")
    local out = helper.run { "data", "show", "A", env = loading.env }
    has(out, "2:1 on 2023-09-05, 10:1 on 2023-03-01")
    has((helper.run { "data", "show", "B", env = loading.env }), "1:20 on 2023-06-01")
    loading:has_exactly({ "A", "B", "C" }, FROM, TO, { kind = "raw" })
    -- Nothing is new, and C was asked for just now.
    server:forget()
    assert.equal(0, select(2, loading:json()))
    assert.equal(0, #asked_for_actions(server, "alpaca"))
  end)

  it("are asked for page by page, and of Polygon symbol by symbol", function()
    local server = serve({ A = { split("2023-03-01", 10), split("2023-06-01", 0.1), split("2023-10-02", 6) },
      B = { split("2023-06-01", 20) } }, { alpaca = { action_rows = 1 }, polygon = { action_rows = 1 } })
    for _, provider in ipairs { "alpaca", "polygon" } do
      local loading = loader.new(server, plan { provider = provider, from = "2023-02-27",
        to = "2023-10-04", symbols = { "A", "B" }, limits = { per_minute = 10000 } })
      local said, code = loading:json()
      assert.equal(0, code)
      assert.equal(cjson.null, said.remark)
      assert.equal(4, #asked_for_actions(server, provider))
      assert.equal(3, #shown(loading, "A").splits)
      assert.equal(0, shown(loading, "A").noted + shown(loading, "B").noted)
    end
  end)

  it("tell where prices should be adjusted, and are not", function()
    local server = serve { A = { split("2023-03-01", 10) } }
    local loading = loader.new(server, plan { adjustment = "all", symbols = { "A" } })
    local said, code = loading:json()
    assert.equal(0, code)
    assert.equal(1, said.series[1].noted)
    has(said.series[1].first_refusal.reason, "10:1 split not adjusted")
    has(shown(loading, "A").refusals[1].reason, "times the close before; 10:1 split not adjusted")
  end)

  it("are asked for again when a run could not have them, which is no failure", function()
    local server = serve({ A = { split("2023-03-01", 10) } }, { alpaca = { actions_status = 403 } })
    local loading = loader.new(server, plan { symbols = { "A" } })
    local said, code = loading:json()
    assert.equal(0, code)
    has(said.remark, "jumps of prices could not be compared with splits: HTTP 403")
    assert.equal(1, said.series[1].noted)
    server:change { alpaca = {} }
    said, code = loading:json()
    assert.equal(0, code)
    assert.equal(cjson.null, said.remark)
    assert.equal(0, shown(loading, "A").noted)
  end)

  it("explain jumps within the day, too", function()
    local server = serve { A = { split("2023-03-01", 10) } }
    local loading = loader.new(server, plan { timeframes = { "1h" }, symbols = { "A" },
      from = "2023-02-27", to = "2023-03-03" })
    local said = loading:json()
    assert.equal(cjson.null, said.remark)
    assert.equal(0, said.series[1].noted)
    assert.same({ { date = "2023-03-01", ratio = 10 } }, shown(loading, "A").splits)
  end)

  it("are asked for again a day later while the jump is young", function()
    local server = serve { A = { split("2023-12-20", 10, { untold = true }) } }
    local loading = loader.new(server, plan { symbols = { "A" } })
    assert.equal(1, series_of(loading:json()).A.noted)
    server:change { splits = { A = { split("2023-12-20", 10) } } }
    server:forget()
    loading:json()
    assert.equal(0, #asked_for_actions(server, "alpaca"))
    assert.equal(1, shown(loading, "A").noted)
    local real, start, speed = server.clock:match "(.+):(.+):(.+)"
    loading.env.BANYAN_CLOCK = ("%s:%.3f:%s"):format(real, start + 2 * 86400, speed)
    loading:json()
    assert.equal(1, #asked_for_actions(server, "alpaca"))
    assert.equal(0, shown(loading, "A").noted)
  end)

  it("are had in spite of faults", function()
    local faults = { alpaca = { throttle = 0.2, error = 0.2, garbage = 0.2, cut = 0.1 } }
    local server = serve({ A = { split("2023-03-01", 10) }, B = { split("2023-06-01", 0.05) } },
      { faults = faults, seed = 3, alpaca = { page_rows = 200 },
        clock = { start = "2024-01-05T22:00:00", speed = 100 } })
    local loading = loader.new(server, plan { symbols = { "A", "B" } })
    for _ = 1, 5 do
      loading:json()
      if #shown(loading, "A").splits > 0 then break end
    end
    assert.equal(0, shown(loading, "A").noted + shown(loading, "B").noted)
  end)
end)

describe("a provider's actions", function()
  local function decode(name, text)
    return provider_of.named(name).actions.decode { json = function() return cjson.decode(text) end }
  end

  it("are read from the form of each vendor", function()
    assert.same({ { symbol = "X", date = "2023-08-22", ratio = 2 },
      { symbol = "Y", date = "2023-09-01", ratio = 0.1 } }, decode("alpaca", [[
      {"corporate_actions":{"forward_splits":[{"ex_date":"2023-08-22","new_rate":2,"old_rate":1,
      "process_date":"2023-08-22","symbol":"X"}],"reverse_splits":[{"ex_date":"2023-09-01",
      "new_rate":1,"old_rate":10,"symbol":"Y"}]},"next_page_token":null}]]))
    assert.same({}, decode("alpaca", '{"corporate_actions":{},"next_page_token":null}'))
    assert.equal(nil, decode("alpaca", '{"message":"no"}'))
    assert.same({ { symbol = "X", date = "2020-08-31", ratio = 4 } }, decode("polygon", [[
      {"status":"OK","results":[{"execution_date":"2020-08-31","split_from":1,"split_to":4,
      "ticker":"X"}]}]]))
    assert.same({}, decode("polygon", '{"status":"OK"}'))
    assert.equal(nil, decode("polygon", '{"status":"NOT_AUTHORIZED"}'))
  end)

  it("are read from a vendor's own sample", function()
    if not shared.present() then return pending(shared.absent) end
    local text = helper.read(shared.folder .. "/providers/alpaca_corporate_actions.json")
    assert.same({ { symbol = "SRE", date = "2023-08-22", ratio = 2 } }, decode("alpaca", text))
  end)

  it("are checked", function()
    local _, view = answers.job "alpaca"
    local fields = { name = "mine", calendar = "us", timeframes = { ["1d"] = "d" }, adjustments = { "raw" },
      base_url = "https://example.com", rows = 10, request = function() return view end,
      decode = { layout = "csv" }, actions = { request = function() end } }
    local ok, raised = pcall(provider_of.new, fields)
    assert.is_false(ok)
    has(raised.message, "'actions.decode' is missing")
  end)
end)
