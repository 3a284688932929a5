-- SPDX-License-Identifier: MIT
-- What docs/providers.md says about providers is so.
local checks = require "banyan.provider_checks"
local classify = require "banyan.backfill.classify"
local helper = require "spec.helper"
local load = require "banyan.load"
local plan_of = require "banyan.backfill.plan"

local PAGE = helper.read "docs/providers.md"

local function lua_blocks()
  local blocks = {}
  for text in PAGE:gmatch "\n```lua\n(.-\n)```\n" do blocks[#blocks + 1] = text end
  return blocks
end

-- Names in backquotes of the first cells of the table behind a line.
local function first_cells(heading)
  local at = assert(PAGE:find(heading, 1, true), heading)
  local names = {}
  for row in PAGE:sub(at):match "\n|[-|]+\n(.-)\n\n":gmatch "[^\n]+" do
    for name in row:match "^| (.-) |":gmatch "`([%w_]+)`" do names[name] = true end
  end
  return names
end

local function names_of(map)
  local names = {}
  for name in pairs(map) do names[name] = true end
  return names
end

describe("docs/providers.md", function()
  it("shows the example, and a plan for it, whole", function()
    local blocks = lua_blocks()
    assert.equal(3, #blocks)
    assert.equal(helper.read "examples/own_provider.lua", blocks[1])
    assert.equal(helper.read "examples/own_provider_plan.lua", blocks[2])
  end)

  it("names every field, and every class of answers", function()
    assert.same(names_of(checks.FIELDS), first_cells "\n| field | what it is |")
    assert.same(names_of(classify.CLASSES), first_cells "\n| class | by itself | then |")
  end)

  it("shows a plan that brings a hook", function()
    local folder = helper.scratch()
    helper.write(folder .. "/nepalstock-chain.pem", "")
    local plan = plan_of.check(load.plan(helper.write(folder .. "/plan.lua", lua_blocks()[3])))
    assert.equal("nepse/raw", plan.dataset)
    local asked = {}
    local made = plan.auth { get = function(path)
      asked[#asked + 1] = path
      return { json = function() return { accessToken = "abc" } end }
    end }
    assert.same({ "/api/authenticate/prove" }, asked)
    assert.same({ headers = { Authorization = "Salter abc" }, ttl_s = 45 }, made)
    checks.auth(plan.provider, made)
  end)
end)
