-- SPDX-License-Identifier: MIT
-- The command line as a user meets it: the real program, its two outputs and its exit codes.
local helper = require "spec.helper"
local options = require "banyan.cli.options"

local run = helper.run

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

-- Wrong use: exit code 2, one line on standard error, nothing on standard output.
local function refused(words, ...)
  local out, err, code = run(words)
  assert.equal("", out)
  assert.equal(2, code)
  assert.equal(1, select(2, err:gsub("\n", "")))
  for _, part in ipairs { "banyan: ", "--help`)", ... } do has(err, part) end
end

describe("the program", function()
  it("helps when it is called with nothing", function()
    local out, err, code = run {}
    assert.equal(2, code)
    assert.equal("", out)
    has(err, "banyan --help")
  end)

  it("tells its version", function()
    local out, err, code = run { "--version" }
    assert.same({ "banyan 0.1.0\n", "", 0 }, { out, err, code })
  end)

  it("has a help for every verb", function()
    local overview = run { "--help" }
    assert.equal(overview, (run { "help" }))
    assert.equal(overview, (run { "-h" }))
    for _, verb in ipairs(options.verbs) do
      has(overview, verb.name)
      has(overview, verb.summary)
      local words = { "help" }
      for word in verb.name:gmatch "%S+" do words[#words + 1] = word end
      local out, err, code = run(words)
      assert.same({ "", 0 }, { err, code })
      for option in options.each_option(verb) do has(out, "--" .. option.name) end
      for line in out:gmatch "[^\n]*" do assert.is_true(#line <= 80, line) end
      table.remove(words, 1)
      words[#words + 1] = "--help"
      assert.equal(out, (run(words)))
    end
  end)

  it("has a help for a family of verbs", function()
    local out, _, code = run { "help", "data" }
    assert.equal(0, code)
    has(out, "data import PATH...")
    assert.equal(out, (run { "data", "--help" }))
  end)

  it("suggests what was meant", function()
    refused({ "swep" }, "there is no verb 'swep', did you mean 'sweep'?")
    refused({ "xyzzy" }, "there is no verb 'xyzzy' (see")
    refused({ "help", "rnu" }, "did you mean 'run'?")
    refused({ "data" }, "needs a verb: import, ls, show, check, export, drop, compact or snapshot")
    refused({ "data", "lst" }, "did you mean 'ls'?")
    refused({ "run", "x.lua", "--slipage", "1" }, "did you mean '--slippage'?")
    refused({ "run", "x.lua", "--zzz" }, "no option '--zzz' (see")
    refused({ "run", "x.lua", "-z" }, "no option '-z'")
    refused({ "--data", "x", "run" }, "the verb comes first")
  end)

  it("checks what options say", function()
    refused({ "run" }, "banyan run needs STRATEGY")
    refused({ "run", "a.lua", "b.lua" }, "'b.lua' is too much")
    refused({ "run", "x.lua", "--from" }, "--from needs a value, DATE")
    refused({ "run", "x.lua", "--from", "2020-02-30" }, "--from wants a day as YYYY-MM-DD")
    refused({ "run", "x.lua", "--slippage=0.6" }, "a number from 0 to 0.5, not '0.6'")
    refused({ "run", "x.lua", "--slippage=nan" }, "not 'nan'")
    refused({ "run", "x.lua", "--slippage=0x0" }, "not '0x0'")
    refused({ "run", "x.lua", "-p", "fast" }, "NAME=VALUE, not 'fast'")
    refused({ "run", "x.lua", "--timeframe", "2d" }, "1d, 1h, 5m or 1m, not '2d'")
    refused({ "run", "x.lua", "--json=1" }, "--json takes no value")
    refused({ "run", "x.lua", "--data=" }, "--data wants")
    refused({ "sweep", "x.lua", "-j0" }, "a whole number from 1 to 1024, not '0'")
    refused({ "sweep", "x.lua", "-j", "1.5" }, "not '1.5'")
    refused({ "top", "x", "-n" }, "-n needs a value, N")
  end)

  it("takes options in any order and form", function()
    local parse = require "banyan.cli.parse".parse
    local verb, values, arguments = parse { "stats", "-qj4", "--equity=a=b", "--", "--odd.lua" }
    assert.equal("stats", verb.name)
    assert.same("a=b", values.equity)
    assert.same({ true, 4 }, { values.quiet, values.threads })
    assert.same({ "--odd.lua" }, arguments)
    verb, values, arguments = parse { "run", "-p", "a=1", "x.lua", "-pb=TQQQ", "--no-color" }
    assert.equal("run", verb.name)
    assert.same({ { name = "a", value = 1 }, { name = "b", value = "TQQQ" } }, values.param)
    assert.is_true(values.no_color)
    assert.same({ "x.lua" }, arguments)
    verb, values, arguments = parse { "lua", "-q", "x.lua", "-q", "--", "--help" }
    assert.equal("lua", verb.name)
    assert.same({ quiet = true }, values)
    assert.same({ "x.lua", "-q", "--", "--help" }, arguments)
  end)

  it("has a table of options that makes sense", function()
    local types = { flag = true, string = true, number = true, integer = true, size = true,
      date = true, choice = true, assignment = true }
    for _, verb in ipairs(options.verbs) do
      local seen = {}
      for option in options.each_option(verb) do
        local where = verb.name .. " --" .. option.name
        assert.is_true(types[option.type], where)
        assert.equal(option.type ~= "flag", option.value ~= nil, where)
        assert.equal(option.type == "choice", option.choices ~= nil, where)
        assert.is_nil(seen[option.name], where)
        seen[option.name] = true
        if option.short then
          assert.is_nil(seen[option.short], where)
          seen[option.short] = true
        end
      end
      assert.is_true(#verb.examples > 0, verb.name)
      assert.is_true(verb.min == 0 or verb.arguments ~= nil, verb.name)
    end
  end)

  it("says when standard output is full", function()
    local _, err, code = helper.shell(helper.command { "--help" } .. " >/dev/full")
    assert.equal(6, code)
    has(err, "standard output: cannot write: No space left on device")
  end)

  it("keeps quiet when nobody reads on", function()
    local again = "while " .. helper.command { "--help" } .. "; do :; done"
    for _, trap in ipairs { "", "trap '' PIPE; " } do
      local out, err = helper.shell(("( %s%s ) | head -1"):format(trap, again))
      has(out, "banyan - ")
      assert.equal("", err)
    end
  end)
end)

describe("banyan lua", function()
  local directory = helper.scratch()

  local function script(text)
    return helper.write(directory .. "/script.lua", text)
  end

  it("runs a script with its arguments", function()
    local path = script('#!/usr/bin/env banyan\nprint(arg[0], arg[1], select("#", ...), ...)\n'
      .. 'assert(require "banyan.dates")')
    local out, err, code = run { "lua", path, "-x", "--json", "a b" }
    assert.same({ path .. "\t-x\t3\t-x\t--json\ta b\n", "", 0 }, { out, err, code })
  end)

  it("passes on how a script ends", function()
    assert.equal(9, select(3, run { "lua", script "os.exit(9)" }))
    assert.equal(9, select(3, run { "lua", script "os.exit(9, true)" }))
    local _, err, code = run { "lua", script "error()" }
    assert.same({ "", 1 }, { err, code })
    _, err, code = run { "lua", script "\nerror 'boom'" }
    assert.equal(1, code)
    assert.truthy(err:find "^banyan: [^\n]*script.lua:2: boom\nstack traceback")
    _, err, code = run { "lua", script "#!\nx =" }
    assert.equal(1, code)
    has(err, "script.lua:2: unexpected symbol")
    _, err, code = run { "lua", script "require 'banyan.ffi'.fail('DATA', 'no bars')" }
    assert.equal(1, code)
    has(err, "no bars\nstack traceback")
  end)

  it("says when there is no script", function()
    local _, err, code = run { "lua", directory .. "/nothing.lua" }
    assert.equal(2, code)
    has(err, "cannot read " .. directory .. "/nothing.lua: No such file or directory")
    _, err, code = run { "lua", directory }
    assert.equal(2, code)
    has(err, "Is a directory")
  end)

  it("can be interrupted", function()
    if helper.signals_wait then return pending "skipped: the thread sanitizer holds signals back" end
    local path = script "io.stdout:write 'x' io.stdout:flush() while true do os.getenv 'A' end"
    local line = helper.command { "lua", path } .. " & p=$!; sleep 0.3; kill -TERM $p; wait $p"
    local out, err, code = helper.shell(line)
    assert.same({ "x", "banyan: interrupted\n", 130 }, { out, err, code })
  end)
end)
