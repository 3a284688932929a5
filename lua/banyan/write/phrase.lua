-- SPDX-License-Identifier: MIT
-- Each construct of a tree as it is written in Lua: a document of banyan.write.layout made of the
-- documents of what the construct refers to.
local as_of = require "banyan.as_of"
local failure = require "banyan.failure"
local layout = require "banyan.write.layout"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"
local value_of = require "banyan.write.value"

local given = value_of.given

local M = {}

---@class banyan.Phrases
---@field names table<string, string> the variable of each param
---@field of fun(at: table): string|table the document of a node, condition or indicator
local Phrases = {}
Phrases.__index = Phrases

function Phrases:value(value)
  return value_of.text(value, self.names)
end

function Phrases:docs(list)
  local docs = {}
  for i, each in ipairs(list) do docs[i] = self.of(each) end
  return docs
end

-- Nodes ------------------------------------------------------------------------------------------

local nodes = {}

function nodes.cash() return "b.cash" end
function nodes.void() return "b.void" end
function nodes.asset(self, at) return self:value(at.ticker) end

function nodes.weighted(self, at)
  if at.mode == "equal" then return layout.list("b.equal {", self:docs(at.children)) end
  local pairs_ = {}
  for i, child in ipairs(at.children) do
    pairs_[i] = layout.call("{ ", { self:value(at.weights[i]), self.of(child) }, " }")
  end
  return layout.list("b.weighted {", pairs_)
end

nodes["if"] = function(self, at)
  return layout.when(self.of(at.condition), self.of(at.yes), self.of(at.no))
end

function nodes.settle(self, at) return layout.call("b.settle(", { self.of(at.child) }, ")") end

function nodes.group(self, at)
  return layout.call("b.group(", { value_of.quoted(at.name), self.of(at.child) }, ")")
end

function nodes.filter(self, at)
  local arguments = { self:value(at.count), self.of(at.indicator),
    layout.list("{", self:docs(at.children)) }
  if at.weighting == "rank" then
    local weights = {}
    for i, weight in ipairs(at.weights) do weights[i] = self:value(weight) end
    local field = layout.row { "weights = ", layout.list("{", weights) }
    arguments[4] = layout.call("{ ", { field }, " }")
  elseif at.weighting == "inverse_vol" then
    arguments[4] = "{ inverse_vol = " .. self:value(at.window) .. " }"
  end
  return layout.call(at.bottom and "b.bottom(" or "b.top(", arguments, ")")
end

function nodes.inverse_vol(self, at)
  return layout.call("b.inverse_vol(", { self:value(at.window),
    layout.list("{", self:docs(at.children)) }, ")")
end

function nodes.mixed(self, at)
  return layout.call("b.mixed(", { self.of(at.indicator), self:value(at.low), self:value(at.high),
    self.of(at.from), self.of(at.to) }, ")")
end

function nodes.switch(self, at)
  return layout.call("b.switch(", { layout.list("{", self:docs(at.conditions)),
    layout.list("{", self:docs(at.cases)) }, ")")
end

function nodes.enter_exit(self, at)
  local fields = {}
  for i, name in ipairs { "enter", "exit", "inside", "outside" } do
    fields[i] = layout.row { name .. " = ", self.of(at[name]) }
  end
  return layout.list("b.enter_exit {", fields)
end

function nodes.choice(self, at)
  local fields = {}
  for i, name in ipairs(at.names) do
    fields[i] = layout.row { value_of.key(name) .. " = ", self.of(at.cases[i]) }
  end
  return layout.call("b.choice(", { self:value(at.param), layout.list("{", fields) }, ")")
end

-- Conditions -------------------------------------------------------------------------------------

local STRENGTH = { add = 1, subtract = 1, multiply = 2, divide = 2 }

-- How strongly the outermost operator of an indicator binds.
local function strength(at)
  if given(at, "offset") then return STRENGTH.add end
  if given(at, "factor") then return STRENGTH.multiply end
  return at.op and not given(at, "days_ago") and STRENGTH[at.op] or math.huge
end

-- An indicator where an operator, or a method, needs a strength of at least `least`.
function Phrases:operand(at, least)
  local doc = self.of(at)
  if type(doc) == "string" or strength(at) >= least then return doc end
  return layout.row { "(", doc, ")" }
end

local function compare(self, at)
  local right = at.right and self.of(at.right) or self:value(at.threshold)
  local call
  if param_of.is_bound(at.comparator) then
    call = layout.call(":compare(", { self:value(at.comparator), right }, ")")
  else
    call = layout.call(":" .. at.comparator .. "(", { right }, ")")
  end
  return layout.row { self:operand(at.left, math.huge), call }
end

local conditions = { compare = compare }

for _, kind in ipairs { "all", "any", "none" } do
  conditions[kind] = function(self, at)
    return layout.list("b." .. kind .. " {", self:docs(at.conditions))
  end
end

function conditions.at_least(self, at)
  return layout.call("b.at_least(", { self:value(at.count),
    layout.list("{", self:docs(at.conditions)) }, ")")
end

local function condition(self, at)
  local doc = conditions[at.kind](self, at)
  for _, field in ipairs { "for_days", "days_ago" } do
    local days = given(at, field)
    if days then doc = layout.row { doc, (":%s(%s)"):format(field, self:value(days)) } end
  end
  return doc
end

-- Indicators -------------------------------------------------------------------------------------

local INDICATOR_FIELDS = { fn = true, ticker = true, of = true, over = true, other = true,
  window = true, window2 = true, window3 = true, number = true, number2 = true, days_ago = true,
  factor = true, offset = true }

-- Which of the definitions of an indicator is meant: { ddof = 0 }.
function Phrases:options(at)
  local names, parts = {}, {}
  for name in pairs(at) do
    if not INDICATOR_FIELDS[name] then names[#names + 1] = name end
  end
  if #names == 0 then return nil end
  table.sort(names)
  for i, name in ipairs(names) do parts[i] = name .. " = " .. self:value(at[name]) end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

-- A node that an indicator is measured over: a plain ticker would be the ticker's own bars.
function Phrases:measured(at)
  if at.kind ~= "asset" then return self.of(at) end
  return "b.asset(" .. self:value(at.ticker) .. ")"
end

function Phrases:call(at)
  if param_of.is_bound(at.fn) then
    failure.fail("STRATEGY", "an indicator that the param %s chooses cannot be written",
      at.fn.param.name)
  end
  local outside = as_of.form(at.ticker)
  local source = outside and ("b.series(%s)"):format(self:value(outside[2])) or nil
  if source and at.fn == "close" then return source end
  local arguments = { source or at.ticker and self:value(at.ticker) or at.of and self:measured(at.of)
    or at.over and self.of(at.over) }
  if at.other then arguments[#arguments + 1] = self.of(at.other) end
  for _, names in ipairs { tree_of.WINDOW_NAMES, tree_of.NUMBER_NAMES } do
    for _, name in ipairs(names) do
      if at[name] then arguments[#arguments + 1] = self:value(at[name]) end
    end
  end
  arguments[#arguments + 1] = self:options(at)
  return layout.call("b." .. at.fn .. "(", arguments, ")")
end

-- A number or param behind an operator; what a param makes is kept together.
function Phrases:number(value)
  local text = self:value(value)
  return param_of.is_bound(value) and value ~= value.param and "(" .. text .. ")" or text
end

-- factor * x + offset, with x from some days before.
function Phrases:scaled(at, doc)
  local days, factor, offset = given(at, "days_ago"), given(at, "factor"), given(at, "offset")
  if at.op and (days or factor or offset) then doc = layout.row { "(", doc, ")" } end
  if days then doc = layout.row { doc, (":days_ago(%s)"):format(self:value(days)) } end
  if factor then doc = layout.row { doc, " * " .. self:number(factor) } end
  if not offset then return doc end
  if type(offset) == "number" and offset < 0 then
    return layout.row { doc, " - " .. self:value(-offset) }
  end
  return layout.row { doc, " + " .. self:number(offset) }
end

local function indicator(self, at)
  if at.on then
    return self:scaled(at, layout.call("b.on(", { self:value(at.on), self.of(at.over) }, ")"))
  elseif not at.op then
    return self:scaled(at, self:call(at))
  end
  local least = STRENGTH[at.op]
  return self:scaled(at, layout.operation(self:operand(at.left, least), tree_of.OPERATORS[at.op],
    self:operand(at.right, least + 1)))
end

--- The document of a part.
---@param part banyan.Part
---@return string|table
function Phrases:doc(part)
  local at = part.at
  if part.sort == "indicator" then return indicator(self, at) end
  if part.sort == "condition" then return condition(self, at) end
  local make = nodes[at.kind]
  if not make then failure.fail("STRATEGY", "a %s is no node", tostring(at.kind)) end
  return make(self, at)
end

--- Phrases for a tree.
---@param names table<string, string> the variable of each param
---@param of fun(at: table): string|table
---@return banyan.Phrases
function M.new(names, of)
  return setmetatable({ names = names, of = of }, Phrases)
end

return M
