-- SPDX-License-Identifier: MIT
-- One comparison of a tree at other last closes.
local param_of = require "banyan.param"
local part_of = require "banyan.now.part"

local M = {}

---@class banyan.Comparison
local Comparison = {}
Comparison.__index = Comparison

--- Of a strategy under an assignment.
---@param strategy banyan.Strategy
---@param condition table a comparison of it
---@param assignment table<string, any> value of each param by name
---@param what_if banyan.WhatIf
---@return banyan.Comparison
function M.new(strategy, condition, assignment, what_if)
  local root = { kind = "if", condition = condition, yes = { kind = "cash" }, no = { kind = "cash" } }
  return setmetatable({ condition = condition, threshold = param_of.resolve(condition.threshold, assignment),
    part = part_of.new(strategy, root, assignment, what_if) }, Comparison)
end

--- Frees it.
function Comparison:close()
  self.part:close()
end

--- What it is when a ticker has another last close.
---@param ticker string
---@param price number
---@return { holds: boolean, left: number, right: number, margin: number }
function Comparison:at(ticker, price)
  return self.part:at(ticker, price, function(trace, row)
    local condition = self.condition
    local left = trace:value(condition.left, row)
    local right = condition.right and trace:value(condition.right, row) or self.threshold
    return { holds = trace:holds(condition, row), left = left, right = right, margin = left - right }
  end)
end

return M
