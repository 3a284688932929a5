-- SPDX-License-Identifier: MIT
-- Files of others that cannot be taken, or not all of them: foreign strategies and prices.
local helper = require "spec.helper"
local simulated = require "spec.simulated"

local function check(err, parts)
  for _, part in ipairs(parts) do
    assert.truthy(err:find(part, 1, true), ("no '%s' in: %s"):format(part, err))
  end
end

-- A foreign strategy that cannot be run: exit code 3 and parts of the message.
local function strategy_refused(name, text, ...)
  local path = helper.write(helper.scratch() .. "/" .. name, text)
  local out, err, code = simulated.run { "run", path }
  assert.same({ "", 3 }, { out, code }, err)
  check(err, { path, ... })
end

local function repeated(head, middle, count, tail)
  return head .. middle:rep(count) .. tail
end

local COMPOSER = '{"id": "r", "step": "root", "name": "x", "rebalance": "%s", "children": [%s]}'
local ASSET = '{"id": "a%d", "step": "asset", "ticker": "%s"}'

local function composer(rebalance, children)
  return COMPOSER:format(rebalance, children)
end

describe("a foreign strategy", function()
  it("that is cut off is refused at the place", function()
    strategy_refused("a.json", composer("daily", ASSET:format(1, "SPY")):sub(1, 90), "a.json:1:")
    strategy_refused("a.json", "{", "a.json:1:")
    strategy_refused("a.clj", '(defsymphony "x" {}\n (weight-equal [(asset "x"',
      "a.clj:2:17: the list (...) that starts here never ends")
    strategy_refused("a.clj", '(defsymphony "x', "a.clj:1:14")
  end)

  it("that is empty or something else is told what is taken", function()
    strategy_refused("a.json", "", "the file is empty", "Composer JSON", "defsymphony text")
    strategy_refused("a.json", " \n", "the file is empty")
    strategy_refused("a.json", "date,close\n2020-01-02,5\n", "it starts with 'date,close'")
    strategy_refused("a.json", "{}", "not a strategy that banyan knows")
    strategy_refused("a.json", '{"incantation": {}}', "root: trading_type is 'missing'")
    strategy_refused("a.clj", "(defn x [] 1)", "a.clj")
    strategy_refused("a.json", "\0\1\2\255", "a.json")
  end)

  it("that is nested too deep is refused at once", function()
    local deep = 200000
    strategy_refused("a.json", ("["):rep(deep), "a.json:1:3001: nested deeper than 3000 levels")
    strategy_refused("a.json", ("["):rep(deep) .. ("]"):rep(deep), "deeper than 3000 levels")
    strategy_refused("a.json", repeated("", '{"a":', deep, ""), "deeper than 3000 levels")
    strategy_refused("a.clj", ("("):rep(deep), "a.clj:1:3002: nested deeper than 3000 levels")
    strategy_refused("a.clj", repeated('(defsymphony "x" {} ', "(group \"g\" [", 2000, ""),
      "deeper than")
  end)

  it("that is huge is refused", function()
    local huge = 65 * 2 ^ 20
    strategy_refused("a.json", '{"a": "' .. ("x"):rep(huge) .. '"}', "more than 64 MiB of JSON")
    strategy_refused("a.clj", '(defsymphony "' .. ("x"):rep(huge) .. '")',
      "more than 64 MiB of EDN")
  end)
end)

describe("a CSV file", function()
  local function import(text)
    local folder = helper.scratch()
    local path = helper.write(folder .. "/SPY.csv", text)
    local out, err, code = helper.run { "data", "import", path, "--data", folder .. "/store" }
    return out .. err, code, path
  end

  it("may have a BOM, CRLF, semicolons", function()
    for _, text in ipairs {
      "\239\187\191date,close\n2020-01-02,5\n2020-01-03,6\n",
      "date,close\r\n2020-01-02,5\r\n2020-01-03,6\r\n",
      "date;close\n2020-01-02;5\n2020-01-03;6\n",
      "\239\187\191Close;Date\r\n5;2020-01-02\r\n6;2020-01-03",
    } do
      local told, code = import(text)
      assert.equal(0, code, told)
      assert.equal("SPY: 2 new\n", told)
    end
  end)

  -- Nothing of the text is taken.
  local function refused(text, ...)
    local told, code, path = import(text)
    assert.equal(4, code, told)
    check(told, { path, ... })
  end

  it("must name its columns", function()
    local remedy = "The first line must name the columns (date or time, close;"
    refused("date,open\n2020-01-02,5\n", "line 1: no close column; found: date, open", remedy)
    refused("close,open\n5,5\n", "line 1: no date or time column; found: close, open", remedy)
    refused("2020-01-02,5\n2020-01-03,6\n", "no date or time column", remedy)
    refused("", "the file is empty", "a line that names the columns")
    refused("date,close\n", "there are no rows below the header")
  end)

  it("must have numbers that can be prices", function()
    refused("date,close\n2020-01-02,1e308\n", "none of its 1 rows can be used",
      "line 2: close 1e308 is above 1e+15")
    refused("date;close\n2020-01-02;5,5\n", "line 2: close '5,5' is not a number")
    local told, code, path = import "date,close\n2020-01-02,1e308\n2020-01-03,6\n2020-01-06,nan\n"
    assert.equal(4, code)
    check(told, { path .. ":2: close 1e308 is above 1e+15", path .. ":4: close",
      "SPY: 1 new, 2 refused" })
  end)

  it("may be binary or packed badly without harm", function()
    refused("\0\1\2\3\255\254", "the first line")
    refused("\31\139\8\0\0\0\0\0\0\3broken", "SPY.csv")
    refused(("x"):rep(100000), "the first line")
  end)
end)
