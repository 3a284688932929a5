-- SPDX-License-Identifier: MIT
-- What every command pays for before and after its work: the modules and libraries that it loads, and what it closes.
local helper = require "tests.spec.helper"

local run = helper.run

local directory = helper.scratch()

local function script(text)
  return helper.write(directory .. "/script.lua", text)
end

-- Objects of C that say when they are freed, and nothing of which closes them: 1, 2 and 3; the second is C's.
local HELD = [[
  local engine, ffi = require "banyan.ffi", require "ffi"
  objects = {}
  for i = 1, 3 do
    objects[i] = engine.hold(ffi.new "char[1]", function() io.stdout:write("freed ", i, "\n") end)
  end
  engine.disown(objects[2])
]]
local FREED = "freed 3\nfreed 1\n"

describe("the end of a command", function()
  it("frees what is open, once and the newest first", function()
    assert.same({ FREED, "", 0 }, { run { "lua", script(HELD) } })
  end)

  it("frees it after an error, too", function()
    local out, err, code = run { "lua", script(HELD .. "\nerror 'in the middle'") }
    assert.same({ FREED, 1 }, { out, code })
    assert.truthy(err:find("in the middle", 1, true))
  end)

  it("frees it after Ctrl-C", function()
    local path = script(HELD .. [[
      ffi.cdef "int raise(int)"
      ffi.C.raise(2)
      error "goes on"]])
    local out, err, code = run { "lua", path }
    assert.same({ FREED, "banyan: interrupted\n", 130 }, { out, err, code })
  end)

  it("forgets what was closed or collected", function()
    local out = run { "lua", script [[
      local engine, ffi = require "banyan.ffi", require "ffi"
      local function free() io.stdout:write "freed\n" end
      engine.close(engine.hold(ffi.new "char[1]", free), free)
      engine.hold(ffi.new "char[1]", free)
      collectgarbage() collectgarbage()
      io.stdout:write "end\n"]] }
    assert.equal("freed\nfreed\nend\n", out)
  end)

  it("runs the finalizers of a plain script", function()
    assert.equal("over\n", (run { "lua", script [[
      guard = newproxy(true)
      getmetatable(guard).__gc = function() io.stdout:write "over\n" end]] }))
  end)

  -- The readers of LMDB's lock file: after two lines of 64 bytes one of each, with the process behind its transaction.
  local function readers(path)
    local text, count = helper.read(path), 0
    for at = 129, #text - 63, 64 do
      if text:sub(at + 8, at + 11):find "[^%z]" then count = count + 1 end
    end
    return count
  end

  it("leaves no reader in a bar store behind an error", function()
    local data = directory .. "/data"
    helper.write(directory .. "/SPY.csv", "date,open,high,low,close,volume\n2020-01-02,1,1,1,1,1\n")
    assert.equal(0, (select(3, run { "data", "import", directory .. "/SPY.csv", "--data", data })))
    local path = script(([[
      local store = require "banyan.store".open(%q, "read")
      kept = { store, store:snapshot() }
      os.execute "cp %s/lock.mdb %s/before"
      error "in the middle"]]):format(data, data, data))
    assert.equal(1, (select(3, run { "lua", path })))
    assert.equal(1, readers(data .. "/before"))
    assert.equal(0, readers(data .. "/lock.mdb"))
  end)
end)

describe("the start of a command", function()
  it("opens no library that is for fetching alone", function()
    local out = helper.shell("ldd " .. helper.quote(helper.program))
    assert.truthy(out:find("libluajit", 1, true))
    assert.is_nil(out:find("libcurl", 1, true))
    assert.is_nil(out:find("libssl", 1, true))
  end)

  -- What is loaded from nothing on by a module; the declarations are kept, as they cannot be made twice.
  local function loaded_by(name)
    local out, err, code = run { "lua", script(([[
      for name in pairs(package.loaded) do
        if name:find "^banyan" and name ~= "banyan.cdef" then package.loaded[name] = nil end
      end
      require %q
      for name in pairs(package.loaded) do print(name) end]]):format(name)) }
    assert.same({ "", 0 }, { err, code })
    local names = {}
    for each in out:gmatch "[^\n]+" do names[each] = true end
    return names
  end

  it("declares nothing of C to tell help or versions", function()
    local names = loaded_by "banyan.cli"
    assert.truthy(names["banyan.cli"])
    assert.is_nil(names["banyan.ffi"])
    assert.is_nil(names["banyan.cli.help"])
  end)

  it("loads of the API what most strategies need", function()
    local names = loaded_by "banyan.load"
    assert.truthy(names["banyan.strategy"])
    for _, name in ipairs { "banyan.import", "banyan.search", "banyan.space", "banyan.sweep", "banyan.custom",
      "banyan.luck.pbo", "banyan.backtest", "banyan.attribution", "banyan.eval", "banyan.write" } do
      assert.is_nil(names[name], name)
    end
  end)

  it("sweeps without what prints", function()
    local names = loaded_by "banyan.cli.sweep"
    for _, name in ipairs { "banyan.cli.run", "banyan.cli.top", "banyan.cli.tearsheet", "banyan.sweep.dry_run",
      "banyan.search", "banyan.luck", "banyan.write" } do
      assert.is_nil(names[name], name)
    end
  end)
end)
