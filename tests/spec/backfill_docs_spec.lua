-- SPDX-License-Identifier: MIT
-- The tables of docs/backfill.md say what plans and the providers that ship have.
local checks = require "banyan.provider_checks"
local helper = require "spec.helper"
local plan_of = require "banyan.backfill.plan"
local provider_of = require "banyan.provider"
local secret_of = require "banyan.secret"

local PAGE = helper.read "docs/backfill.md"

-- Rows of the table below a heading: lists of cells.
local function rows_of(head)
  local at = assert(PAGE:find(head, 1, true), head)
  local rows = {}
  for line in PAGE:sub(at):match "\n|[-|]+\n(.-)\n\n":gmatch "[^\n]+" do
    local cells = {}
    for cell in line:gmatch "| (.-) %f[|]" do cells[#cells + 1] = cell end
    rows[#rows + 1] = cells
  end
  return rows
end

-- The words in backquotes.
local function words_of(cell)
  local words = {}
  for word in cell:gmatch "`([^`]+)`" do words[#words + 1] = word end
  return words
end

local function sorted(list)
  local copy = { unpack(list) }
  table.sort(copy)
  return copy
end

local function keys_of(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  return sorted(keys)
end

describe("docs/backfill.md", function()
  it("names every key of a plan", function()
    local keys = {}
    for _, row in ipairs(rows_of "\n| key | meaning |") do
      for _, word in ipairs(words_of(row[1])) do keys[#keys + 1] = word end
    end
    assert.same(sorted(plan_of.KEYS), sorted(keys))
  end)

  it("tells what providers have", function()
    local names = {}
    for i, row in ipairs(rows_of "\n| provider | has |") do
      local provider = provider_of.named(words_of(row[1])[1])
      names[i] = provider.name
      assert.same(keys_of(provider.timeframes), sorted(words_of(row[4])), provider.name)
      assert.same(provider.adjustments, words_of(row[5]), provider.name)
      local limits = {}
      for name, amount in pairs(provider.limits or {}) do
        limits[#limits + 1] = ("%d %s"):format(amount, name:match "[^_]*$")
      end
      local told = {}
      for amount, period in row[6]:gsub("(%d),(%d)", "%1%2"):gmatch "(%d+) an? (%l+)" do
        if checks.LIMITS["per_" .. period] then told[#told + 1] = amount .. " " .. period end
      end
      assert.same(sorted(limits), sorted(told), provider.name)
    end
    assert.same(sorted(provider_of.SHIPPED), sorted(names))
  end)

  it("tells the names of their keys", function()
    for _, row in ipairs(rows_of "\n| provider | variables |") do
      for _, name in ipairs(words_of(row[1])) do
        local auth, keys = provider_of.named(name).auth, {}
        for _, part in pairs(type(auth) == "table" and auth or {}) do
          for _, value in pairs(part) do
            for _, key in ipairs(secret_of.names(value)) do keys[#keys + 1] = key end
          end
        end
        assert.same(sorted(keys), sorted(words_of(row[2])), name)
      end
    end
  end)
end)
