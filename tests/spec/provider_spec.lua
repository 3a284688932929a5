-- SPDX-License-Identifier: MIT
-- What a provider may be, and the requests that are made of it.
local b = require "banyan"
local provider_of = require "banyan.provider"
local request = require "banyan.backfill.request"
local secret_of = require "banyan.secret"

local function fields_of(changes)
  local fields = {
    name = "mine", base_url = "https://api.example.com", calendar = "us",
    timeframes = { ["1d"] = "day" }, adjustments = { "raw" }, rows = 100,
    request = function() return { path = "/bars" } end,
    decode = { layout = "rows", fields = { time = "t", close = "c" } },
  }
  for key, value in pairs(changes or {}) do
    if value == "absent" then value = nil end
    fields[key] = value
  end
  return fields
end

local function fails(status, fragment, f, ...)
  local ok, failure = pcall(f, ...)
  assert.is_false(ok, "it was taken")
  assert.equal(status, failure.status, tostring(failure))
  assert.is_truthy(tostring(failure):find(fragment, 1, true),
    ("'%s' is not in: %s"):format(fragment, tostring(failure)))
end

local function refuses(fragment, changes)
  fails("STRATEGY", fragment, b.provider, fields_of(changes))
end

describe("b.provider", function()
  it("takes a provider and fills in what it leaves open", function()
    local provider = b.provider(fields_of())
    assert.equal("provider", provider.type)
    assert.equal("asc", provider.order)
    assert.equal("none", provider.missing_open)
    assert.equal("2", provider.http)
    assert.equal(0, provider.delay_s)
  end)

  it("names the field that is wrong, and what it should be", function()
    refuses("provider mine: unknown field 'adjustment', did you mean 'adjustments'?",
      { adjustment = "raw" })
    refuses("provider mine: unknown field 'frobnicate'; known are ", { frobnicate = 1 })
    refuses("provider mine: 'calendar' is missing", { calendar = "absent" })
    refuses("'calendar' must be one of 'us', 'always', 'forex', 'nepse', 'weekdays', not 'moon'",
      { calendar = "moon" })
    refuses("'a key of timeframes' must be one of '1d', '1h', '1m', '5m', not '2d'",
      { timeframes = { ["2d"] = "x" } })
    refuses("'a key of timeframes' must be a text, not 1", { timeframes = { "1d", ["1h"] = "h" } })
    refuses("'adjustments[2]' is in the list twice", { adjustments = { "raw", "raw" } })
    refuses("'adjustments[1]' must be one of", { adjustments = { "half" } })
    refuses("'rows' must be a whole number from 1 to 4000000, not 1.5", { rows = 1.5 })
    refuses("'limits.per_minute' must be a number", { limits = { per_minute = 0 } })
    refuses("unknown field 'limits.per_minut', did you mean 'per_minute'?",
      { limits = { per_minut = 5 } })
    refuses("'concurrency' must be a whole number from 1 to 64, not 0", { concurrency = 0 })
    refuses("'base_url' must be a URL", { base_url = "ftp://example.com" })
    refuses("'base_url' must be a URL", { base_url = "https://example.com/?key=1" })
    refuses("'earliest' must be a date", { earliest = "2016-02-30" })
    refuses("'request' must be a function, not 'GET'", { request = "GET" })
    refuses("'settle_s.1d' must be a number", { settle_s = { ["1d"] = "4h" } })
    refuses("'delay_s' must be a number", { delay_s = 0 / 0 })
    fails("STRATEGY", "'name' must be a name of small letters", b.provider,
      fields_of { name = "My Vendor" })
    fails("STRATEGY", "provider: takes a table, not a string", b.provider, "alpaca")
  end)

  it("wants what belongs together together", function()
    refuses("'request' is missing", { request = "absent" })
    refuses("'bars' takes the place of 'request'", { bars = print })
    refuses("'decode' is missing", { decode = "absent" })
    refuses("'rows' is missing", { rows = "absent" })
    refuses("'paging.parameter' is missing",
      { paging = { kind = "token", field = "next" } })
    refuses("'rate_headers.reset_is' is missing", { rate_headers = { reset = "x-reset" } })
    refuses("'decode.symbol' is missing", { by_date = { timeframes = { "1d" } } })
    refuses("'decode.fields.close' is missing", { decode = { layout = "rows" } })
    refuses("'decode.fields.time' is missing",
      { decode = { layout = "map_of_rows", fields = { close = "c" } } })
    refuses("'decode.fields.adjusted' is not for columns", { decode = { layout = "columns",
      fields = { time = "t", close = "c", adjusted = "a" } } })
    refuses("unknown field 'decode.layot', did you mean 'layout'?", { decode = { layot = "rows" } })
  end)

  it("takes no key in the place of a secret, and does not show it", function()
    local ok, failure = pcall(b.provider, fields_of {
      auth = { headers = { Authorization = "Bearer sk-123456" } } })
    assert.is_false(ok)
    assert.is_truthy(tostring(failure):find("'auth.headers.Authorization' must be a secret", 1, true))
    assert.is_nil(tostring(failure):find("sk-123456", 1, true))
  end)
end)

describe("providers", function()
  it("finds what ships, and suggests it", function()
    for _, name in ipairs(provider_of.SHIPPED) do
      local provider = provider_of.named(name)
      assert.equal(name, provider.name)
      assert.equal("provider", provider.type)
    end
    fails("PROVIDER", "there is no provider 'alpace', did you mean 'alpaca'?",
      provider_of.named, "alpace")
  end)

  it("says whose function failed, and where", function()
    local provider = b.provider(fields_of { classify = function(response) return response.a.b end })
    fails("PROVIDER", "provider mine: classify: ", provider_of.call, provider, "classify", {})
    fails("PROVIDER", "provider_spec.lua:", provider_of.call, provider, "classify", {})
  end)

  it("have fields that may be functions", function()
    local provider = b.provider(fields_of {
      earliest = function(now) return b.utc(now):sub(1, 10) end, latest = "2024-01-02" })
    assert.equal("1970-01-03", provider_of.value(provider, "earliest", 2 * 86400))
    assert.equal("2024-01-02", provider_of.value(provider, "latest", 0))
    assert.is_nil(provider_of.value(provider, "default_from", 0))
  end)

  it("have limits, the shortest first", function()
    assert.same({
      { count = 3, period_s = 1, weighted = false },
      { count = 200, period_s = 60, weighted = false },
      { count = 6000, period_s = 60, weighted = true },
    }, provider_of.limits { per_minute = 200, weight_per_minute = 6000, per_second = 3 })
  end)
end)

describe("b.secret", function()
  it("shows its name and nothing else, alone and in a text", function()
    local secret = b.secret "MINE_API_KEY"
    assert.equal("<secret MINE_API_KEY>", tostring(secret))
    assert.equal("Bearer <secret MINE_API_KEY>!", tostring("Bearer " .. secret .. "!"))
    assert.equal("<secret MINE_API_KEY>:<secret B>", tostring(secret .. ":" .. b.secret "B"))
    assert.is_true(secret_of.is("x" .. secret))
  end)

  it("becomes marks for the transport", function()
    local handles = { MINE_API_KEY = 3 }
    local function resolve(name) return handles[name] end
    assert.equal("a b \1" .. "3\2", secret_of.marked("a b " .. b.secret "MINE_API_KEY", resolve))
    assert.equal("a%20b%20\1" .. "3\2",
      secret_of.marked("a b " .. b.secret "MINE_API_KEY", resolve, request.encode))
    assert.is_nil(secret_of.marked("a " .. b.secret("OTHER", { optional = true }), resolve))
    assert.equal("plain", secret_of.marked("plain", resolve))
  end)

  it("takes the name of a key, not a key", function()
    fails("STRATEGY", "never the key itself", b.secret, "sk-live-1234")
    fails("STRATEGY", "the only option is optional = true", b.secret, "A", { optionl = true })
    fails("STRATEGY", "only texts can be joined to a secret", function()
      return b.secret "A" .. {}
    end)
  end)
end)

describe("a request", function()
  local handles = { KEY = 7 }
  local options = {
    base_url = "https://api.example.com",
    resolve = function(name, optional)
      return handles[name] or not optional and error("no " .. name) or nil
    end,
  }

  local function build(asked, changes, job, more)
    changes = changes or {}
    changes.request = function() return asked end
    local all = {}
    for key, value in pairs(options) do all[key] = value end
    for key, value in pairs(more or {}) do all[key] = value end
    return request.build(b.provider(fields_of(changes)), job or { page = 0 }, all)
  end

  it("encodes what stands in paths and queries", function()
    local made = build { path = { "v2", "X:BTC/USD", "a b?c#d%" },
      query = { { "symbols", "A,B&C=D" }, { "at", 1640995200000 }, { "x", nil }, { "on", true } } }
    assert.equal("https://api.example.com/v2/X:BTC%2FUSD/a%20b%3Fc%23d%25"
      .. "?symbols=A,B%26C%3DD&at=1640995200000&on=true", made.url)
    assert.equal("https://api.example.com/a/b%20c/", build({ path = "/a/b c/" }).url)
  end)

  it("encodes marks that stand in a symbol", function()
    assert.equal("https://api.example.com/%017%02?s=%017%02",
      build({ path = { "\1" .. "7\2" }, query = { { "s", "\1" .. "7\2" } } }).url)
  end)

  it("goes below the base", function()
    assert.equal("https://api.example.com/proxy/bars",
      build({ path = "/bars" }, nil, nil, { base_url = "https://api.example.com/proxy/" }).url)
    fails("PROVIDER", "a part '..'", build, { path = { "a", ".." } })
    fails("PROVIDER", "a part '..'", build, { path = "/a/../b" })
    fails("PROVIDER", "needs a path that begins with '/'", build, { path = "bars" })
    fails("PROVIDER", "goes to https://other.example", build, { url = "https://other.example/x" })
    assert.equal("https://api.example.com/x.csv?a=1",
      build({ url = "https://api.example.com/x.csv", query = { { "a", 1 } } }).url)
  end)

  it("carries secrets as marks, and leaves absent ones out", function()
    local auth = {
      headers = { Authorization = "Token " .. b.secret "KEY" },
      query = { apikey = b.secret "KEY", extra = b.secret("NONE", { optional = true }) },
    }
    local made = build({ path = "/bars", headers = { Accept = "text/csv" } }, nil, nil,
      { auth = auth })
    assert.same({ "Accept: text/csv", "Authorization: Token \1" .. "7\2" }, made.headers)
    assert.equal("https://api.example.com/bars?apikey=\1" .. "7\2", made.url)
  end)

  it("refuses headers that would be two", function()
    fails("PROVIDER", "characters that no header can have", build,
      { path = "/", headers = { Accept = "a\r\nEvil: b" } })
  end)

  it("asks for the next page by token or number", function()
    local token = { paging = { kind = "token", field = "next", parameter = "page_token" } }
    assert.equal("https://api.example.com/bars?page_token=a%3D%26b",
      build({ path = "/bars" }, token, { page = 1, token = "a=&b" }).url)
    assert.equal("https://api.example.com/bars", build({ path = "/bars" }, token, { page = 0 }).url)
    local number = { paging = { kind = "number", parameter = "page", first = 1, last = "last" } }
    assert.equal("https://api.example.com/bars?page=3",
      build({ path = "/bars" }, number, { page = 2 }).url)
  end)

  it("asks for the next page by URL, at the host of the base", function()
    local by_url = { paging = { kind = "next_url", field = "next_url", drop = { "apiKey" } } }
    local function follow(url, base_url)
      return build({ path = "/bars" }, by_url, { page = 1, token = url },
        { base_url = base_url or options.base_url, auth = { query = { key = b.secret "KEY" } } }).url
    end
    assert.equal("https://api.example.com/v2/aggs?cursor=a%3D&x=1&key=\1" .. "7\2",
      follow "https://evil.example/v2/aggs?cursor=a%3D&APIKEY=stolen&x=1")
    assert.equal("http://127.0.0.1:81/p/v2/aggs?cursor=a&key=\1" .. "7\2",
      follow("https://evil.example/v2/aggs?cursor=a", "http://127.0.0.1:81/p"))
    assert.equal("http://127.0.0.1:81/p/v2/aggs?key=\1" .. "7\2",
      follow("http://127.0.0.1:81/p/v2/aggs", "http://127.0.0.1:81/p"))
    for _, url in ipairs { "/v2/aggs", "https://a.example/x\1" .. "7\2", "file:///etc/passwd",
      "https://a.example/x y", "https://a.example/" .. ("x"):rep(40000) } do
      local made, class, message = request.build(b.provider(fields_of(by_url)),
        { page = 1, token = url }, options)
      assert.is_nil(made)
      assert.equal("bad_request", class)
      assert.is_truthy(message:find("names a next page", 1, true), message)
    end
  end)

  it("may be none, when the provider knows better", function()
    local provider = b.provider(fields_of {
      request = function() return nil, "bad_symbol", "no such symbol" end })
    local made, class, message = request.build(provider, { page = 0 }, options)
    assert.is_nil(made)
    assert.equal("bad_symbol", class)
    assert.equal("no such symbol", message)
    fails("PROVIDER", "request(job) must return a table", build, nil)
  end)
end)
