-- SPDX-License-Identifier: MIT
-- Weights of flows, in percent. What a flow holds is scaled to 100 % in the end: what weights leave
-- is void, and weights above 100 % are scaled down where they stand.
jit.off(true, true) -- see walk.lua
local param_of = require "banyan.param"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"

local ROUNDING = 1e-9 -- sums of weights that are as good as 100 %

local M = {}

--- A weight in percent: a number from 0 on, or a variable.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param variables banyan.import.variables
---@param value any
---@param what string what messages call it
---@return number|banyan.Bound
function M.read(w, frame, variables, value, what)
  local bound = variables:number(w, frame, value)
  if bound then return bound end
  local number = terms.number(value)
  if number and number >= 0 then return number end
  w:fail(frame, "%s is '%s'; it must be a number of percent from 0 on", what, text_of.shown(value))
end

-- The most that a weight can be; of a variable without values, all.
local function most_of(w, frame, percent)
  if not param_of.is_bound(percent) then return percent end
  local param, most = percent.param, 0
  if percent ~= param then return 100 end
  for _, value in ipairs(param.values) do
    if value < 0 then
      w:fail(frame, "the weight $%s can be %.10g; weights cannot be negative", param.name, value)
    end
    most = math.max(most, value)
  end
  return most
end

local function void()
  return { kind = "void" }
end

-- Whether something above a frame shares out weight to several.
local function shares_above(frame)
  frame = frame.parent
  while frame do
    if frame.shares then return true end
    frame = frame.parent
  end
  return false
end

local function check_total(w, frame, percents, total)
  if not text_of.is_finite(total) then w:fail(frame, "its weights are too large") end
  if total <= 100 + ROUNDING or not shares_above(frame) then return end
  for _, percent in ipairs(percents) do
    if param_of.is_bound(percent) then
      w:fail(frame, "its weights can sum to %.10g %%, as $%s varies, and it is itself one of several; "
        .. "keep the sum within 100 %%", total, percent.param.name)
    end
  end
end

-- Where a child goes that has up to `most` percent: a field can depend on one param only, so that
-- what a variable leaves of the most stands beside the child itself.
local function slot_of(children, i, percent, most)
  if not param_of.is_bound(percent) then
    children[i] = false
    return { children, i }
  end
  local weight = percent / most
  children[i] = { kind = "weighted", mode = "specified", weights = { weight, 1 - weight },
    children = { false, void() } }
  return { children[i].children, 1 }
end

--- A node that holds children by weights. Children go to slots[i][1][slots[i][2]].
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param percents (number|banyan.Bound)[]
---@return table node
---@return table[] slots
function M.node(w, frame, percents)
  local node = { kind = "weighted", mode = "specified", weights = {}, children = {} }
  local weights, children, slots, most, total = node.weights, node.children, {}, {}, 0
  frame.shares = #percents > 1
  for i, percent in ipairs(percents) do
    most[i] = most_of(w, frame, percent)
    total = total + most[i]
  end
  check_total(w, frame, percents, total)
  for i, percent in ipairs(percents) do
    weights[i] = most[i] / math.max(total, 100)
    slots[i] = slot_of(children, i, percent, math.max(most[i], 1))
  end
  if total == 0 then return void(), slots end
  if total < 100 - ROUNDING then
    weights[#weights + 1], children[#children + 1] = (100 - total) / 100, void()
  end
  return node, slots
end

return M
