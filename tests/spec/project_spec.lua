-- SPDX-License-Identifier: MIT
-- banyan init: what it writes runs at once, nothing is written over, and editors are told of the whole API.
local helper = require "spec.helper"
local json = require "banyan.json"
local reference = require "banyan.reference"

local function init(folder, ...)
  return helper.shell(("cd %s && %s"):format(helper.quote(folder), helper.command { "init", ... }))
end

-- The program of a test may be named from the top of the sources.
local program = helper.program
if program:sub(1, 1) ~= "/" then helper.program = assert(require "banyan.host".absolute(program)) end

describe("banyan init", function()
  local top = helper.scratch()
  local out, err, code = init(top, "mine")
  local mine = top .. "/mine"

  it("says what it wrote", function()
    assert.equal(0, code, err)
    assert.equal('next: cd mine; export BANYAN_DATA="$PWD/data"; banyan backfill plan.lua; banyan run strategy.lua\n'
      .. "mine/README.md has the rest\n", err)
    for path in out:gmatch "[^\n]+" do assert.truthy(helper.read(top .. "/" .. path), path) end
    assert.truthy(out:find("mine/types/banyan.lua\n", 1, true))
  end)

  it("writes a README whose commands run in their order", function()
    local commands = {}
    for block in helper.read(mine .. "/README.md"):gmatch "```sh\n(.-)```" do
      for line in block:gmatch "[^\n]+" do commands[#commands + 1] = line end
    end
    assert.truthy(#commands >= 6)
    local line = ("cd %s && set -e && banyan() { %s \"$@\"; } && %s"):format(helper.quote(mine),
      helper.quote(helper.program), table.concat(commands, "\n"))
    local stdout, stderr, run_code = helper.shell(line)
    assert.equal(0, run_code, stderr)
    assert.truthy(stdout:find("\n286 combos in ", 1, true), stdout)
    assert.truthy(stdout:find("hold QQQ", 1, true), stdout)
    assert.truthy(helper.read(mine .. "/data/data.mdb"))
  end)

  it("writes a strategy and a sweep without faults", function()
    for _, name in ipairs { "strategy.lua", "sweep.lua" } do
      local stdout, stderr, lint_code = helper.run { "lint", mine .. "/" .. name, "--data", mine .. "/data" }
      assert.equal(0, lint_code, stdout .. stderr)
    end
  end)

  it("writes over nothing", function()
    local changed = helper.write(mine .. "/strategy.lua", "-- mine\n")
    for _, words in ipairs { { mine, nil }, { top, "mine" }, { top, "mine/" } } do
      local _, stderr, again = init(words[1], words[2])
      assert.equal(2, again, stderr)
      assert.truthy(stderr:find("is there already", 1, true), stderr)
    end
    assert.equal("-- mine\n", helper.read(changed))
    helper.write(top .. "/file", "")
    for path, message in pairs { file = "is no folder", ["no/where"] = "No such file or directory" } do
      local _, stderr, bad = init(top, path)
      assert.equal(2, bad)
      assert.truthy(stderr:find(message, 1, true), stderr)
    end
  end)

  it("writes the types anew, and nothing else", function()
    local types = helper.read(mine .. "/types/banyan.lua")
    helper.write(mine .. "/types/banyan.lua", "")
    local stdout, stderr, again = init(mine, "--types")
    assert.equal(0, again, stderr)
    assert.equal("types/banyan.lua\n", stdout)
    assert.equal(types, helper.read(mine .. "/types/banyan.lua"))
    assert.equal("-- mine\n", helper.read(mine .. "/strategy.lua"))
  end)

  it("tells editors where the types are", function()
    local settings = json.decode(helper.read(mine .. "/.luarc.json"))
    assert.equal("LuaJIT", settings["runtime.version"])
    assert.truthy(helper.read(("%s/%s/banyan.lua"):format(mine, settings["workspace.library"][1])))
  end)
end)

describe("types/banyan.lua", function()
  local text = require "banyan.reference.meta".text()

  it("is Lua that declares everything that scripts can call, each once", function()
    assert.equal("---@meta banyan\n", text:match "^[^\n]*\n")
    assert(loadstring(text))()
    local seen = {}
    for name in text:gmatch "\nfunction ([%w_%.:]+)%(" do
      assert.is_nil(seen[name], name)
      seen[name] = true
    end
    for _, entry in ipairs(reference.entries()) do
      local own = entry.name:match "[%w_]+$"
      local holder = entry.holder == "b" and "b." or entry.holder:match "[%w_]+$" .. ":"
      if entry.kind ~= "field" then assert.truthy(seen[holder .. own], entry.name) end
    end
  end)

  it("knows every class that it names", function()
    for name in text:gmatch "banyan%.%u[%w_]*" do
      assert.truthy(text:find("\n---@class " .. name .. "\n", 1, true)
        or text:find("\n---@class " .. name .. ":", 1, true)
        or text:find("\n---@alias " .. name .. " ", 1, true), name .. " is not declared")
    end
  end)

  it("lets rankings leave the ticker out", function()
    assert.truthy(text:find("---@overload fun(w: integer|banyan.Bound): banyan.Series\nfunction b.sma(ticker, w) end",
      1, true))
  end)
end)
