-- SPDX-License-Identifier: MIT
-- Servers that refuse for ever, tell odd times, or speak no proper HTTP: the run ends after a time that
-- makes sense, having asked little, and the next run finds nothing covered that was not answered.
local cjson = require "cjson"
local hostile = require "spec.hostile"

-- Runs against a server that is never well: how it failed, and what it cost; then against a well one.
local function fails(setup, requests_most)
  setup.speed = setup.speed or 10000
  setup.serve = "if (well) { json({ bars: bars() }); return; }\n" .. setup.serve
  local h = hostile.new(setup)
  local said, code = h:json()
  assert.equal(5, code)
  local failure = said.series[1].failure
  assert.is_true(failure ~= cjson.null)
  assert.is_true(said.requests <= requests_most, said.requests .. " requests")
  h:heal()
  h:change { provider = setup.provider }
  os.execute("rm -rf " .. h.data .. "/limits") -- where a pause may be kept
  assert.equal(0, select(3, h:run()))
  assert.equal(23, h:days())
  return failure.message, said
end

local function succeeds(setup, requests_most)
  local h = hostile.new(setup)
  local said, code = h:json()
  assert.equal(0, code)
  assert.equal(23, h:days())
  assert.is_true(said.requests <= requests_most, said.requests .. " requests")
  return said
end

describe("a server that refuses for ever", function()
  after_each(hostile.stop_all)

  it("is given up, with and without times that it tells", function()
    assert.is_truthy(fails({ serve = "json({}, 429);" }, 40):find("429", 1, true))
    fails({ serve = "json({}, 429, { 'Retry-After': '30' });" }, 60)
    fails({ serve = "json({}, 418);" }, 20)
    fails({ serve = "json({}, 503, { 'Retry-After': '1000000000000' });" }, 40)
  end)

  it("is waited for as long as it says, once", function()
    local message, said = fails({ speed = 60000, serve = "json({}, 429, { 'Retry-After': '1000000000000' });" }, 20)
    assert.is_truthy(message:find("429", 1, true))
    assert.is_true(said.seconds < 60 * 3600)
    said = succeeds({ speed = 3000, serve = [[
      if (n == 1) json({}, 429, { 'Retry-After': '3000' }); else json({ bars: bars() });]] }, 2)
    assert.is_true(said.seconds > 3000)
  end)

  it("gets no token for ever by a hook", function()
    fails({ speed = 600, provider = [[set { auth = function(ctx)
      ctx.get "/token"
      return { headers = { Authorization = "Bearer 12345678" } } end }]],
      serve = "json({}, url.pathname === '/token' ? 200 : 401);" }, 10)
  end)
end)

describe("what headers say of limits", function()
  after_each(hostile.stop_all)

  local RATES = [[set { rate_headers = { limit = "x-l", remaining = "x-r", reset = "x-s", reset_is = "epoch" } }]]

  for name, headers in pairs {
    ["the past"] = "'Retry-After': 'Fri, 31 Dec 1999 23:59:59 GMT'", ["less than nothing"] = "'Retry-After': '-5'",
    ["nothing"] = "'Retry-After': '0'", ["nonsense"] = "'Retry-After': 'soon; 7e99'",
    ["milliseconds"] = "'X-L': '200', 'X-R': '-1', 'X-S': '1709251260000'",
    ["no numbers"] = "'X-L': 'nan', 'X-R': 'inf', 'X-S': '-inf'",
    ["more than there is"] = "'X-L': '5', 'X-R': '1e300', 'X-S': '5'",
  } do
    it("is taken for what it is: " .. name, function()
      succeeds({ provider = RATES, speed = 60,
        serve = ("json({ bars: bars() }, n < 3 ? 429 : 200, { %s });"):format(headers) }, 5)
    end)
  end
end)

-- Named as what it is, and what a server does.
local NONE = {
  { "204",
    "response.writeHead(204); response.end();" },
  { "206, a part",
    "json({ bars: {} }, 206);" },
  { "HTTP 0.9",
    "socket.end('<html>hello</html>');" },
  { "headers without end",
    "socket.write('HTTP/1.1 200 OK\\r\\n' + 'X-A: b\\r\\n'.repeat(20000));" },
  { "1xx without end",
    "socket.write('HTTP/1.1 103 Early Hints\\r\\nX-A: b\\r\\n\\r\\n'.repeat(5000));" },
  { "500 headers",
    "for (let i = 0; i < 500; i++) response.setHeader(`x-${i}`, 'y'); json({ bars: {} });" },
  { "a bomb of gzip",
    "const bomb = zlib.gzipSync(Buffer.alloc(1e8)); "
      .. "response.writeHead(200, { 'Content-Encoding': 'gzip' }); response.end(bomb);" },
  { "not packed as it says",
    "json({ bars: {} }, 200, { 'Content-Encoding': 'gzip' });" },
  { "packed as nobody asked",
    "json({ bars: {} }, 200, { 'Content-Encoding': 'br' });" },
  { "a length that is too short",
    "const text = JSON.stringify({ bars: bars() }); "
      .. "socket.end(`HTTP/1.1 200 OK\\r\\nContent-Length: ${text.length - 30}\\r\\n\\r\\n${text}`);" },
  { "bad UTF-8",
    "response.end(Buffer.from('{\"bars\":{\"AAA\":[]},\"x\":\"\\xff\\xfe\"}', 'latin1'));" },
  { "NUL bytes",
    "response.end(JSON.stringify({ bars: {} }) + '\\0\\0');" },
  { "nested too deep",
    "response.end(`{\"x\":${'['.repeat(1e5)}${']'.repeat(1e5)}}`);" },
  { "a number of 400 digits",
    "response.end(JSON.stringify({ bars: bars() }).replace('\"o\":100', `\"o\":1${'0'.repeat(400)}`));" },
  { "the year 9999",
    "json({ bars: { AAA: [{ t: '9999-01-01', c: 1 }] } });" },
}

describe("an answer that is none", function()
  after_each(hostile.stop_all)

  for _, none in ipairs(NONE) do
    it("covers nothing: " .. none[1], function()
      fails({ speed = 20000, serve = none[2] }, 40)
    end)
  end

  it("cannot paint on the terminal", function()
    local message = fails({ serve = "json({ message: '\\u001b[31mred\\u009b31m \\u0007' }, 400);" }, 1)
    assert.is_nil(message:find "[%c\127]")
    assert.is_nil(message:find "\194[\128-\159]")
  end)
end)

describe("waiting for a hook", function()
  after_each(hostile.stop_all)

  it("that has to pause takes no time of the processor", function()
    local h = hostile.new { speed = 1, plan = [[plan.symbols = { "AAA", "BBB", "CCC" }]],
      provider = [[set { auth = function(ctx)
        ctx.get "/token"
        return { headers = { Authorization = "Bearer 12345678" } } end }]],
      serve = "json({ bars: bars() }, url.pathname === '/token' && n < 2 ? 503 : 200, { 'Retry-After': '3' });" }
    local out, err = require("spec.helper").shell("bash -c " .. require("spec.helper").quote(
      "TIMEFORMAT=%U; time " .. h:command()))
    local user = tonumber(err:match "([%d.]+)%s*$")
    assert.equal(23, h:days "CCC", out .. err)
    assert.is_true(user < (require("spec.helper").sanitized and 20 or 1.5), err)
  end)
end)
