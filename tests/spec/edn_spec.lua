-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local edn = require "banyan.import.edn"
local failures = require "spec.failures"

-- Forms without positions, kinds as the first element: what a spec compares.
local function plain(form)
  if form == edn.null then return "NIL" end
  if type(form) ~= "table" then return form end
  if form.name then return { form.kind, form.name } end
  local result = { form.kind }
  for i, item in ipairs(form) do result[i + 1] = plain(item) end
  return result
end

local function read(text)
  local result = {}
  for i, form in ipairs(edn.read(text, "f.clj")) do result[i] = plain(form) end
  return result
end

local function refused(message, text, options)
  failures.refuses(message, edn.read, text, "f.clj", options)
end

describe("edn.read", function()
  it("reads forms", function()
    assert.same({ { "list", { "symbol", "f" }, { "vector", 1, { "map" } } } }, read("(f [1 {}])"))
    assert.same({ { "map", { "keyword", "a/b" }, 1, "k", { "list" } } }, read('{:a/b 1 "k" ()}'))
    assert.same({}, read(""))
    assert.same({ true, false, "NIL" }, read("true false nil"))
    assert.same({ { "symbol", ">=" }, { "symbol", "-" }, { "symbol", "a.b/c?" } },
      read(">= - a.b/c?"))
  end)

  it("takes commas, comments, a byte order mark and #_", function()
    assert.same({ 1, 2, 3 }, read("\239\187\1911, 2 ; two ( \" \n,3;"))
    assert.same({ { "vector", 1 }, 4 }, read("[1 #_(a b) #_ #_ 2 [3]] #_x 4"))
  end)

  it("reads numbers", function()
    assert.same({ 0, -12, 5, 1.5, -0.25, 1200, 3e-7, 7, 2.5, 0.5, -0.75, 5 },
      read("0 -12 +5 1.5 -0.25 12e2 3E-7 7N 2.5M 1/2 -3/4 5."))
  end)

  it("reads strings with escapes", function()
    assert.same({ 'a"b\\c\n\t\r\b\f', "", "\195\169\226\130\172\240\159\152\128\0" },
      read([["a\"b\\c\n\t\r\b\f" "" "\u00e9\u20AC\ud83d\ude00\u0000"]]))
    assert.same({ "two\nlines; [" }, read('"two\nlines; ["'))
  end)

  it("notes where forms start", function()
    local forms = edn.read("\n (a\n  [b])", "f")
    assert.equal(3, forms[1].at)
    assert.equal(8, forms[1][2].at)
  end)

  it("refuses forms that do not close", function()
    refused("f.clj:2:2: the vector [...] that starts here never ends", "(\n [1 2")
    refused("f.clj:1:1: the list (...) that starts here never ends", "(a")
    refused("f.clj:3:2: ']' cannot close the list (...) of line 2", "[\n(a\n ]")
    refused("f.clj:1:2: ')' closes nothing", " )")
    refused("f.clj:1:3: a string that never ends", 'a "b')
    refused("f.clj:1:1: a string that never ends", [["b\"]])
  end)

  it("refuses bad atoms", function()
    refused("f.clj:1:2: '12a' is not a number", " 12a")
    for _, text in ipairs { "1e", "0x10", "1.2.3", "007", "1/0", "-1_0", ".5", "1.N" } do
      refused(("f.clj:1:1: '%s' is not a number"):format(text), text)
    end
    refused("f.clj:1:1: the number 1e999 is too large", "1e999")
    refused("f.clj:1:1: a keyword without a name", ":")
    for _, text in ipairs { "#{1}", "#inst", "\\a", "'a", "##Inf" } do
      failures.mentions({ "f.clj:1:1: ", "is not read here" }, edn.read, text, "f.clj")
    end
  end)

  it("refuses bad escapes", function()
    refused("f.clj:1:2: unknown escape \\q in a string", [["\q"]])
    refused("f.clj:1:3: an incomplete \\u escape: four hexadecimal digits must follow", [["a\u12"]])
    refused("f.clj:1:2: half of a surrogate pair", [["\ud83d"]])
    refused("f.clj:1:2: half of a surrogate pair", [["\ude00\ud83d"]])
  end)

  it("refuses bad maps and #_ without a form", function()
    refused("f.clj:1:2: a map with a key that has no value", " {:a}")
    refused("f.clj:1:1: a map with two values for the key a", "{:a 1 :a 2}")
    refused("f.clj:1:5: #_ with nothing after it to leave out", "(#_ )")
    refused("f.clj:1:3: #_ with nothing after it to leave out", "#_")
  end)

  it("limits depth, size and values", function()
    local deep = ("["):rep(1000) .. ("]"):rep(1000)
    assert.equal(1, #edn.read(deep, "f"))
    refused("f.clj:1:1002: nested deeper than 1000 levels", "[" .. deep .. "]")
    assert.equal(1, #edn.read("[" .. deep .. "]", "f", { depth = 1001 }))
    refused("f.clj: more than 64 MiB of EDN, which is the limit", (" "):rep(2 ^ 26 + 1))
    refused("f.clj:1:16000001: more than 8000000 values", ("1 "):rep(8000001))
  end)

  it("raises the status that was asked for", function()
    assert.equal("STRATEGY", failures.failure(edn.read, "(", "f").status)
    assert.equal("STORE", failures.failure(edn.read, "(", "f", { status = "STORE" }).status)
  end)
end)
