-- SPDX-License-Identifier: MIT
-- The way from the root to each holding as lines: conditions with their values in columns, a step to the
-- right where a node holds several, and nodes that are reached twice written once.
local print_ = require "banyan.print"

local M = {}

local CHILDREN_SHOWN = 3 -- behind the cut of a filter

---@class banyan.WhyWriter
---@field nodes banyan.NodeReason[]
---@field lines string[]
---@field rows string[][] of conditions that wait for their columns
---@field labels table<integer, integer> of nodes that are reached twice
local Writer = {}
Writer.__index = Writer

local function number(value)
  return value == value and ("%.6g"):format(value + 0) or "none" -- and no -0
end

function Writer:flush()
  for _, line in ipairs(print_.columns(self.rows, "llrrrrl", self.margin)) do
    self.lines[#self.lines + 1] = line
  end
  self.rows = {}
end

function Writer:line(indent, text)
  self:flush()
  self.lines[#self.lines + 1] = (" "):rep(2 * indent) .. text
end

function Writer:row(indent, row)
  if #self.rows > 0 and self.row_indent ~= indent then self:flush() end
  self.row_indent, self.margin = indent, (" "):rep(2 * indent)
  self.rows[#self.rows + 1] = row
end

-- Conditions -------------------------------------------------------------------------------------

local HEADS = { all = "all of %d", any = "any of %d", none = "none of %d" }

local function sessions_note(reason, day)
  if reason.for_days == 1 then return reason.days_ago ~= 0 and "on " .. day.date or "" end
  if not reason.holds then return "not on " .. day.date end
  return ("on %d sessions up to %s"):format(reason.for_days, day.date)
end

function Writer:condition(indent, reason, before)
  local mark, day = reason.holds and "yes" or "no", reason.days[1]
  local note = sessions_note(reason, day)
  if not self.headed then
    self.headed = true
    self:row(indent, { "", "condition", "left", "right", "left - right" })
  end
  if reason.kind == "compare" then
    if day.bars[1] then note = (note ~= "" and note .. ", " or "") .. table.concat(day.bars, ", ") end
    return self:row(indent, { mark, before .. reason.text, number(day.left),
      reason.right_text and number(day.right) or "", number(day.margin):gsub("^[^-n]", "+%0"),
      day.relative and print_.change(day.relative, 1) or "", note })
  end
  local head = reason.kind == "at_least" and ("at least %d of %d"):format(reason.needed, #day.parts)
    or HEADS[reason.kind]:format(#day.parts)
  self:row(indent, { mark, ("%s%s: %d"):format(before, head, day.count), "", "", "", "", note })
  for _, part in ipairs(day.parts) do self:condition(indent, part, before .. "  ") end
end

-- Nodes ------------------------------------------------------------------------------------------

local write = {}

function write.asset(self, node, indent) self:line(indent, "hold " .. node.ticker) end

function write.cash(self, _, indent) self:line(indent, "hold nothing") end

function write.void(self, _, indent) self:line(indent, "leave the share to what else is held") end

function write.settle(self, node, indent) self:node(node.parts[1].node, indent) end

function write.group(self, node, indent)
  self:line(indent, node.name .. ":")
  self:node(node.parts[1].node, indent)
end

write["if"] = function(self, node, indent)
  self:condition(indent, node.condition, "")
  self:node(node.parts[1].node, indent)
end

function write.switch(self, node, indent)
  self:line(indent, ("%d of %d conditions hold:"):format(node.count, #node.conditions))
  for _, condition in ipairs(node.conditions) do self:condition(indent, condition, "  ") end
  self:node(node.parts[1].node, indent)
end

function write.enter_exit(self, node, indent)
  self:line(indent, ("%s since %s%s:"):format(node.inside and "inside" or "outside", node.since,
    node.since_start and " or before" or ""))
  self:condition(indent, node.enter, "enter: ")
  self:condition(indent, node.exit, "exit: ")
  self:node(node.parts[1].node, indent)
end

function write.choice(self, node, indent)
  self:line(indent, node.param and ("param %s is %s:"):format(node.param, tostring(node.value))
    or ("%s is chosen:"):format(tostring(node.value)))
  self:node(node.parts[1].node, indent)
end

function write.mixed(self, node, indent)
  self:line(indent, ("%s is %s, from %s to %s: %s of the way"):format(node.indicator, number(node.value),
    number(node.low), number(node.high), print_.percent(node.mixed_share, 1)))
  self:parts(node, indent)
end

function write.weighted(self, node, indent) self:parts(node, indent) end

local function ranked_row(each, taken)
  return { each.rank and ("%d."):format(each.rank) or "-", each.name,
    each.value and number(each.value) or "", each.volatility and number(each.volatility) or "",
    taken and print_.percent(each.weight, 1) or "", "", each.dropped or "" }
end

function Writer:ranking(ranking, indent)
  local taken, left = {}, 0
  for _, each in ipairs(ranking.taken) do taken[each] = true end
  for _, each in ipairs(ranking.children) do
    if taken[each] or left < CHILDREN_SHOWN then
      self:row(indent, ranked_row(each, taken[each]))
    end
    left = left + (taken[each] and 0 or 1)
  end
  if left > CHILDREN_SHOWN then self:line(indent, ("and %d more"):format(left - CHILDREN_SHOWN)) end
  self:flush()
end

local function write_ranked(self, node, indent)
  local ranking = node.ranking
  if ranking.indicator then
    self:line(indent, ("%s %d of %d by %s:"):format(ranking.bottom and "bottom" or "top", ranking.count,
      #ranking.children, ranking.indicator))
  else
    self:line(indent, ("inverse to %s:"):format(ranking.volatility))
  end
  self:ranking(ranking, indent + 1)
  if #ranking.taken == 0 then self:line(indent + 1, "none has a value: hold nothing") end
  for _, part in ipairs(node.parts) do
    if self.nodes[part.node].kind ~= "asset" then
      self:line(indent + 1, ("%s of it:"):format(print_.percent(part.weight, 1)))
      self:node(part.node, indent + 2)
    end
  end
end

write.filter, write.inverse_vol = write_ranked, write_ranked

-- The nodes that a node holds, each with its part.
function Writer:parts(node, indent)
  local first = node.parts[1]
  if not first then return self:line(indent, "hold nothing") end
  if first.weight == 1 and not node.parts[2] then return self:node(first.node, indent) end
  for _, part in ipairs(node.parts) do
    local child, percent = self.nodes[part.node], print_.percent(part.weight, 1)
    if child.kind == "asset" then
      self:line(indent, ("%s %s"):format(percent, child.ticker))
    else
      self:line(indent, percent .. " of it:")
      self:node(part.node, indent + 1)
    end
  end
end

function Writer:node(index, indent)
  local node, label = self.nodes[index], self.labels[index]
  if label and self.written[index] then
    return self:line(indent, ("as under [%d]"):format(label))
  elseif label then
    self.written[index] = true
    self:line(indent, ("[%d]"):format(label))
  end
  write[node.kind](self, node, indent)
end

-- Nodes that several hold, in the order in which they are written.
local function labels_of(nodes)
  local uses, labels, count = {}, {}, 0
  for _, node in ipairs(nodes) do
    for _, part in ipairs(node.parts) do uses[part.node] = (uses[part.node] or 0) + 1 end
  end
  for i, node in ipairs(nodes) do
    local plain = node.kind == "asset" or node.kind == "cash" or node.kind == "void"
    if not plain and (uses[i] or 0) > 1 then
      count = count + 1
      labels[i] = count
    end
  end
  return labels
end

local function writer(nodes)
  return setmetatable({ nodes = nodes, lines = {}, rows = {}, margin = "", written = {}, labels = labels_of(nodes) },
    Writer)
end

--- Conditions with their values in common columns, each behind a word of its own.
---@param list { [1]: string, [2]: banyan.ConditionReason }[]
---@param indent integer
---@return string[] lines
function M.condition_lines(list, indent)
  local self = writer {}
  for _, each in ipairs(list) do self:condition(indent, each[2], each[1]) end
  self:flush()
  return self.lines
end

--- Why the root holds what it holds.
---@param nodes banyan.NodeReason[]
---@return string[] lines
function M.lines(nodes)
  local self = writer(nodes)
  self:node(1, 0)
  self:flush()
  return self.lines
end

return M
