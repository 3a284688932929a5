-- SPDX-License-Identifier: MIT
-- Streams of random numbers that are the same, to the last bit, on every machine: integers of 64
-- bits, and a few divisions that are exact.
local ffi = require "ffi"
local bit = require "bit"

local band, bxor, rshift = bit.band, bit.bxor, bit.rshift

local M = {}

local GOLDEN = 0x9E3779B97F4A7C15ULL

-- Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
local function mix(z)
  z = bxor(z, rshift(z, 30)) * 0xBF58476D1CE4E5B9ULL
  z = bxor(z, rshift(z, 27)) * 0x94D049BB133111EBULL
  return bxor(z, rshift(z, 31))
end

local stream = {}
stream.__index = stream

--- The stream that belongs to a name: other names have streams that have nothing to do with it.
function M.stream(name)
  local state = 0xCBF29CE484222325ULL
  for i = 1, #name do state = mix(bxor(state, name:byte(i)) * 0x100000001B3ULL) end
  return setmetatable({ state = ffi.new("uint64_t[1]", state) }, stream)
end

local function draw(self)
  local state = self.state[0] + GOLDEN
  self.state[0] = state
  return mix(state)
end

--- A number in [0, 1).
function stream:uniform()
  return tonumber(rshift(draw(self), 11)) / 9007199254740992
end

--- A number from, nearly, the standard normal distribution: the sum of 12 uniforms of 16 bits,
--- which needs no logarithm and stays within 6.
function stream:normal()
  local sum = 0
  for _ = 1, 3 do
    local z = draw(self)
    sum = sum + tonumber(band(z, 0xffff)) + tonumber(band(rshift(z, 16), 0xffff))
      + tonumber(band(rshift(z, 32), 0xffff)) + tonumber(rshift(z, 48))
  end
  return (sum - 393210) / 65536
end

return M
