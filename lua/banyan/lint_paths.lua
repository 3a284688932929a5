-- SPDX-License-Identifier: MIT
-- Conditions that are decided before they are asked: by what their indicators are, or by the
-- conditions on every way from the root.
--
-- Nodes are visited parents first, and what is known at a node is what all ways to it know. A node
-- that is measured (a child of a filter, the node of an indicator) is evaluated on all sessions, so
-- nothing is known at it.
local domain = require "banyan.lint_domain"
local facts_of = require "banyan.lint_facts"
local identity_of = require "banyan.identity"
local tree_of = require "banyan.tree"

local M = {}

local PAIRS_MAX = 64   -- parts of a condition that are held against each other
local SIZE_MAX = 10000 -- comparisons of a condition whose parts are looked at

-- Every node once, parents first, with a path to it.
local function parents_first(root)
  local list, seen, path = {}, {}, {}
  local function walk(node)
    if seen[node] then return end
    seen[node] = true
    path[#path + 1] = node
    local own = { node = node, path = { unpack(path) } }
    for _, each in ipairs(tree_of.measured(node)) do walk(each) end
    for _, child in ipairs(tree_of.children(node)) do walk(child) end
    path[#path] = nil
    list[#list + 1] = own
  end
  walk(root)
  local ordered = {}
  for i = #list, 1, -1 do ordered[#ordered + 1] = list[i] end
  return ordered
end

local function domain_text(condition)
  if condition.kind ~= "compare" or condition.right ~= nil then return nil end
  local range = domain.of(condition.left)
  if range.lo == -math.huge and range.hi == math.huge then return nil end
  local from = range.lo > -math.huge and (range.lo_open and "above %.10g" or "from %.10g"):format(range.lo)
  local to = range.hi < math.huge and ("up to %.10g"):format(range.hi)
  return "its values lie " .. (from and to and from .. " " .. to or from or to)
end

-- A decided condition as a finding.
local function report_decided(self, at, condition, facts, holds, why)
  local text = self.text_of(condition)
  local alone = facts_of.new(self.identity, self.text_of):decided(condition)
  local truth = facts.truths[("%d@0"):format(self.identity:of(condition))]
  local always = holds and "always holds" or "never holds"
  if alone ~= nil then
    local range = domain_text(condition)
    self.add(holds and "certain-condition" or "impossible-condition", at,
      ("%s %s%s"):format(text, always, range and ": " .. range or ""),
      "mend the condition, or keep only the branch that is taken")
  elseif truth then
    self.add("repeated-condition", at, ("%s stands above already, and here it %s"):format(text, always),
      "drop it with the branch that is never taken, or mend it")
  else
    self.add(holds and "implied-condition" or "excluded-condition", at,
      ("%s %s here: %s"):format(text, always, why or "the conditions above say so"),
      "drop it with the branch that is never taken, or mend it")
  end
end

local function report_part(self, at, condition, part, why)
  self.add("redundant-condition", at, ("%s changes nothing in %s%s"):format(self.text_of(part),
    self.text_of(condition), why and ": " .. why or ""), "drop it, or mend it")
end

local check_parts

-- A part changes nothing in `all` when it holds wherever the others do, in `any` and `none` when it
-- does not hold wherever the others do not.
local function check_part(self, at, condition, facts, dropped, i)
  local given, part = facts, condition.conditions[i]
  if condition.kind ~= "at_least" and #condition.conditions <= PAIRS_MAX then
    for k, other in ipairs(condition.conditions) do
      if k ~= i and not dropped[k] then given = given:assume(other, condition.kind == "all") end
    end
  end
  local holds, why = given:decided(part)
  if holds == nil then return check_parts(self, at, part, given) end
  dropped[i] = true
  report_part(self, at, condition, part, why)
end

function check_parts(self, at, condition, facts)
  if not condition.conditions or identity_of.size(condition) > SIZE_MAX then return end
  if (condition.days_ago or 0) ~= 0 or (condition.for_days or 1) ~= 1 then
    facts = facts_of.new(self.identity, self.text_of) -- those of today say nothing of other sessions
  end
  local dropped, seen = {}, {}
  for i, part in ipairs(condition.conditions) do
    local number = self.identity:of(part)
    if seen[number] and condition.kind ~= "at_least" then
      dropped[i] = true
      self.add("duplicate-condition", at, ("%s stands twice in %s"):format(self.text_of(part),
        self.text_of(condition)), "drop one, or mend it")
    end
    seen[number] = true
  end
  for i = 1, #condition.conditions do
    if not dropped[i] then check_part(self, at, condition, facts, dropped, i) end
  end
end

-- Reports what is wrong with a condition; whether it holds when that is certain.
local function check(self, at, condition, facts)
  local holds, why = facts:decided(condition)
  if holds ~= nil then
    report_decided(self, at, condition, facts, holds, why)
  else
    check_parts(self, at, condition, facts)
  end
  return holds
end

local visit = {}

visit["if"] = function(self, at, facts, pass)
  local node = at.node
  local holds = check(self, at, node.condition, facts)
  if holds == nil then
    pass(node.yes, facts:assume(node.condition, true))
    pass(node.no, facts:assume(node.condition, false))
  else
    pass(holds and node.yes or node.no, facts)
  end
end

function visit.switch(self, at, facts, pass)
  local node = at.node
  local least, most = facts:count_range(node.conditions)
  for _, condition in ipairs(node.conditions) do check_parts(self, at, condition, facts) end
  for count, case in ipairs(node.cases) do
    count = count - 1
    if count < least or count > most then
      self.add("unreachable-case", at, ("the case of %d conditions is never taken: from %d to %d of "
        .. "them hold"):format(count, least, most), "drop the case, or mend the conditions")
    else
      pass(case, facts:assume_count(node.conditions, count, count))
    end
  end
end

function visit.enter_exit(self, at, facts, pass)
  local nothing = facts_of.new(self.identity, self.text_of)
  check(self, at, at.node.enter, nothing)
  check(self, at, at.node.exit, nothing)
  pass(at.node.inside, facts)
  pass(at.node.outside, facts)
end

function visit.mixed(self, at, facts, pass)
  local node = at.node
  for side, bound in pairs { from = { "lt", node.high }, to = { "gt", node.low } } do
    local holds = { kind = "compare", left = node.indicator, comparator = bound[1], threshold = bound[2] }
    local known, why = facts:decided(holds)
    if known == false then
      self.add("unreachable-side", at, ("the %s side is never held, as %s never holds%s"):format(side,
        self.text_of(holds), why and ": " .. why or ""), "mend low and high, or keep the other side only")
    else
      pass(node[side], known and facts or facts:assume(holds, true))
    end
  end
end

local function visit_measured(self, at, _, pass)
  for _, child in ipairs(at.node.children) do
    pass(child, facts_of.new(self.identity, self.text_of))
  end
end

visit.filter, visit.inverse_vol = visit_measured, visit_measured

--- Adds what is found to a list of findings.
---@param root table
---@param identity banyan.Identity
---@param text_of fun(condition: table): string
---@param add fun(code: string, at: { node: table, path: table[] }, message: string, remedy: string)
function M.check(root, identity, text_of, add)
  local self = { identity = identity, text_of = text_of, add = add }
  local known = { [root] = facts_of.new(identity, text_of) }
  local function pass(child, facts)
    known[child] = known[child] and known[child]:join(facts) or facts
  end
  for _, at in ipairs(parents_first(root)) do
    local node, facts = at.node, known[at.node]
    known[node] = nil
    if facts then
      for _, each in ipairs(tree_of.measured(node)) do pass(each, facts_of.new(identity, text_of)) end
      if visit[node.kind] then
        visit[node.kind](self, at, facts, pass)
      else
        for _, child in ipairs(tree_of.children(node)) do pass(child, facts) end
      end
    end
  end
end

return M
