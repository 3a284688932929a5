-- SPDX-License-Identifier: MIT
-- The man pages: each verb and option is there, and mandoc finds nothing wrong with them.
local helper = require "spec.helper"
local options = require "banyan.cli.options"

local has_mandoc = os.execute "command -v mandoc >/dev/null 2>&1" == 0

describe("man pages", function()
  local folder = helper.scratch()
  local _, stderr, code = helper.run { "lua", "docs/man.lua", folder }

  it("are written for the program and for each verb or family", function()
    assert.equal(0, code, stderr)
    local overview = assert(helper.read(folder .. "/banyan.1"))
    for _, verb in ipairs(options.verbs) do
      local word = verb.name:match "^%S+"
      local page = assert(helper.read(("%s/banyan-%s.1"):format(folder, word)), word)
      assert.truthy(overview:find((".Xr banyan-%s 1"):format(word), 1, true), word)
      for _, option in ipairs(verb.options) do
        assert.truthy(page:find("Fl Fl " .. option.name:gsub("%-", "\\-"), 1, true), verb.name .. " --" .. option.name)
      end
    end
  end)

  it("are what mandoc takes without a warning", function()
    if not has_mandoc then return pending "mandoc is not installed" end
    local out, err, lint_code = helper.shell("mandoc -T lint -W warning " .. folder .. "/*.1")
    assert.equal("", out .. err)
    assert.equal(0, lint_code)
  end)

  it("name banyan above and below, whatever shows them", function()
    local shown = 0
    for _, viewer in ipairs { "mandoc -T ascii", "groff -mdoc -T ascii", "man -l" } do
      if os.execute(("command -v %s >/dev/null 2>&1"):format(viewer:match "%S+")) == 0 then
        shown = shown + 1
        local text, err = helper.shell(("MANPAGER=cat PAGER=cat %s %s/banyan-run.1 | col -bx"):format(viewer, folder))
        local first, last = text:match "^%s*([^\n]+)", text:match "([^\n]+)%s*$"
        assert.is_nil(text:find("BSD", 1, true), viewer)
        assert.truthy(first:find "^BANYAN%-RUN%(1%) .*General Commands Manual", viewer .. ": " .. first .. err)
        assert.truthy(last:find "^banyan .* November 22, 2026", viewer .. ": " .. last)
      end
    end
    if shown == 0 then pending "there is nothing that shows man pages" end
  end)

  it("read as the help does", function()
    if not has_mandoc then return pending "mandoc is not installed" end
    local out = helper.shell(("mandoc -T ascii %s/banyan-sweep.1 | col -b"):format(folder))
    local text = out:gsub("%s+", " ")
    assert.truthy(text:find("-j, --threads N threads to use (default: one a core)", 1, true), text)
    assert.truthy(text:find("banyan sweep status STORE [options]", 1, true), text)
    assert.truthy(text:find("--sample [METHOD:]N draw N combos", 1, true), text)
  end)
end)
