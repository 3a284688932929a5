-- SPDX-License-Identifier: MIT
-- Samples of a space: combos drawn from a grid of any size, the same ones on every machine.
local bit = require "bit"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local ffi = require "ffi"
local field_checks = require "banyan.field_checks"
local pool_of = require "banyan.space.pool"
local random = require "banyan.random"

local C = engine.C
local M = {}

M.COUNT_MAX = 5000000
local SEED_MAX = 2 ^ 53
local METHODS = { "sobol", "random", "latin" } -- the default first
local BATCH_MIN = 1024 -- combos drawn before equal ones are looked for

---@class banyan.Sample
---@field method "sobol"|"random"|"latin"
---@field count integer
---@field seed integer

local check = field_checks.record({
  method = field_checks.one_of(METHODS),
  count = field_checks.whole(1, M.COUNT_MAX),
  seed = field_checks.whole(0, SEED_MAX),
}, { "count" })

--- The `sample` of a sweep, checked.
---@param fields table
---@param refuse fun(message: string)
---@return banyan.Sample
function M.checked(fields, refuse)
  check(fields, "sample", refuse)
  return { method = fields.method or METHODS[1], count = fields.count, seed = fields.seed or 1 }
end

--- Changes what a sweep draws to what the command line says: "5000" or "latin:5000", and a seed, which may be that of
--- its search. What it does not say stays as it is.
---@param sweep table of b.sweep
---@param text string?
---@param seed integer?
function M.override(sweep, text, seed)
  local fields = {}
  for key, value in pairs(sweep.sample or {}) do fields[key] = value end
  if text then
    local method, count = text:match "^(%l+):(%d+)$"
    fields.count = tonumber(count or text:match "^%d+$")
    fields.method = method or fields.method
    if not fields.count then
      failure.fail("USAGE", "--sample takes a number of combos, or METHOD:NUMBER such as sobol:5000, "
        .. "not '%s'", text)
    elseif sweep.search then
      failure.fail("USAGE", "--sample: the sweep has a search, which asks for its own combos")
    end
  end
  if seed and sweep.search then
    local search = {}
    for key, value in pairs(sweep.search) do search[key] = value end
    search.seed = seed
    sweep.search = search
  elseif seed and not fields.count then
    failure.fail("USAGE", "--seed: the sweep takes its whole grid; give --sample with it")
  end
  if not fields.count then return end
  fields.seed = seed or fields.seed
  sweep.sample = M.checked(fields, function(message) failure.fail("USAGE", "--sample: %s", message) end)
end

-- How many points are drawn before a sample is left as it is.
local function tries_for(count)
  return 1000000 + 200 * count
end

local function stream_of(sample)
  return random.stream(("sweep %s %.0f"):format(sample.method, sample.seed))
end

local function random_points(sizes, stream)
  return function(digits)
    for p, size in ipairs(sizes) do digits[p - 1] = math.floor(stream:uniform() * size) end
  end
end

-- The points of the sequence, each moved by the same random offset, bit by bit: that keeps how evenly they lie.
local function sobol_points(sizes, stream)
  local sequence, offsets = require "banyan.space.sobol".new(#sizes), {}
  for p = 1, #sizes do offsets[p] = bit.tobit(math.floor(stream:uniform() * 2 ^ 32)) end
  local started = false
  return function(digits)
    if started then sequence:next() end
    started = true
    for p, size in ipairs(sizes) do
      local fraction = bit.bxor(sequence.bits[p - 1], offsets[p]) % 2 ^ 32
      digits[p - 1] = math.floor(fraction * size / 2 ^ 32)
    end
  end
end

-- Draws until a pool has `count` combos or its points are used up.
local function draw(pool, count, next_point, allows)
  local digits = ffi.new("uint16_t[?]", pool.params + 1)
  local tries = tries_for(count)
  while pool.count < count and tries > 0 do
    local batch = math.min(tries, math.max(count - pool.count, math.floor(count / 2), BATCH_MIN))
    for _ = 1, batch do
      next_point(digits)
      if not allows or allows(digits) then pool:add(digits) end
    end
    tries = tries - batch
    pool:settle()
  end
end

-- What of a hypercube cannot be taken is drawn at random instead.
local function draw_latin(self, pool, sample, sizes, allows)
  local combo, params, stream = ffi.new("uint16_t[?]", #sizes + 1), #sizes, stream_of(sample)
  local function key_of(digits)
    if allows and not allows(digits) then return nil end
    ffi.copy(combo, digits, 2 * params)
    engine.call(C.by_space_canonical, self.c, combo, 1)
    return ffi.string(combo, 2 * params)
  end
  local digits = require "banyan.space.latin".new(sizes, sample.count, stream, key_of)
  for row = 0, sample.count - 1 do
    local at = digits + row * params
    if not allows or allows(at) then pool:add(at) end
  end
  pool:settle()
  draw(pool, sample.count, random_points(sizes, stream), allows)
end

--- Distinct combos, in the order of drawing.
---@param self banyan.Space
---@param sample banyan.Sample
---@return ffi.cdata* digits uint16_t[count][params]
---@return integer count
function M.draw(self, sample)
  local sizes = {}
  for p, param in ipairs(self.params) do sizes[p] = #param.values end
  local pool = pool_of.new(self.c, #sizes, math.huge)
  local function body()
    local allows = self.where and self.where.allows
    if sample.method == "latin" then return draw_latin(self, pool, sample, sizes, allows) end
    local points = sample.method == "random" and random_points or sobol_points
    draw(pool, sample.count, points(sizes, stream_of(sample)), allows)
  end
  if self.where then self.where:during(body) else body() end
  local count = math.min(pool.count, sample.count)
  if count == 0 then
    failure.fail("STRATEGY", "%s: where keeps none of %d points that were drawn", self.where.place,
      tries_for(sample.count))
  elseif count < sample.count then
    self.notes[#self.notes + 1] = ("the sample has %d combos, not the %d asked for: no others were found in %d "
      .. "draws"):format(count, sample.count, tries_for(sample.count))
  end
  return pool.digits, count
end

return M
