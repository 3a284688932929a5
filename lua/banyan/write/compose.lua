-- SPDX-License-Identifier: MIT
-- Decides which parts of a tree become variables, and how each is written.
local layout = require "banyan.write.layout"
local names_of = require "banyan.write.names"
local phrase = require "banyan.write.phrase"
local share = require "banyan.write.share"

local M = {}

-- A part that repeats becomes a variable from so many columns on, a group from so many at all.
local REPEATED_WIDTH = { node = 36, condition = 52, indicator = 44 }
local GROUP_WIDTH = 600

-- LuaJIT compiles at most 200 variables and 60 outer variables a function. They share 250 registers
-- with the levels of an expression, each of which takes up to 8. People read fewer.
local LEVELS_MAX = 10
local WIDTH_MAX = 20000 -- columns of an expression
local CHILD_WIDTH = 24 -- of the children that are taken out of one that is wider
local VARIABLES_MAX = 100
local PARAMS_MAX = 40

---@class banyan.File
---@field strategy banyan.Strategy
---@field params banyan.Param[] in the order of their declaration
---@field params_in_table boolean their variables are fields of the table `param`
---@field parts_in_table boolean those of parts are fields of the table `part`
---@field parts banyan.Part[]
---@field number_of table<table, integer> see banyan.write.share
---@field variables table<string, string> the variable of each param
---@field definitions { name: string, doc: string|table }[] each behind those that it refers to
---@field root string|table document of the tree
local File = {}
File.__index = File

local PLAIN = { asset = true, cash = true, void = true }

function File:name(part)
  if part.name or PLAIN[part.at.kind] then return end
  part.name = (self.parts_in_table and "part." or "") .. self.names:of(part.at)
end

local NO = 3 -- the place of `no` among the children of an if

-- Levels that a child brings into the expression of a part. The links of a choice lie side by side.
local function levels_in(part, i)
  local child = part.children[i]
  if child.name then return 0 end
  local is_link = part.at.kind == "if" and i == NO and child.at.kind == "if"
  return child.levels + (is_link and 0 or 1)
end

local function levels_of(part)
  local levels = 0
  for i = 1, #part.children do levels = math.max(levels, levels_in(part, i)) end
  return levels
end

-- Makes the document of a part; children that are too deep or too wide become variables first.
function File:phrase(part)
  for i, child in ipairs(part.children) do
    if levels_in(part, i) > LEVELS_MAX then self:name(child) end
  end
  part.doc = self.phrases:doc(part.at, part.sort)
  if layout.width(part.doc) > WIDTH_MAX then
    for _, child in ipairs(part.children) do
      if layout.width(child.doc) >= CHILD_WIDTH then self:name(child) end
    end
    part.doc = self.phrases:doc(part.at, part.sort)
  end
  part.levels = levels_of(part)
end

local function deserves_name(part)
  local width = layout.width(part.doc)
  return part.uses > 1 and width >= REPEATED_WIDTH[part.sort]
    or part.at.kind == "group" and width >= GROUP_WIDTH
end

-- `before` is what this made of the same strategy the other way: its parts are the same.
local function compose(strategy, parts_in_table, before)
  local params = strategy:params()
  local self = setmetatable({ strategy = strategy, params = params, params_in_table = #params > PARAMS_MAX,
    parts_in_table = parts_in_table, names = names_of.new(), definitions = {} }, File)
  self.variables = self.names:declare(params, self.params_in_table and "param." or "")
  if before then
    self.parts, self.number_of = before.parts, before.number_of
    for _, part in ipairs(self.parts) do part.name = nil end
  else
    self.parts, self.number_of = share.parts(strategy.root, self.variables)
  end
  local parts, number_of = self.parts, self.number_of
  self.phrases = phrase.new(self.variables, function(at)
    local part = parts[number_of[at]]
    return part.name or part.doc
  end, layout)
  for i, part in ipairs(parts) do
    self:phrase(part)
    if i < #parts and deserves_name(part) then self:name(part) end
  end
  for _, part in ipairs(parts) do
    if part.name then self.definitions[#self.definitions + 1] = part end
  end
  self.root = parts[#parts].doc
  return self
end

--- A strategy as what its file is made of.
---@param strategy banyan.Strategy
---@return banyan.File
function M.strategy(strategy)
  local file = compose(strategy, false)
  return #file.definitions <= VARIABLES_MAX and file or compose(strategy, true, file)
end

return M
