-- SPDX-License-Identifier: MIT
-- What answers mean, by their status and by what a provider says.
local b = require "banyan"
local classify = require "banyan.backfill.classify"

local function provider_with(own)
  return b.provider { name = "mine", base_url = "https://example.com", calendar = "us",
    timeframes = { ["1d"] = "1d" }, adjustments = { "raw" }, rows = 10,
    request = function() return { path = "/" } end, classify = own,
    decode = { layout = "rows", fields = { time = "t", close = "c" } } }
end

local function response(changes)
  local made = { status = 200, headers = {}, text = "", row_count = 0, has_rows = false,
    json = function() return nil end, field = function() return nil end }
  for key, value in pairs(changes) do made[key] = value end
  return made
end

local function class_of(changes, own)
  return classify.of(provider_with(own), response(changes), {})
end

local function json(body)
  return function() return body end
end

describe("an answer without a provider's word", function()
  it("is classified by its status", function()
    for status, expected in pairs { [401] = "auth", [403] = "entitlement", [404] = "bad_symbol",
      [408] = "transient", [425] = "transient", [429] = "throttle", [418] = "ban", [400] = "bad_request",
      [410] = "bad_request", [422] = "bad_request", [302] = "bad_request", [500] = "transient",
      [502] = "transient", [503] = "transient", [504] = "transient", [599] = "transient" } do
      assert.equal(expected, class_of({ status = status }).class, tostring(status))
    end
  end)

  it("is good when there is a place for rows, full or empty", function()
    assert.equal("ok", class_of({ page = true, has_rows = true, row_count = 3 }).class)
    assert.equal("ok", class_of({ page = true, has_rows = true }).class)
  end)

  it("is no good one when it is a part, or none that was asked for", function()
    assert.equal("transient", class_of({ status = 206, page = true, has_rows = true }).class)
    local function fine() return "ok" end
    assert.equal("transient", class_of({ status = 500 }, fine).class)
    assert.equal("no JSON", class_of({ decode_error = "no JSON" }, fine).message)
  end)

  it("is no empty one when there is none", function()
    local class = class_of { json = json { error = "come back later" } }
    assert.equal("transient", class.class)
    assert.equal("the answer has no place for rows: come back later", class.message)
    class = class_of { decode_error = "line 1: no JSON" }
    assert.equal("transient", class.class)
    assert.equal("line 1: no JSON", class.message)
  end)

  it("waits as long as the server asks for", function()
    assert.equal(27, class_of({ status = 429, retry_after_s = 27 }).wait_s)
    assert.equal(5, class_of({ status = 503, retry_after_s = 5 }).wait_s)
    assert.is_nil(class_of({ status = 429 }).wait_s)
    assert.equal(classify.WAIT_MOST_S, class_of({ status = 503, retry_after_s = 1e12 }).wait_s)
  end)
end)

describe("the message of an answer", function()
  local function message(changes)
    changes.status = 400
    return class_of(changes).message
  end

  it("is what the vendor says, in a line", function()
    assert.equal("no such day", message { json = json { message = "no such day" } })
    assert.equal("no such day", message { json = json { status = "ERROR", error = "no such day" } })
    assert.equal("403 Forbidden go away",
      message { text = "<html>\n<b>403 Forbidden</b>\r\n\27 go\taway</html>\n" })
    assert.equal("", message { text = "" })
    assert.equal("7", message { text = "7", json = json { message = 7 } })
  end)

  it("is cut, between characters", function()
    assert.equal(("é"):rep(200) .. " …", message { text = ("é"):rep(201) })
    assert.equal(("é"):rep(200), message { text = ("é"):rep(200) })
    assert.equal("\239\191\189x", message { text = "\255x" })
  end)
end)

describe("a provider's word", function()
  it("goes before the status, with its details", function()
    local class = class_of({ status = 403, retry_after_s = 9 }, function()
      return "ban", "the firewall", { wait_s = 300 }
    end)
    assert.same({ class = "ban", message = "the firewall", wait_s = 300 }, class)
    class = class_of({ status = 404 }, function() return nil end)
    assert.equal("bad_symbol", class.class)
    class = class_of({ status = 400, text = "who?" }, function(_, job)
      assert.is_table(job)
      return "bad_symbol", nil, { symbol = "FOO" }
    end)
    assert.equal("FOO", class.symbol)
    assert.equal("who?", class.message)
  end)

  it("is checked", function()
    local function refuses(fragment, ...)
      local results = { n = select("#", ...), ... }
      local ok, failure = pcall(class_of, {}, function() return unpack(results, 1, results.n) end)
      assert.is_false(ok)
      assert.equal("PROVIDER", failure.status)
      assert.is_truthy(tostring(failure):find(fragment, 1, true), tostring(failure))
    end
    refuses("provider mine: classify: 'okay' is no class of answers; there is auth bad_request",
      "okay")
    refuses("the message is a number, not a text", "transient", 7)
    refuses("the details are a number, not a table", "transient", nil, 7)
    refuses("unknown detail 'wait', did you mean 'wait_s'?", "throttle", nil, { wait = 3 })
    refuses("the detail 'wait_s' is a string, not a number", "throttle", nil, { wait_s = "3" })
  end)
end)
