-- SPDX-License-Identifier: MIT
-- A tree as statements for programs to read, made in a walk or two: short texts stand where they are used, and longer
-- ones are assigned to p[1], p[2], ..., equal ones once.
local flat = require "banyan.write.flat"
local names_of = require "banyan.write.names"
local phrase = require "banyan.write.phrase"
local share = require "banyan.write.share"

local M = {}

local INLINE_MAX = 60 -- bytes; more would make deep expressions

---@class banyan.CompactFile
---@field strategy banyan.Strategy
---@field params banyan.Param[] in the order of their declaration
---@field params_in_table boolean
---@field variables table<string, string> the variable of each param
---@field statements string[] each behind those that it refers to
---@field root string

--- A strategy that has just been evaluated as what its compact file is made of.
---@param strategy banyan.Strategy
---@return banyan.CompactFile
function M.strategy(strategy)
  local params = strategy:surveyed_params()
  local variables = names_of.new():declare(params, "param.")
  local statements, text_of, name_of = {}, {}, {}
  local phrases = phrase.new(variables, function(at) return text_of[at] end, flat)
  share.each(strategy.root, function(at, sort)
    local text = phrases:doc(at, sort)
    if #text > INLINE_MAX then
      local name = name_of[text]
      if not name then
        local number = #statements + 1
        name = "p[" .. number .. "]"
        statements[number], name_of[text] = name .. "=" .. text, name
      end
      text = name
    end
    text_of[at] = text
  end)
  return { strategy = strategy, params = params, params_in_table = true, variables = variables,
    statements = statements, root = text_of[strategy.root] }
end

return M
