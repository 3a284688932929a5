-- SPDX-License-Identifier: MIT
-- Every link of the README and the docs leads somewhere: to a file that is there, and to a heading that is in it. Every
-- page of docs/ can be reached from its index.
local helper = require "spec.helper"

local function pages()
  local list = { "README.md" }
  local pipe = assert(io.popen "ls docs/*.md")
  for page in pipe:lines() do list[#list + 1] = page end
  pipe:close()
  return list
end

-- The text of a page without code.
local function prose_of(page)
  return ("\n" .. assert(helper.read(page), page)):gsub("\n```.-\n```", "\n"):gsub("`[^`\n]*`", function(code)
    return code:gsub("[%[%]%(%)]", "")
  end)
end

-- What a heading is called in links.
local function anchor_of(heading)
  return (heading:lower():gsub("[^%w%s_%-]", ""):gsub("%s", "-"))
end

local function anchors_of(page)
  local anchors = {}
  for heading in ("\n" .. helper.read(page):gsub("\n```.-\n```", "\n")):gmatch "\n#+ ([^\n]+)" do
    anchors[anchor_of(heading)] = true
  end
  return anchors
end

-- A path as seen from the top: "docs/a.md" and "../README.md" are "README.md".
local function resolved(page, path)
  local full = (page:match "^(.*/)" or "") .. path
  return (full:gsub("[%w_]+/%.%./", ""))
end

describe("links", function()
  local reached = {}
  for _, page in ipairs(pages()) do
    it("of " .. page .. " lead somewhere", function()
      for target in prose_of(page):gmatch "%]%(([^%)%s]+)%)" do
        if not target:find "^https?:" then
          local path, anchor = target:match "^([^#]*)#?(.*)$"
          local file = path == "" and page or resolved(page, path)
          assert.truthy(require "banyan.host".stat(file), page .. ": " .. target)
          if anchor ~= "" then
            assert.truthy(anchors_of(file)[anchor], ("%s: %s has no heading '%s'"):format(page, file, anchor))
          end
          if page == "docs/README.md" then reached[file] = true end
        end
      end
    end)
  end

  it("of the index reach every page", function()
    for _, page in ipairs(pages()) do
      assert.truthy(reached[page] or page == "README.md" or page == "docs/README.md",
        page .. " is not in docs/README.md: add a line for it")
    end
  end)
end)
