-- SPDX-License-Identifier: MIT
-- The reference of the API: everything that scripts can call is there with an example, and each example runs.
local b = require "banyan"
local helper = require "spec.helper"
local host = require "banyan.host"
local lists = require "banyan.lists"
local reference = require "banyan.reference"
local sessions = require "spec.sessions"

-- Examples read what a sweep of this has left.
local TQQQ = [[
local b = require "banyan"
local fast, hot = b.param("fast", 10, b.range(5, 14)), b.param("hot", 79, b.range(70, 85))
return b.strategy { name = "TQQQ", b.when(b.rsi("TQQQ", fast):gt(hot), "UVXY"):otherwise("TQQQ") }
]]

describe("the reference", function()
  local by_name = {}
  for _, entry in ipairs(reference.entries()) do
    assert(not by_name[entry.name], entry.name .. " is there twice")
    by_name[entry.name] = entry
  end

  it("has all of the API, with a summary and an example", function()
    for _, name in ipairs(lists.sorted_keys(b)) do
      local entry = by_name["b." .. name]
      if name ~= "resolve_path" then -- the loader's
        assert.truthy(entry, "b." .. name .. " has no example, so it is not in the reference")
        assert.truthy(#entry.summary > 5, name)
      end
    end
    for name, entry in pairs(by_name) do
      assert.truthy(not name:find "^b%." or rawget(b, name:sub(3)) ~= nil, name .. " is not in the API")
      assert.truthy(entry.example or entry.kind == "field", name)
    end
  end)

  it("knows the params that functions have", function()
    for name, entry in pairs(by_name) do
      local value = name:find "^b%." and rawget(b, name:sub(3))
      if type(value) == "function" and not entry.indicator then
        local info = debug.getinfo(value, "u")
        assert.truthy(info.isvararg or info.nparams == #entry.params, name)
        for i = 1, info.isvararg and 0 or info.nparams do
          local own = debug.getlocal(value, i)
          assert.equal(own, entry.params[i].name, name)
        end
      end
    end
    assert.same({ name = "step", type = "number?", text = "1 when left out" }, by_name["b.range"].params[3])
    assert.same({ { name = "right", type = "number|banyan.Bound|banyan.Series", text = "" } },
      by_name["series:gt"].params)
    assert.equal("banyan.Condition", by_name["series:gt"].returns[1].type)
    assert.equal('b.ema(ticker, w, { seed = "first" })', by_name["b.ema"].signature)
    assert.equal("number[]", by_name["backtest.equity"].type)
  end)

  it("is found by whole names and by bare words", function()
    assert.equal("b.rsi", reference.find "b.rsi"[1].name)
    assert.equal("b.rsi", reference.find "rsi"[1].name)
    assert.equal("condition:days_ago", reference.find "days_ago"[1].name)
    assert.equal("series:days_ago", reference.find "days_ago"[2].name)
    assert.same({}, reference.find "nothing")
  end)

  it("has examples that run", function()
    local folder = helper.scratch()
    sessions.link_sources(folder)
    helper.write(folder .. "/tqqq.lua", TQQQ)
    local stdout, stderr, code = helper.shell(([[export BANYAN_DATA=%s/data; cd %s; banyan() { %s "$@"; }; set -e
      banyan backfill examples/demo_plan.lua -q >&2
      banyan data import examples/fed_funds.csv --series fed_funds >&2
      banyan sweep tqqq.lua -q >&2
      banyan lua %s 2>&1]]):format(folder, folder, host.absolute(helper.program),
      host.absolute "tests/spec/reference_examples.lua"))
    assert.equal(0, code, stderr)
    local count = 0
    for line in stdout:gmatch "[^\n]+" do
      assert.equal("ok ", line:sub(1, 3), line)
      count = count + 1
    end
    assert.truthy(count > 150, count)
  end)
end)
