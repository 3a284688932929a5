-- SPDX-License-Identifier: MIT
-- The pages of the API and of the command line are those that the sources make.
local helper = require "spec.helper"
local lists = require "banyan.lists"
local options = require "banyan.cli.options"
local parse = require "banyan.cli.parse"
local reference = require "banyan.reference"

local function fresh(name)
  return assert(loadfile(("docs/generate_%s.lua"):format(name)))().page()
end

describe("docs/reference_lua.md", function()
  local page = fresh "reference_lua"

  it("says what the annotations say", function()
    assert.is_true(page == helper.read "docs/reference_lua.md", "make docs makes it anew")
  end)

  it("has everything that scripts can call", function()
    for _, entry in ipairs(reference.entries()) do
      if entry.indicator then
        assert.truthy(page:find(("[%s](indicators.md#%s)"):format(entry.name:sub(3), entry.indicator), 1, true),
          entry.name)
      elseif entry.example then
        assert.truthy(page:find("\n### " .. entry.name .. "\n", 1, true), entry.name)
        assert.truthy(page:find("```lua\n" .. entry.example .. "\n```", 1, true), entry.name)
      end
    end
  end)

  it("speaks of types in words", function()
    local type_text = assert(loadfile "docs/generate_reference_lua.lua")().type_text
    assert.equal("integer or param", (type_text "integer|banyan.Bound"))
    assert.equal("list of nodes", (type_text "banyan.Node[]"))
    assert.same({ "number", true }, { type_text "number?" })
    assert.same({ "text or list of texts", true }, { type_text "string|string[]|nil" })
    assert.is_nil(page:find "banyan%.%u")
  end)
end)

describe("docs/explorer.md", function()
  it("tells of every command of the explorer", function()
    local page = helper.read "docs/explorer.md"
    local out = helper.shell(("printf ':help\\n' | %s repl"):format(helper.quote(helper.program)))
    local count = 0
    for name in out:match "\nCommands\n(.*)$":gmatch "\n?  :(%l+)" do
      assert.truthy(page:find("`:" .. name, 1, true), name)
      count = count + 1
    end
    assert.truthy(count >= 10, out)
  end)
end)

describe("docs/reference_cli.md", function()
  local page = fresh "reference_cli"

  it("says what the table of verbs says", function()
    assert.is_true(page == helper.read "docs/reference_cli.md", "make docs makes it anew")
  end)

  it("has every verb with every option", function()
    for _, verb in ipairs(options.verbs) do
      local text = (page .. "\n## "):match("\n## banyan " .. helper.escape(verb.name) .. "\n(.-)\n## ")
      for _, option in ipairs(verb.options) do
        assert.truthy(text:find("--" .. option.name, 1, true), verb.name .. " --" .. option.name)
      end
      for _, example in ipairs(verb.examples) do assert.truthy(text:find(example, 1, true), example) end
    end
  end)

  it("has examples that the program understands", function()
    local folder, examples = helper.scratch(), {}
    for _, verb in ipairs(options.verbs) do lists.append(examples, verb.examples) end
    local script = { "cd " .. helper.quote(folder), "banyan() { printf '%s\\n' \"$@\" END; }" }
    for i, example in ipairs(examples) do
      script[#script + 1] = ("%s >%d"):format(example, i)
      for name in example:gmatch "< (%S+)" do helper.write(folder .. "/" .. name, "") end
      for folder_name, name in example:gmatch "(%l+)/([%w_]+%.%l+)" do
        local shipped = folder_name == "strategies" or folder_name == "examples"
        assert.truthy(not shipped or helper.read(folder_name .. "/" .. name), example)
      end
    end
    local _, stderr, code = helper.shell(table.concat(script, "\n"))
    assert.equal(0, code, stderr)
    for i, example in ipairs(examples) do
      local words = {}
      for word in helper.read(folder .. "/" .. i):gmatch "[^\n]+" do words[#words + 1] = word end
      assert.equal("END", table.remove(words), example)
      local ok, failed = pcall(parse.parse, words)
      assert.truthy(ok, ok or example .. ": " .. tostring(failed.message or failed))
    end
  end)
end)
