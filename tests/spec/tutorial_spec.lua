-- SPDX-License-Identifier: MIT
-- The tutorial and the how-tos, replayed word for word.
local sessions = require "spec.sessions"

local pipe = assert(io.popen "ls docs/*.md")
local pages = {}
for page in pipe:lines() do
  if sessions.is_session(page) then pages[#pages + 1] = page end
end
pipe:close()

describe("pages that are sessions", function()
  it("are there", function() assert.equal("docs/tutorial.md", pages[#pages]) end)
end)

for _, page in ipairs(pages) do
  describe(page, function()
    for _, command in ipairs(sessions.replay(page)) do
      it(("line %d: %s"):format(command.line, command.typed:match "^[^\n]*"), function()
        assert.equal(0, command.code, command.printed)
        assert.equal(sessions.steady(command.expected), sessions.steady(command.printed))
      end)
    end
  end)
end
