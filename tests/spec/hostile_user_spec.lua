-- SPDX-License-Identifier: MIT
-- Clumsy users: odd plans, Ctrl-C at any moment, full disks, two runs at once, closed pipes.
local helper = require "spec.helper"
local hostile = require "spec.hostile"

local MANY = [[
  plan.symbols = {}
  for i = 1, 40 do plan.symbols[i] = ("S%02d"):format(i) end]]

-- Runs a line of shell in which $RUN is the backfill and $DATA its store.
local function shell(h, line)
  local script = helper.write(h.folder .. "/run.sh", "exec " .. h:command() .. ' "$@"\n')
  return helper.shell(("RUN=%s DATA=%s bash -c %s"):format(helper.quote("bash " .. script),
    helper.quote(h.data), helper.quote(line)))
end

-- The exit code after signals, each some seconds after the one before or the start of the program.
local function interrupted(h, pauses)
  local script = helper.write(h.folder .. "/run.sh", "exec " .. h:command() .. "\n")
  local line = { "bash " .. script .. " & run=$!" }
  for _, pause in ipairs(pauses) do line[#line + 1] = ("sleep %g; kill -INT $run"):format(pause) end
  line[#line + 1] = "wait $run"
  -- Where a shell has no job control, its children in the background do not hear SIGINT.
  local _, err, code = helper.shell("bash -mc " .. helper.quote(table.concat(line, "\n")))
  return code, err
end

if helper.signals_wait then
  describe("the loader", function()
    it("in the hands of others", function() pending "too slow under the thread sanitizer" end)
  end)
  return
end

describe("a plan", function()
  after_each(hostile.stop_all)

  it("with a wrong value is refused, and the value is named", function()
    local h = hostile.new {}
    for line, fragment in pairs {
      ["plan.limits = { per_minute = 0 }"] = "per_minute", ["plan.limits = { per_minute = 0 / 0 }"] = "per_minute",
      ["plan.limits = 'fast'"] = "limits", ["plan.concurrency = 0"] = "concurrency",
      ["plan.concurrency = '8'"] = "concurrency", ["plan.timeframes = { 1 }"] = "timeframes",
      ["plan.from, plan.to = '2031-01-01', nil"] = "in the future", ["plan.from = '2024-03-01'"] = "is after 'to'",
      ["plan.from = 20240101"] = "'from'", ["plan.base_url = 'https://a b.example'"] = "base_url",
      ["plan.ca_file = '/nonexistent'"] = "/nonexistent", ["plan.symbols = { 5 }"] = "entry 1 of 'symbols'",
      ["plan.symbols = { 'A', 'Ü' }"] = "entry 2 of 'symbols'", ["plan.symbols = {}"] = "symbols",
      ["plan.symbols = '/nonexistent'"] = "/nonexistent", ["plan.symbols = '/bin/ls'"] = "/bin/ls, line 1",
      ["plan.symbol = { 'A' }"] = "did you mean 'symbols'",
    } do
      h:change { plan = line }
      local _, err, code = h:run()
      assert.equal(3, code, line .. "\n" .. err)
      assert.is_truthy(err:find(fragment, 1, true), line .. "\n" .. err)
    end
    assert.same({}, h:asked())
  end)

  it("may have symbols with all characters that can be stored, and each is asked for as it is", function()
    local h = hostile.new { plan = [[plan.symbols = { "../../etc", "A&b=c#d?", "%00", "-rf", "A/B" }]] }
    assert.equal(0, select(3, h:run()))
    local urls = table.concat(h:asked(), "\n")
    assert.is_truthy(urls:find("symbols=A%26b%3Dc%23d%3F&", 1, true), urls)
    assert.equal(23, h:days "A&b=c#d?")
  end)
end)

describe("Ctrl-C", function()
  after_each(hostile.stop_all)

  it("ends a wait for limits at once, and the next run has the rest", function()
    local h = hostile.new { speed = 1, plan = MANY .. " plan.limits = { per_hour = 3 }" }
    assert.equal(130, (interrupted(h, { 1.5 })))
    h:change { plan = MANY }
    h.env.BANYAN_CLOCK = h.env.BANYAN_CLOCK:gsub(":1$", ":3600")
    assert.equal(0, select(3, h:run()))
    assert.equal(23, h:days "S40")
  end)

  it("twice ends a run whose server says nothing", function()
    local h = hostile.new { speed = 1, serve = "", plan = MANY }
    assert.equal(130, (interrupted(h, { 1, 0.3 })))
  end)

  for name, provider in pairs {
    hook = "set { auth = function() while true do end end }",
    classify = "set { classify = function() local n = 0 while true do n = n + 1 end end }",
    decode_lua = "provider.decode = nil set { decode_lua = function() while true do pcall(math.sin, 1) end end }",
  } do
    it("twice ends a function that does not: " .. name, function()
      assert.equal(130, (interrupted(hostile.new { speed = 1, provider = provider }, { 1, 0.3 })))
    end)
  end
end)

describe("a store", function()
  after_each(hostile.stop_all)

  it("that is full says so, and is good", function()
    local h = hostile.new { plan = MANY .. [[ plan.from = "2020-01-01"]] }
    local out, err, code = shell(h, "ulimit -f 200; $RUN")
    assert.equal(6, code, out .. err)
    assert.is_truthy(err:find("disk is full", 1, true), err)
    assert.equal(0, select(3, h:run()))
    assert.equal(0, select(3, helper.run { "data", "check", env = h.env }))
  end)

  it("that is a file, or below one, is refused", function()
    local h = hostile.new {}
    helper.write(h.data, "")
    assert.equal(7, select(3, h:run()))
    h.data = h.data .. "/below"
    h.env.BANYAN_DATA = h.data
    assert.equal(7, select(3, h:run()))
  end)

  it("takes two runs of one plan at once", function()
    local h = hostile.new { speed = 1, plan = MANY .. " plan.limits = { per_second = 1000 }",
      serve = "setTimeout(() => json({ bars: bars() }), 20);" }
    local out, err, code = shell(h, "$RUN --json >/dev/null & $RUN --json >/dev/null && wait $!")
    assert.equal(0, code, out .. err)
    for _, symbol in ipairs { "S01", "S20", "S40" } do assert.equal(23, h:days(symbol)) end
    assert.equal(0, select(3, helper.run { "data", "check", env = h.env }))
  end)

  it("is filled though nobody reads what is said", function()
    local h = hostile.new { plan = MANY }
    shell(h, "$RUN -v | head -1")
    assert.equal(23, h:days "S40")
    h = hostile.new {}
    local _, _, code = shell(h, "$RUN >/dev/full")
    assert.equal(6, code)
    assert.equal(23, h:days())
  end)
end)
