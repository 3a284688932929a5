-- SPDX-License-Identifier: MIT
local cjson = require "cjson"
local helper = require "spec.helper"

-- In a process of its own, since the variable is read once.
local SCRIPT = [[
local clock, host = require "banyan.clock", require "banyan.host"
local failure = require "banyan.failure"
local first = host.now()
local ok, now = pcall(clock.now)
local found = ok and { first = first, now = now, last = host.now(), real = clock.real(120),
  later = clock.now() - now } or failure.failure_of(now)
print(require "cjson".encode(found))
]]

local function look(text)
  local path = helper.write(helper.scratch() .. "/look.lua", SCRIPT)
  local out, err, code = helper.run { "lua", path, env = { BANYAN_CLOCK = text } }
  assert.equal(0, code, err)
  return cjson.decode(out)
end

describe("the clock", function()
  it("tells the real time", function()
    local at = look ""
    assert.is_true(at.first - 1e-3 <= at.now and at.now <= at.last + 1e-3)
    assert.equal(120, at.real)
    assert.is_true(at.later >= 0)
  end)

  it("starts and runs as a test says", function()
    local at = look "1000000000:951782400:60"
    assert.is_true(at.now >= 951782400 + (at.first - 1e9) * 60 - 1e-2)
    assert.is_true(at.now <= 951782400 + (at.last - 1e9) * 60 + 1e-2)
    assert.equal(2, at.real)
    at = look "1000000000.5:951782400.25:0.5"
    assert.is_true(at.now >= 951782400.25 + (at.first - 1000000000.5) / 2 - 1e-2)
    assert.is_true(at.now <= 951782400.25 + (at.last - 1000000000.5) / 2 + 1e-2)
    assert.equal(240, at.real)
  end)

  it("refuses a text that it cannot follow", function()
    for _, text in ipairs { "60", "1:2", "1:2:3:4", "a:1:1", "1:2:0", "1:2:-3", "1:2:1e9",
      "1:2:2000000", " 1:2:3", "1:2:3 ", "1:2:", "nan:1:1", "0x10:1:1" } do
      local found = look(text)
      assert.equal("USAGE", found.status, text)
      assert.is_truthy(found.message:find("BANYAN_CLOCK is '" .. text .. "'", 1, true))
    end
  end)
end)
