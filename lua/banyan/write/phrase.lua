-- SPDX-License-Identifier: MIT
-- Each construct of a tree as it is written in Lua: a document of banyan.write.layout, or a text of banyan.write.flat,
-- made of those of what the construct refers to.
local as_of = require "banyan.as_of"
local failure = require "banyan.failure"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"
local value_of = require "banyan.write.value"

local given = value_of.given

local M = {}

---@class banyan.Phrases
---@field names table<string, string> the variable of each param
---@field of fun(at: table): string|table the document of a node, condition or indicator
---@field layout table banyan.write.layout or banyan.write.flat
---@field known table<any, string> values as texts
local Phrases = {}
Phrases.__index = Phrases

-- The same few values stand all over a tree. (0 is the same key as -0.)
function Phrases:value(value)
  local known = self.known[value]
  if known then return known end
  local text = value_of.text(value, self.names)
  if value ~= 0 then self.known[value] = text end
  return text
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
  if at.mode == "equal" then return self.layout.list("b.equal {", self:docs(at.children)) end
  local pairs_ = {}
  for i, child in ipairs(at.children) do
    pairs_[i] = self.layout.call("{ ", { self:value(at.weights[i]), self.of(child) }, " }")
  end
  return self.layout.list("b.weighted {", pairs_)
end

nodes["if"] = function(self, at)
  return self.layout.when(self.of(at.condition), self.of(at.yes), self.of(at.no))
end

function nodes.settle(self, at) return self.layout.call("b.settle(", { self.of(at.child) }, ")") end

function nodes.group(self, at)
  return self.layout.call("b.group(", { value_of.quoted(at.name), self.of(at.child) }, ")")
end

function nodes.filter(self, at)
  local arguments = { self:value(at.count), self.of(at.indicator),
    self.layout.list("{", self:docs(at.children)) }
  if at.weighting == "rank" then
    local weights = {}
    for i, weight in ipairs(at.weights) do weights[i] = self:value(weight) end
    local field = self.layout.row { "weights = ", self.layout.list("{", weights) }
    arguments[4] = self.layout.call("{ ", { field }, " }")
  elseif at.weighting == "inverse_vol" then
    arguments[4] = "{ inverse_vol = " .. self:value(at.window) .. " }"
  end
  return self.layout.call(at.bottom and "b.bottom(" or "b.top(", arguments, ")")
end

function nodes.inverse_vol(self, at)
  return self.layout.call("b.inverse_vol(", { self:value(at.window),
    self.layout.list("{", self:docs(at.children)) }, ")")
end

function nodes.mixed(self, at)
  return self.layout.call("b.mixed(", { self.of(at.indicator), self:value(at.low), self:value(at.high),
    self.of(at.from), self.of(at.to) }, ")")
end

function nodes.switch(self, at)
  return self.layout.call("b.switch(", { self.layout.list("{", self:docs(at.conditions)),
    self.layout.list("{", self:docs(at.cases)) }, ")")
end

function nodes.enter_exit(self, at)
  local fields = {}
  for i, name in ipairs { "enter", "exit", "inside", "outside" } do
    fields[i] = self.layout.row { name .. " = ", self.of(at[name]) }
  end
  return self.layout.list("b.enter_exit {", fields)
end

function nodes.choice(self, at)
  local fields = {}
  for i, name in ipairs(at.names) do
    fields[i] = self.layout.row { value_of.key(name) .. " = ", self.of(at.cases[i]) }
  end
  return self.layout.call("b.choice(", { self:value(at.param), self.layout.list("{", fields) }, ")")
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
  if strength(at) >= least or self.layout.is_whole(doc) then return doc end
  return self.layout.row { "(", doc, ")" }
end

local function compare(self, at)
  local right = at.right and self.of(at.right) or self:value(at.threshold)
  local call
  if param_of.is_bound(at.comparator) then
    call = self.layout.call(":compare(", { self:value(at.comparator), right }, ")")
  else
    call = self.layout.call(":" .. at.comparator .. "(", { right }, ")")
  end
  return self.layout.row { self:operand(at.left, math.huge), call }
end

local conditions = { compare = compare }

for _, kind in ipairs { "all", "any", "none" } do
  conditions[kind] = function(self, at)
    return self.layout.list("b." .. kind .. " {", self:docs(at.conditions))
  end
end

function conditions.at_least(self, at)
  return self.layout.call("b.at_least(", { self:value(at.count),
    self.layout.list("{", self:docs(at.conditions)) }, ")")
end

local DAYS = { "for_days", "days_ago" }

local function condition(self, at)
  local doc = conditions[at.kind](self, at)
  for _, field in ipairs(DAYS) do
    local days = given(at, field)
    if days then doc = self.layout.row { doc, (":%s(%s)"):format(field, self:value(days)) } end
  end
  return doc
end

-- Indicators -------------------------------------------------------------------------------------

local OPTION_NAMES = {} -- by the name of an indicator, in rising order
for fn, known in pairs(tree_of.INDICATORS) do
  local names = {}
  for i, option in ipairs(known.options) do names[i] = option.name end
  table.sort(names)
  OPTION_NAMES[fn] = names
end

-- Which of the definitions of an indicator is meant: { ddof = 0 }.
function Phrases:options(at)
  local parts
  for _, name in ipairs(OPTION_NAMES[at.fn] or {}) do
    if at[name] ~= nil then
      parts = parts or {}
      parts[#parts + 1] = name .. " = " .. self:value(at[name])
    end
  end
  return parts and "{ " .. table.concat(parts, ", ") .. " }"
end

-- A node that an indicator is measured over: a plain ticker would be the ticker's own bars.
function Phrases:measured(at)
  if at.kind ~= "asset" then return self.of(at) end
  return "b.asset(" .. self:value(at.ticker) .. ")"
end

local ARGUMENT_NAMES = { "window", "window2", "window3", "number", "number2" }

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
  for _, name in ipairs(ARGUMENT_NAMES) do
    if at[name] then arguments[#arguments + 1] = self:value(at[name]) end
  end
  arguments[#arguments + 1] = self:options(at)
  return self.layout.call("b." .. at.fn .. "(", arguments, ")")
end

-- A number or param behind an operator; what a param makes is kept together.
function Phrases:number(value)
  local text = self:value(value)
  return param_of.is_bound(value) and value ~= value.param and "(" .. text .. ")" or text
end

-- factor * x + offset, with x from some days before.
function Phrases:scaled(at, doc)
  local days, factor, offset = given(at, "days_ago"), given(at, "factor"), given(at, "offset")
  if at.op and (days or factor or offset) then doc = self.layout.row { "(", doc, ")" } end
  if days then doc = self.layout.row { doc, (":days_ago(%s)"):format(self:value(days)) } end
  if factor then doc = self.layout.row { doc, " * " .. self:number(factor) } end
  if not offset then return doc end
  if type(offset) == "number" and offset < 0 then
    return self.layout.row { doc, " - " .. self:value(-offset) }
  end
  return self.layout.row { doc, " + " .. self:number(offset) }
end

local function indicator(self, at)
  if at.on then
    return self:scaled(at, self.layout.call("b.on(", { self:value(at.on), self.of(at.over) }, ")"))
  elseif not at.op then
    return self:scaled(at, self:call(at))
  end
  local least = STRENGTH[at.op]
  return self:scaled(at, self.layout.operation(self:operand(at.left, least), tree_of.OPERATORS[at.op],
    self:operand(at.right, least + 1)))
end

--- The document of a part.
---@param at table node, condition or indicator
---@param sort "node"|"condition"|"indicator"
---@return string|table
function Phrases:doc(at, sort)
  if sort == "indicator" then return indicator(self, at) end
  if sort == "condition" then return condition(self, at) end
  local make = nodes[at.kind]
  if not make then failure.fail("STRATEGY", "a %s is no node", tostring(at.kind)) end
  return make(self, at)
end

--- Phrases for a tree.
---@param names table<string, string> the variable of each param
---@param of fun(at: table): string|table
---@param layout table banyan.write.layout or banyan.write.flat
---@return banyan.Phrases
function M.new(names, of, layout)
  return setmetatable({ names = names, of = of, layout = layout, known = {} }, Phrases)
end

return M
