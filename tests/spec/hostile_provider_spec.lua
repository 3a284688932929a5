-- SPDX-License-Identifier: MIT
-- Mistakes in a provider's functions: the run ends at once, and says which function of which provider.
local hostile = require "spec.hostile"

-- What ends, its fragments of a message, and the provider's or plan's Lua.
local function ends(fragments, setup)
  local h = hostile.new(setup)
  local out, err, code = h:run()
  local said = out .. err
  assert.is_true(code == 3 or code == 5, ("exit code %s\n%s"):format(code, said))
  assert.is_true(#h:asked() <= 1, #h:asked() .. " requests")
  for _, fragment in ipairs(fragments) do
    assert.is_truthy(said:find(fragment, 1, true), ("'%s' is not in: %s"):format(fragment, said))
  end
  assert.equal(0, h:days())
  return said
end

local function set(fields)
  return { provider = "set { " .. fields .. " }" }
end

describe("a function of a provider that raises an error", function()
  after_each(hostile.stop_all)

  for _, name in ipairs { "request", "classify", "decode", "symbol", "calendar", "rows_of", "check",
    "auth", "prepare" } do
    it("is named, with the place: " .. name, function()
      ends({ "provider odd: " .. name .. ": ", "plan.lua:", ": boom" },
        set(name .. [[ = function() error "boom" end]]))
    end)
  end

  it("is named where it stands in the place of others: decode_lua, bars", function()
    ends({ "provider odd: decode_lua: ", ": boom" },
      { provider = [[provider.decode = nil; set { decode_lua = function() error "boom" end }]] })
    ends({ "provider odd: bars: ", ": boom" }, { provider = [[provider.decode, provider.request = nil
      set { bars = function() error "boom" end }]] })
  end)

  it("is named after its first request, too", function()
    ends({ "provider odd: auth: ", ": boom" }, set [[auth = function(ctx) ctx.get "/x"; error "boom" end]])
  end)
end)

describe("a function of a provider that returns nonsense", function()
  after_each(hostile.stop_all)

  it("is named: request", function()
    for result, fragment in pairs {
      ["nil"] = "must return a table", ["'/bars'"] = "must return a table", ["{ path = 5 }"] = "needs a path",
      ["{ path = '/x', query = 'a=b' }"] = "'query'", ["{ path = '/x', headers = 'a' }"] = "'headers'",
      ["{ path = '/x', weight = 0 / 0 }"] = "'weight'", ["{ path = '/x', weight = 'much' }"] = "'weight'",
      ["nil, 'throttle'"] = "not 'throttle'", ["nil, 'ok'"] = "not 'ok'", ["nil, 'what'"] = "not 'what'",
      ["nil, 'empty', {}"] = "the message is a table",
    } do
      ends({ "provider odd: ", fragment }, set("request = function() return " .. result .. " end"))
    end
  end)

  it("is named: what is used in planning", function()
    for field, result in pairs { symbol = "5", calendar = "'moon'", group = "{}", rows_of = "0 / 0",
      earliest = "'soon'", latest = "{}" } do
      ends({ "provider odd: ", field .. " returns" }, { provider = ("set { %s = function() return %s end }")
        :format(field, result), plan = "plan.to = nil" })
    end
  end)

  it("is named: decode_lua", function()
    for result, fragment in pairs {
      ["'x'"] = "no table of columns", ["{ [5] = { time = {}, close = {} } }"] = "that is no text",
      ["{ AAA = 7 }"] = "no array 'time'", ["{ AAA = { time = { 'x' }, close = { 1 } } }"] = "element 1 of 'time'",
      ["{ AAA = { time = { 1 }, close = { {} } } }"] = "element 1 of 'close'",
      ["{ AAA = { time = { 1 } } }"] = "no 'close'",
    } do
      ends({ "provider odd: decode_lua", fragment }, { provider =
        "provider.decode = nil; set { decode_lua = function() return " .. result .. " end }" })
    end
  end)

  it("is named: auth, and a token in it is not shown", function()
    for _, result in ipairs { "", "'planted-token-77'", "{ headers = 'planted-token-77' }",
      "{ query = { 'planted-token-77' } }" } do
      local said = ends({ "provider odd: " }, set("auth = function() return " .. result .. " end"))
      assert.is_nil(said:find("planted", 1, true), said)
    end
  end)

  it("is named: a hook that waits for something else than an answer", function()
    ends({ "provider odd: ", "ctx.get" }, set "auth = function() coroutine.yield(5) end")
    ends({ "provider odd: ", "needs a path" }, set "auth = function(ctx) ctx.get('https://evil.example/x') end")
  end)
end)

describe("a hook that asks nobody", function()
  after_each(hostile.stop_all)

  it("is enough, however short its tokens live", function()
    local h = hostile.new { speed = 600, plan = [[plan.from = "2020-01-01"]], provider = [[set { rows = 100,
      auth = function() return { headers = { Authorization = "Bearer made-here-1" }, ttl_s = 1 } end }]] }
    local _, code = h:json()
    assert.equal(0, code)
    assert.is_true(h:days() > 1000)
  end)
end)

describe("a class that a provider gives", function()
  after_each(hostile.stop_all)

  it("does not make bars of what is none", function()
    local h = hostile.new { speed = 600, provider = "set { classify = function() return 'ok' end }",
      serve = "if (well) json({ bars: bars() }); else { response.writeHead(500); response.end('<html>'); }" }
    local _, code = h:json()
    assert.equal(5, code)
    h:heal()
    _, code = h:json()
    assert.equal(0, code)
    assert.equal(23, h:days())
  end)

  it("may be that an answer cannot be read, by decode_lua", function()
    local h = hostile.new { speed = 60, provider = [[provider.decode = nil
      function provider.decode_lua(response)
        if not response.json().bars then return nil, "not today" end
        return { AAA = { time = { 1704153600 }, close = { 5 } } }
      end]], serve = "json(n == 1 ? {} : { bars: {} });" }
    local said, code = h:json()
    assert.equal(0, code)
    assert.equal(1, said.answered.transient)
    assert.equal(1, h:days())
  end)
end)
