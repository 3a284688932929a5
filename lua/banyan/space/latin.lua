-- SPDX-License-Identifier: MIT
-- Latin hypercubes on a grid: of n combos each value of a param has n divided by the number of values, or one more.
--
-- M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of three methods for selecting values of input variables in
-- the analysis of output from a computer code", Technometrics 21 (1979). Combos that are the same as others or
-- that `where` refuses swap values of one param with other combos until there are none, which keeps the evenness.
local ffi = require "ffi"

local M = {}

---@class banyan.Latin
---@field digits ffi.cdata* uint16_t[count][params]
local Latin = {}
Latin.__index = Latin

local function below(stream, n)
  return math.floor(stream:uniform() * n)
end

-- A param's digits: all values as often as goes, the rest spread over them, in random order.
local function fill_column(self, p)
  local digits, params, count, values = self.digits, self.params, self.count, self.sizes[p]
  local rest = count % values
  for row = 0, count - rest - 1 do digits[row * params + p - 1] = row % values end
  for j = 0, rest - 1 do
    local first, behind = math.floor(j * values / rest), math.floor((j + 1) * values / rest)
    digits[(count - rest + j) * params + p - 1] = first + below(self.stream, behind - first)
  end
  for row = count - 1, 1, -1 do
    local a, b = row * params + p - 1, below(self.stream, row + 1) * params + p - 1
    digits[a], digits[b] = digits[b], digits[a]
  end
end

-- How much is wrong: combos that are refused, and those that there are already.
local function add(self, row, sign)
  local key = self.keys[row]
  if not key then
    self.wrong = self.wrong + sign
    return
  end
  local holders = self.holders[key] or 0
  self.holders[key] = holders + sign
  if math.max(holders, holders + sign) > 1 then self.wrong = self.wrong + sign end
end

local function look(self, row)
  self.keys[row] = self.key_of(self.digits + row * self.params)
end

local function is_wrong(self, row)
  local key = self.keys[row]
  return not key or self.holders[key] > 1
end

local function swap(self, p, a, b)
  local digits, params = self.digits, self.params
  local x, y = a * params + p - 1, b * params + p - 1
  digits[x], digits[y] = digits[y], digits[x]
end

-- Swaps a value of a combo with another one's, unless that makes more wrong than there is.
local function try_swap(self, row)
  local p = self.varied[below(self.stream, #self.varied) + 1]
  local other = below(self.stream, self.count)
  if other == row then return end
  local before = self.wrong
  local key, other_key = self.keys[row], self.keys[other]
  add(self, row, -1)
  add(self, other, -1)
  swap(self, p, row, other)
  look(self, row)
  look(self, other)
  add(self, row, 1)
  add(self, other, 1)
  if self.wrong <= before then return end
  add(self, row, -1)
  add(self, other, -1)
  swap(self, p, row, other)
  self.keys[row], self.keys[other] = key, other_key
  add(self, row, 1)
  add(self, other, 1)
end

-- Goes on as long as it gets better.
local function mend(self)
  local left, patience = 20000 + 2 * self.count, 5000 + self.count
  local least, until_ = self.wrong, left - patience
  while self.wrong > 0 and left > 0 and left > until_ do
    for row = 0, self.count - 1 do
      if is_wrong(self, row) then
        try_swap(self, row)
        left = left - 1
        if self.wrong < least then least, until_ = self.wrong, left - patience end
      end
    end
  end
end

--- A Latin hypercube of `count` combos. It may hold some that are refused, or twice, when there is no other way.
---@param sizes integer[] how many values each param has
---@param count integer
---@param stream table of banyan.random
---@param key_of fun(digits: ffi.cdata*): string? a text that equal combos share; nil for one that is refused
---@return ffi.cdata* digits uint16_t[count][params]
function M.new(sizes, count, stream, key_of)
  local self = setmetatable({ sizes = sizes, params = #sizes, count = count, stream = stream,
    key_of = key_of, keys = {}, holders = {}, wrong = 0, varied = {},
    digits = ffi.new("uint16_t[?]", count * #sizes + 1) }, Latin)
  for p, size in ipairs(sizes) do
    fill_column(self, p)
    if size > 1 then self.varied[#self.varied + 1] = p end
  end
  for row = 0, count - 1 do
    look(self, row)
    add(self, row, 1)
  end
  mend(self)
  return self.digits
end

return M
