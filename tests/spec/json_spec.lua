-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local json = require "banyan.json"
local failures = require "spec.failures"

local function refused(message, text, options)
  failures.refuses(message, json.decode, text, "f.json", options)
end

describe("json.decode", function()
  it("reads values", function()
    local value = json.decode('{"a": [1, -2.5e3, true, false, null, "x\\u00e9\\n"], "": {}}', "f")
    assert.same({ 1, -2500, true, false, json.null, "x\195\169\n" }, value.a)
    assert.same({}, value[""])
  end)

  it("skips a byte order mark", function()
    assert.same({ 1 }, json.decode("\239\187\191[1]", "f"))
  end)

  it("says where a fault is", function()
    refused("f.json:2:6: expected value but found ']'", '{\n"a": ]')
    refused("f.json:1:4: expected value but found ']'", "[1,]")
    refused("f.json:1:2: expected object key string but found the end of the text", "{")
    refused("f.json:3:1: expected the end but found a number", "[]\n\n1")
    refused("f.json:1:1: expected value but found the end of the text", "")
  end)

  it("refuses numbers that JSON does not have", function()
    for _, text in ipairs { "0x10", "01", "-0x1", "-Infinity", "-nan" } do
      refused("f.json:1:2: expected value but found invalid number", "[" .. text .. "]")
    end
    for _, text in ipairs { "NaN", "Infinity", "nan", "inf", "+1", ".5" } do
      failures.mentions({ "f.json:1:", "found invalid" }, json.decode, "[" .. text .. "]", "f.json")
    end
  end)

  it("refuses NUL bytes", function()
    refused("f.json:1:3: a NUL byte: not JSON, or UTF-16; save the file as UTF-8", "{}\0{")
  end)

  it("limits depth, size and containers", function()
    local deep = ("["):rep(1000) .. ("]"):rep(1000)
    assert.is_table(json.decode(deep, "f"))
    refused("f.json:1:1001: nested deeper than 1000 levels", "[" .. deep .. "]")
    assert.is_table(json.decode("[" .. deep .. "]", "f", { depth = 3000 }))
    refused("f.json: more than 64 MiB of JSON, which is the limit", (" "):rep(2 ^ 26 + 1))
    refused("f.json:1:12000001: more than 4000000 arrays and objects", ("[],"):rep(4000001))
  end)

  it("raises the status that was asked for", function()
    assert.equal("STRATEGY", failures.failure(json.decode, "[", "f").status)
    assert.equal("STORE", failures.failure(json.decode, "[", "f", { status = "STORE" }).status)
  end)
end)

describe("json.encode", function()
  it("keeps the order of objects and sorts plain tables", function()
    assert.equal('{"b":1,"a":[],"c":{}}',
      json.encode(json.object { { "b", 1 }, { "a", json.array {} }, { "c", {} } }))
    assert.equal('{"a":1,"b":[1,2],"c":null}', json.encode { c = json.null, b = { 1, 2 }, a = 1 })
    assert.equal('{"x":null}', json.encode(json.object { { "x" } }))
  end)

  it("writes numbers with 17 digits", function()
    local numbers = { 0.1, 1 / 3, 1e300, 42, -7, 2 ^ 53, 1e17, 1e20, 5e-324, 123456789012 }
    assert.equal("[0.10000000000000001,0.33333333333333331,1.0000000000000001e+300,42,-7,"
      .. "9007199254740992,1e+17,1e+20,4.9406564584124654e-324,123456789012]",
      json.encode(numbers))
    assert.same(numbers, json.decode(json.encode(numbers), "f"))
    assert.equal("[null,null,null]", json.encode { 0 / 0, 1 / 0, -1 / 0 })
    assert.equal("[-9223372036854775808,18446744073709551615]",
      json.encode { -9223372036854775807LL - 1LL, 18446744073709551615ULL })
  end)

  it("does not ask the locale", function()
    local before = os.setlocale()
    local comma = os.setlocale("de_DE.UTF-8") or os.setlocale("fr_FR.UTF-8")
    local text = json.encode { 0.5 }
    os.setlocale(before)
    if not comma then pending("no locale with a decimal comma on this machine") end
    assert.equal("[0.5]", text)
  end)

  it("escapes strings and replaces what is not UTF-8", function()
    assert.equal([["\"\\\n\r\t\u0000\u001f\u007f/]] .. '\195\169"',
      json.encode('"\\\n\r\t\0\31\127/\195\169'))
    local replaced = "\239\191\189"
    for _, bad in ipairs { "\128", "\192\175", "\237\160\128", "\244\144\128\128", "\226\130" } do
      assert.equal('"a' .. replaced:rep(#bad) .. 'b"', json.encode("a" .. bad .. "b"))
    end
    assert.equal('"\240\159\152\128"', json.encode("\240\159\152\128"))
  end)

  it("indents", function()
    assert.equal('{\n  "a": [\n    1,\n    2\n  ],\n  "b": {}\n}',
      json.encode({ a = { 1, 2 }, b = {} }, { indent = 2 }))
  end)

  it("refuses what JSON cannot hold", function()
    local cycle = {}
    cycle[1] = cycle
    assert.has_error(function() json.encode(cycle) end,
      "json.encode: deeper than 1000 levels, or a cycle")
    assert.has_error(function() json.encode(print) end, "json.encode: cannot write a function")
    assert.has_error(function() json.encode { 1, x = 2 } end,
      "json.encode: a table with both positions and keys, or with holes")
  end)
end)
