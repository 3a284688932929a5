-- SPDX-License-Identifier: MIT
-- The demo runs, and so does what it tells the reader to type next.
local helper = require "spec.helper"

-- The commands of the last part, but for those that want files of the reader.
local function next_commands(out)
  local commands = {}
  for line in out:match "What to type next.*":gmatch "[^\n]+" do
    local command = line:match "^  (banyan .*)$"
    commands[#commands + 1] = command
  end
  return commands
end

describe("demo.sh", function()
  it("shows commands that work", function()
    if helper.thread_sanitized then
      pending "the thread sanitizer has smaller sweeps to look at: skipped"
      return
    end
    local folder = helper.scratch() .. "/demo"
    local out, err, code = helper.shell(("BANYAN_PROGRAM=%s BANYAN_DEMO=%s sh tests/demo.sh"):format(
      helper.quote(helper.program), helper.quote(folder)))
    assert.equal(0, code, err)
    assert.equal(4, select(2, out:gsub("\n%$ banyan ", "")))
    local commands = next_commands(out)
    assert(#commands >= 5)
    for _, command in ipairs(commands) do
      local line = command:gsub("^banyan", (helper.quote(helper.program):gsub("%%", "%%%%")))
      -- The page would be written into the folder in which the tests run.
      if command:find "^banyan report" then
        line = line:gsub("%s*#.*$", "") .. " -o " .. helper.quote(folder .. "/page.html")
      end
      local _, message, result = helper.shell(("BANYAN_DATA=%s/data %s"):format(
        helper.quote(folder), line))
      assert.equal(0, result, command .. ": " .. message)
    end
  end)
end)
