-- SPDX-License-Identifier: MIT
-- The forms of banyan.write.layout as texts at once, each on one line however long: for programs to read.
local M = {}

local concat = table.concat

--- Items in braces.
---@param open string up to the brace
---@param items string[]
---@return string
function M.list(open, items)
  return open .. concat(items, ",") .. "}"
end

--- Arguments in brackets.
---@param open string
---@param items string[]
---@param close string
---@return string
function M.call(open, items, close)
  return open .. concat(items, ",") .. close
end

--- A choice.
---@return string
function M.when(condition, yes, no)
  return "b.when(" .. condition .. "," .. yes .. "):otherwise(" .. no .. ")"
end

--- Texts side by side, with nothing between them.
---@param items string[]
---@return string
function M.row(items)
  return concat(items)
end

--- Two texts with an operator between them.
---@return string
function M.operation(left, sign, right)
  return left .. " " .. sign .. " " .. right
end

--- Whether an operator takes a text as it is: the text alone does not tell.
---@return boolean
function M.is_whole()
  return false
end

return M
