-- SPDX-License-Identifier: MIT
-- The page of indicators is the one that their files make.
local helper = require "spec.helper"
local tree_of = require "banyan.tree"

describe("docs/indicators.md", function()
  it("says of each indicator what its file says", function()
    local page = assert(loadfile "docs/generate_indicators.lua")().page()
    assert.is_true(page == helper.read "docs/indicators.md", "make docs makes it anew")
    local function text_of(name) return (page .. "\n### "):match("\n### " .. name .. "\n(.-)\n##") end
    for _, name in ipairs(tree_of.indicator_names) do
      local text = assert(text_of(name), name)
      local options = text:match "\n%- Options: ([^\n]*)" or ""
      local as = options:match "those of ([%w_\\]+)%.$"
      if as then options = options .. text_of((as:gsub("\\", ""))) end
      for _, option in ipairs(tree_of.INDICATORS[name].options) do
        assert.truthy(options:find(option.name, 1, true), ("%s does not tell its option %s"):format(name,
          option.name))
        for _, word in ipairs(option.words) do
          assert.truthy(options:find(word, 1, true), ("%s does not tell %s = %s"):format(name, option.name,
            word))
        end
      end
    end
  end)
end)
