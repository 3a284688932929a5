-- SPDX-License-Identifier: MIT
-- The space of a sweep: which combos there are, and in which order they are walked.
--
-- A combo is one digit a param, the position of its value from 0. A param that does not matter under the others, such
-- as the window of a sub-tree that a choice leaves out, has the digit 0xffff, and points of the grid that differ in
-- nothing else are one combo. Combos are numbered from 1: in a grid by the first such point that `where` keeps, in the
-- order of a nested loop over the params, the last one changing fastest; in a sample in the order of drawing.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local pool_of = require "banyan.space.pool"
local sample_of = require "banyan.space.sample"
local where_of = require "banyan.space.where"

local C = engine.C
local M = {}

local POINTS_MAX = 50e6 -- of a grid: each is looked at
local COMBOS_MAX = sample_of.COUNT_MAX
local NONE = tonumber(C.BY_DIGIT_NONE)

---@class banyan.Space
---@field params { name: string, values: any[], default: any }[]
---@field grid_size number points of the grid, whether they are all taken or not
---@field combo_count integer? nil when a search will ask for the combos
---@field combos ffi.cdata*? uint32_t[combo_count]; combo (from 0) at each walk position
---@field digits ffi.cdata*? uint16_t[combo_count][params]; by walk position; both go with the space
---@field hash ffi.cdata*? uint64_t; of all combos as they are walked
---@field notes string[] what the user should know of it
local Space = {}
Space.__index = Space

local function size_of(params)
  local size = 1
  for _, param in ipairs(params) do size = size * #param.values end
  return size
end

-- Calls visit(digits) for each point of the grid, the last param changing fastest.
local function each_point(params, visit)
  local count = #params
  local digits = ffi.new("uint16_t[?]", math.max(count, 1))
  local p
  repeat
    visit(digits)
    p = count
    while p > 0 do
      digits[p - 1] = digits[p - 1] + 1
      if digits[p - 1] < #params[p].values then break end
      digits[p - 1] = 0
      p = p - 1
    end
  until p == 0
end

-- The combos of the grid that `where` keeps.
local function filtered(self)
  local pool = pool_of.new(self.c, #self.params, COMBOS_MAX)
  self.where:during(function()
    local allows = self.where.allows
    each_point(self.params, function(digits)
      if allows(digits) then pool:add(digits) end
    end)
  end)
  if pool:settle() == 0 then
    failure.fail("STRATEGY", "%s: where leaves none of the %.0f points of the grid", self.where.place,
      self.grid_size)
  end
  return pool.digits, pool.count
end

-- All combos of the grid, or those of a stretch of the walk, in the arrays of the space in C.
local function walk_grid(self, stretch)
  local count, hash = ffi.new "int32_t[1]", ffi.new "uint64_t[1]"
  local combos, digits = ffi.new "const uint32_t *[1]", ffi.new "const uint16_t *[1]"
  engine.call(C.by_space_count, self.c, COMBOS_MAX, count)
  local first, held = 0, count[0]
  if stretch then first, held = stretch(held) end
  engine.call(C.by_space_walk, self.c, count[0], first, held, combos, digits, hash)
  self.combo_count, self.combos, self.digits, self.hash = count[0], combos[0], digits[0], hash[0]
  return self
end

-- Digits in combo order as the two arrays of a walk.
local function arrange(self, digits, count, first)
  local combos = ffi.new("uint32_t[?]", math.max(count, 1))
  local arranged = ffi.new("uint16_t[?]", math.max(count * #self.params, 1))
  engine.call(C.by_space_arrange, self.c, digits, count, first, combos, arranged)
  return combos, arranged
end

--- Refuses a grid of more points than are looked at. It needs no plan, so that it can be asked before there is one.
---@param params { name: string, values: any[], default: any }[]
---@param options { sample: banyan.Sample?, guided: boolean? }
function M.check_size(params, options)
  local size = size_of(params)
  if size <= POINTS_MAX or options.guided or (options.sample and options.sample.count < size) then return end
  failure.fail("LIMIT", "sweep: the grid has %.3g points; at most %d are looked at: use fewer values, "
    .. "or draw a sample, such as sample = { method = \"sobol\", count = 5000 }", size, POINTS_MAX)
end

--- A space: all combos of the grid, or a sample of them; with `guided` those that a search will ask for.
---@param params { name: string, values: any[], default: any }[]
---@param options { plan: ffi.cdata*, where: (fun(point: table): any)?, sample: banyan.Sample?, guided: boolean?,
---   stretch: (fun(count: integer): integer, integer)? }
--- plan is a by_plan *, borrowed as long as the space is used; stretch tells of how many combos there are which ones,
--- the first walk position (from 0) and their count, are looked at: the others may be left out of combos and digits
---@return banyan.Space
function M.new(params, options)
  M.check_size(params, options)
  local c = engine.make("by_space", C.by_space_free, C.by_space_new, options.plan)
  local self = setmetatable({ params = params, c = c, grid_size = size_of(params), notes = {} }, Space)
  self.where = options.where and where_of.new(options.where, params)
  if options.guided then return self end
  local sample = options.sample
  local sampled = sample and sample.count < self.grid_size
  if not sampled and not self.where then return walk_grid(self, options.stretch) end
  local digits, count
  if sampled then
    digits, count = sample_of.draw(self, sample)
  else
    digits, count = filtered(self)
  end
  self.combo_count = count
  self.combos, self.digits = arrange(self, digits, count, 0)
  self.hash = C.by_hash(self.digits, count * #params * ffi.sizeof "uint16_t",
    C.by_hash(self.combos, count * ffi.sizeof "uint32_t", 0))
  return self
end

-- Lists of digits as one array.
local function packed(self, list)
  local count = #self.params
  local digits = ffi.new("uint16_t[?]", #list * count + 1)
  for i, each in ipairs(list) do
    for p, param in ipairs(self.params) do
      local digit = each[p]
      assert(digit == NONE or digit >= 0 and digit < #param.values, "a digit that its param does not have")
      digits[(i - 1) * count + p - 1] = digit
    end
  end
  return digits
end

--- Whether `where` takes a combo.
---@param digits integer[] one a param, from 0
---@return boolean
function Space:allows(digits)
  if not self.where then return true end
  local point = packed(self, { digits })
  return self.where:during(function() return self.where.allows(point) end)
end

local function canonical(self, digits)
  local combo = packed(self, { digits })
  engine.call(C.by_space_canonical, self.c, combo, 1)
  return combo
end

--- The same combo with 0xffff for params that do not matter.
---@param digits integer[]
---@return integer[] another table
function Space:canonical(digits)
  local combo, made = canonical(self, digits), {}
  for p = 1, #self.params do made[p] = combo[p - 1] end
  return made
end

--- A text that is the same for equal combos, and for no others.
---@param digits integer[]
---@return string
function Space:key(digits)
  return ffi.string(canonical(self, digits), 2 * #self.params)
end

--- Combos in an order in which a walk goes far with little.
---@param list integer[][] digits of each combo
---@param first integer number, from 0, of the first combo in the list
---@return ffi.cdata* combos uint32_t[#list]; combo (from 0) at each walk position
---@return ffi.cdata* digits uint16_t[#list][params]; by walk position
function Space:arrange(list, first)
  return arrange(self, packed(self, list), #list, first)
end

--- Which values the combos have that stand at some places of the walk.
---@param first integer walk position, from 0
---@param count integer
---@return ffi.cdata* met uint8_t[values of all params], one param's behind the other's; 1 where one is met
function Space:met(first, count)
  local values = 0
  for _, param in ipairs(self.params) do values = values + #param.values end
  local met = ffi.new("uint8_t[?]", values + 1)
  C.by_space_met(self.c, self.digits + first * #self.params, count, met)
  return met
end

--- How many nodes and conditions are to be evaluated at most, each once under each assignment of its params.
---@return number
function Space:evaluations()
  return C.by_space_evaluations(self.c, self.combo_count)
end

return M
