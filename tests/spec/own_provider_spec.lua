-- SPDX-License-Identifier: MIT
-- The provider of the examples, from its plan to the store, against a server that speaks like its
-- vendor.
local answers = require "spec.answers"
local helper = require "spec.helper"
local json = require "banyan.json"
local load = require "banyan.load"
local plan_of = require "banyan.backfill.plan"

local KEY = "planted-key-5551212"

-- Weekdays of a ticker, to those who have the key; anything else is what the vendor refuses. Says
-- its port, and ends with its standard input.
local SERVER = [[
  const http = require("http");
  const server = http.createServer((request, response) => {
    const url = new URL(request.url, "http://localhost"), ask = (name) => url.searchParams.get(name);
    const ticker = /^\/api\/eod\/(AAPL|MSFT)\.US$/.exec(url.pathname), rows = [];
    const refuse = (status, text) => { response.statusCode = status; response.end(text); };
    if (ask("api_token") !== "@") return refuse(401, `Unauthenticated: ${ask("api_token")}`);
    if (!ticker) return refuse(404, "Ticker Not Found.");
    if (ask("period") !== "d" || ask("fmt") !== "json") return refuse(422, "odd");
    for (let at = Date.parse(ask("from")); at <= Date.parse(ask("to")); at += 86400000) {
      const day = new Date(at), price = 100 + (at / 86400000) % 7;
      if (day.getUTCDay() % 6 === 0) continue;
      rows.push({ date: day.toISOString().slice(0, 10), open: price, high: price + 1, low: price - 1,
        close: price + 0.5, adjusted_close: price / 2, volume: 1000 });
    }
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(rows));
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
  process.stdin.on("end", () => process.exit()).resume();
]]

-- Runs f(environment, folder) while the server runs.
local function with_server(f)
  local folder = helper.scratch()
  local script = helper.write(folder .. "/server.js", (SERVER:gsub("@", KEY)))
  local fifo = folder .. "/port"
  assert(os.execute("mkfifo " .. helper.quote(fifo)) == 0)
  local pipe = assert(io.popen(("exec node %s >%s"):format(script, fifo), "w"))
  local ready = assert(io.open(fifo))
  local port = ready:read "*l"
  ready:close()
  local ok, failure = pcall(f, { BANYAN_EODHD_URL = "http://127.0.0.1:" .. port, NO_PROXY = "*",
    BANYAN_DATA = folder .. "/data", EODHD_API_KEY = KEY }, folder)
  pipe:close()
  if not ok then error(failure, 0) end
end

local function backfill(env, ...)
  local out, err, code = helper.run { env = env, "backfill", "examples/own_provider_plan.lua", ... }
  assert.is_nil((out .. err):find(KEY, 1, true), "the key is told")
  return out, err, code
end

describe("examples/own_provider.lua", function()
  local plan = plan_of.check(load.plan "examples/own_provider_plan.lua")

  it("is taken by its plan", function()
    assert.equal("eodhd/raw", plan.dataset)
    assert.same({ "AAPL", "MSFT" }, plan.symbols)
    assert.equal("https://eodhd.com", plan.base_url)
  end)

  it("asks, with the key as a secret", function()
    local url = answers.request(plan.provider)
    assert.equal("https://eodhd.com/api/eod/AAPL.US?from=2024-01-02&to=2024-01-05&period=d&fmt=json"
      .. "&api_token=<EODHD_API_KEY>", url)
  end)

  it("reads", function()
    local class, page = answers.take(plan.provider, { body = [=[[{"date":"2024-01-02","open":71.4,
      "high":72.25,"low":70.125,"close":71.5,"adjusted_close":70.95,"volume":51200}]]=] })
    assert.equal("ok", class.class)
    assert.same({ "AAPL.US 2024-01-02 71.4 72.25 70.125 71.5 51200" }, answers.rows(page))
  end)

  it("fills a store, and finds it full the next time", function()
    with_server(function(env)
      local out, err, code = backfill(env, "--json")
      assert.equal(0, code, out .. err)
      local summary = json.decode(out, "summary")
      assert.equal("eodhd/raw", summary.dataset)
      assert.equal(2, summary.requests)
      assert.equal(2 * 261, summary.added) -- the weekdays from the first session of the year on
      out, err, code = backfill(env, "--json")
      assert.equal(0, code, err)
      assert.equal(0, json.decode(out, "summary").requests)
      local csv = helper.run { env = env, "data", "export", "AAPL" }
      assert.is_truthy(csv:find("\n2024-01-02,105,106,104,105.5,1000\n", 1, true), csv:sub(1, 200))
    end)
  end)

  it("says that the key is refused, and not the key that the server repeats", function()
    with_server(function(env)
      env.EODHD_API_KEY = KEY .. "-wrong"
      local out, err, code = backfill(env)
      assert.equal(5, code)
      assert.is_truthy((out .. err):find("Unauthenticated", 1, true), out .. err)
      env.EODHD_API_KEY = nil
      out, err, code = backfill(env)
      assert.equal(5, code)
      assert.is_truthy((out .. err):find("EODHD_API_KEY", 1, true), out .. err)
    end)
  end)
end)
