-- SPDX-License-Identifier: MIT
-- What a filter takes at other last closes. When one child's value moves and no other does, it comes in by passing the
-- last one that is taken, or goes out by falling behind the first one that is not; so the price is sought with these
-- two alone, and then proved with all.
local part_of = require "banyan.now.part"
local ranking_of = require "banyan.explain_ranking"

local M = {}

---@class banyan.RankingProbe
---@field holds boolean whether it takes the same children as at the last closes
---@field margin number how far those are ahead of the others
---@field taken string[] names of the children

---@class banyan.RankedPart
---@field node table
---@field kept table<integer, boolean> children that are taken at the last closes
local RankedPart = {}
RankedPart.__index = RankedPart

-- A filter alone. `kept` says which of its children it takes at the last closes.
local function ranked_part(self, node, kept)
  return setmetatable({ node = node, kept = kept, options = self.strategy.options, assignment = self.assignment,
    part = part_of.new(self.strategy, node, self.assignment, self.what_if) }, RankedPart)
end

function RankedPart:close()
  self.part:close()
end

-- How far the children that were taken are ahead of the others.
local function margin_of(self, ranking)
  local worst, best = math.huge, -math.huge
  for _, each in ipairs(ranking.children) do
    local value = self.node.bottom and -each.value or each.value
    if self.kept[each.child] then worst = math.min(worst, value) else best = math.max(best, value) end
  end
  return worst - best
end

--- What it takes when a ticker has another last close.
---@param ticker string
---@param price number
---@return banyan.RankingProbe
function RankedPart:at(ticker, price)
  return self.part:at(ticker, price, function(trace, row)
    local reading = { trace = trace, assignment = self.assignment, options = self.options }
    local ranking = ranking_of.read(reading, self.node, row)
    local probe, count = { holds = true, taken = {}, margin = margin_of(self, ranking) }, 0
    for _, each in ipairs(ranking.children) do
      if each.rank and each.rank <= ranking.count then
        probe.taken[#probe.taken + 1], count = each.name, count + 1
        probe.holds = probe.holds and self.kept[each.child] == true
      end
    end
    for _ in pairs(self.kept) do count = count - 1 end
    probe.holds = probe.holds and count == 0
    return probe
  end)
end

---@class banyan.RankingSource
---@field whole banyan.RankedPart
---@field ranking banyan.Ranking
local Source = {}
Source.__index = Source

--- A filter and what it took.
---@param of { strategy: banyan.Strategy, assignment: table, what_if: banyan.WhatIf }
---@param node table
---@param ranking banyan.Ranking at the last closes
function M.new(of, node, ranking)
  local kept = {}
  for _, each in ipairs(ranking.children) do
    if each.rank and each.rank <= ranking.count then kept[each.child] = true end
  end
  return setmetatable({ of = of, node = node, ranking = ranking, kept = kept, whole = ranked_part(of, node, kept) },
    Source)
end

--- Frees it.
function Source:close()
  self.whole:close()
end

--- A part in which a child stands against the one that it would take the place of, or that would take its own. To be
--- closed.
---@param child integer
---@return banyan.RankedPart
function Source:pair(child)
  local ranking, rival = self.ranking, nil
  for _, each in ipairs(ranking.children) do
    if each.rank == ranking.count + (self.kept[child] and 1 or 0) then rival = each.child end
  end
  local first, second = math.min(child, rival), math.max(child, rival)
  local node = { kind = "filter", indicator = self.node.indicator, bottom = self.node.bottom, count = 1,
    children = { self.node.children[first], self.node.children[second] } }
  return ranked_part(self.of, node, { [(self.kept[first] and 1 or 2)] = true })
end

--- Whether there is anything to take in the place of what is taken.
---@param ranking banyan.Ranking
---@return boolean
function M.chooses(ranking)
  local ranked = 0
  for _, each in ipairs(ranking.children) do ranked = ranked + (each.rank and 1 or 0) end
  return ranking.indicator ~= nil and ranking.count > 0 and ranked > ranking.count
end

return M
