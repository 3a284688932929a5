-- SPDX-License-Identifier: MIT
-- The Sobol sequence: points that fill a cube evenly, whatever their number. Of each 2^k points that follow each other
-- from a multiple of 2^k on, every interval of length 2^-k has one, in each dimension.
--
-- Direction numbers: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM
-- J. Sci. Comput. 30 (2008), file new-joe-kuo-6.21201; (c) 2008 Frances Y. Kuo and Stephen Joe, BSD licence. The
-- order is that of the Gray code (Antonov and Saleev, 1979).
local bit = require "bit"
local ffi = require "ffi"

local bxor, band, lshift, rshift = bit.bxor, bit.band, bit.lshift, bit.rshift
local M = {}

local BITS = 32

-- Of each dimension but the first: the degree s of its polynomial, the polynomial's inner coefficients a, m_1 .. m_s.
local ROWS = [[
1 0 1|2 1 1 3|3 1 1 3 1|3 2 1 1 1|4 1 1 1 3 3|4 4 1 3 5 13|5 2 1 1 5 5 17|5 4 1 1 5 5 5|
5 7 1 1 7 11 19|5 11 1 1 5 1 1|5 13 1 1 1 3 11|5 14 1 3 5 5 31|6 1 1 3 3 9 7 49|
6 13 1 1 1 15 21 21|6 16 1 3 1 13 27 49|6 19 1 1 1 15 7 5|6 22 1 3 1 15 13 25|
6 25 1 1 5 5 19 61|7 1 1 3 7 11 23 15 103|7 4 1 3 7 13 13 15 69|7 7 1 1 3 13 7 35 63|
7 8 1 3 5 9 1 25 53|7 14 1 3 1 13 9 35 107|7 19 1 3 1 5 27 61 31|7 21 1 1 5 11 19 41 61|
7 28 1 3 5 3 3 13 69|7 31 1 1 7 13 1 19 1|7 32 1 3 7 5 13 19 59|7 37 1 1 3 9 25 29 41|
7 41 1 3 5 13 23 1 55|7 42 1 3 7 3 13 59 17|7 50 1 3 1 3 5 53 69|7 55 1 1 5 5 23 33 13|
7 56 1 1 7 7 1 61 123|7 59 1 1 7 9 13 61 49|7 62 1 3 3 5 3 55 33|8 14 1 3 1 15 31 13 49 245|
8 21 1 3 5 15 31 59 63 97|8 22 1 3 1 11 11 11 77 249|8 38 1 3 1 11 27 43 71 9|
8 47 1 1 7 15 21 11 81 45|8 49 1 3 7 3 25 31 65 79|8 50 1 3 1 1 19 11 3 205|
8 52 1 1 5 9 19 21 29 157|8 56 1 3 7 11 1 33 89 185|8 67 1 3 3 3 15 9 79 71|
8 70 1 3 7 11 15 39 119 27|8 84 1 1 3 1 11 31 97 225|8 97 1 1 1 3 23 43 57 177|
8 103 1 3 7 7 17 17 37 71|8 115 1 3 1 5 27 63 123 213|8 122 1 1 3 5 11 43 53 133|
9 8 1 3 5 5 29 17 47 173 479|9 13 1 3 3 11 3 1 109 9 69|9 16 1 1 1 5 17 39 23 5 343|
9 22 1 3 1 5 25 15 31 103 499|9 25 1 1 1 11 11 17 63 105 183|9 44 1 1 5 11 9 29 97 231 363|
9 47 1 1 5 15 19 45 41 7 383|9 52 1 3 7 7 31 19 83 137 221|9 55 1 1 1 3 23 15 111 223 83|
9 59 1 1 5 13 31 15 55 25 161|9 62 1 1 3 13 25 47 39 87 257|]]

--- The polynomials and first direction numbers of the dimensions from the second on.
---@type { degree: integer, inner: integer, first: integer[] }[]
M.rows = {}
for row in ROWS:gmatch "([^|\n]+)|" do
  local numbers = {}
  for number in row:gmatch "%d+" do numbers[#numbers + 1] = tonumber(number) end
  M.rows[#M.rows + 1] = { degree = table.remove(numbers, 1), inner = table.remove(numbers, 1),
    first = numbers }
end

M.DIMENSIONS_MAX = #M.rows + 1

-- directions[k] for k from 0: what bit k of the Gray code of a point's index brings.
local function directions_of(dimension)
  local v = ffi.new("int32_t[?]", BITS)
  local row = M.rows[dimension - 1]
  for k = 0, BITS - 1 do
    if not row then
      v[k] = lshift(1, BITS - 1 - k)
    elseif k < row.degree then
      v[k] = lshift(row.first[k + 1], BITS - 1 - k)
    else
      local s = row.degree
      v[k] = bxor(v[k - s], rshift(v[k - s], s))
      for j = 1, s - 1 do
        if band(rshift(row.inner, s - 1 - j), 1) == 1 then v[k] = bxor(v[k], v[k - j]) end
      end
    end
  end
  return v
end

---@class banyan.Sobol
local Sobol = {}
Sobol.__index = Sobol

--- The sequence in a number of dimensions; its first point is 0 everywhere.
---@param dimensions integer
---@return banyan.Sobol
function M.new(dimensions)
  assert(dimensions <= M.DIMENSIONS_MAX)
  local self = setmetatable({ index = 0, dimensions = dimensions, directions = {},
    bits = ffi.new("int32_t[?]", dimensions + 1) }, Sobol)
  for d = 1, dimensions do self.directions[d] = directions_of(d) end
  return self
end

--- Goes to the next point. Its coordinates are self.bits[0 ..], uint32 in a signed dress: fractions of 2^32.
function Sobol:next()
  self.index = self.index + 1
  local zeros, index = 0, self.index -- the bit of the Gray code that changes: the lowest 1 of the index
  while index % 2 == 0 do
    zeros, index = zeros + 1, index / 2
  end
  for d = 1, self.dimensions do
    self.bits[d - 1] = bxor(self.bits[d - 1], self.directions[d][zeros])
  end
end

return M
