-- SPDX-License-Identifier: MIT
-- Functions of combos whose best value is known, for searches to climb. `must` is how much of what random draws
-- leave to that value a search has to gain with so many evaluations.
local bit = require "bit"

local NONE = 0xffff

-- The same params several times.
local function times(count, param)
  local list = {}
  for i = 1, count do list[i] = param end
  return list
end

-- The position of a digit in its range, 0 to 1.
local function part(digit, size)
  return digit / (size - 1)
end

local separable = { name = "each param by itself, 6.6e11 points", params = times(8, { size = 30 }), best = 0,
  must = { [500] = 0.8, [2000] = 0.95 } }
function separable.worth(digits)
  local sum = 0
  for p, digit in ipairs(digits) do sum = sum - (part(digit, 30) - (3 * p + 1) / 29) ^ 2 end
  return sum
end

local waves = { name = "many local peaks, 4.1e9 points", params = times(6, { size = 40 }), best = 0,
  must = { [500] = 0.6, [2000] = 0.7 } }
function waves.worth(digits)
  local sum = 0
  for p, digit in ipairs(digits) do
    local x = (part(digit, 40) - (10 + 2 * p) / 39) * 6
    sum = sum - (x * x + 3 - 3 * math.cos(2 * math.pi * x))
  end
  return sum
end

local valley = { name = "a bent valley in six params, 1.8e10 points", params = times(6, { size = 51 }), best = 0,
  must = { [500] = 0.4, [2000] = 0.7 } }
function valley.worth(digits)
  local sum = 0
  for p = 1, 5 do
    local x, y = part(digits[p], 51) * 3 - 1.5, part(digits[p + 1], 51) * 3 - 1.5
    sum = sum - 10 * (y - x * x) ^ 2 - (1 - x) ^ 2
  end
  return sum
end

local together = { name = "params that only matter together, 1.1e12 points", params = times(10, { size = 16 }),
  best = 0, must = { [500] = 0.7, [2000] = 0.9 } }
function together.worth(digits)
  local sum, inner = 0, 0
  for p, digit in ipairs(digits) do
    inner = inner + part(digit, 16) - (5 + p % 3) / 15
    sum = sum - inner * inner
  end
  return sum
end

local categories = { name = "categories that move the peaks of numbers, 1.0e10 points",
  params = { { size = 8, words = true }, { size = 8, words = true }, { size = 8, words = true },
    { size = 8, words = true }, { size = 40 }, { size = 40 }, { size = 40 }, { size = 40 } },
  best = 4, must = { [500] = 0.75, [2000] = 0.95 } }
local WANTED = { 2, 5, 1, 7 }
function categories.worth(digits)
  local sum = 0
  for p, wanted in ipairs(WANTED) do
    local place = 5 * ((digits[p] * 3 + p) % 8) / 39
    sum = sum + (digits[p] == wanted and 1 or ((digits[p] * 5 + p) % 8) / 16)
      - 2 * (part(digits[4 + p], 40) - place) ^ 2
  end
  return sum
end

-- The first param chooses which three of the others matter; the best peak is the narrowest.
local conditional = { name = "params that matter under others, 3.8e5 points in three parts", best = 1,
  params = { { size = 3, words = true }, unpack(times(9, { size = 50 })) }, must = { [500] = 0.5, [2000] = 0.8 } }
function conditional.canonical(digits)
  for p = 2, 10 do
    if math.floor((p - 2) / 3) ~= digits[1] then digits[p] = NONE end
  end
end
local HEIGHTS = { [0] = 0.2, 0.6, 1 }
function conditional.worth(digits)
  local chosen, sum = digits[1], HEIGHTS[digits[1]]
  for j = 0, 2 do
    sum = sum - (chosen == 2 and 3 or 2) * math.abs(part(digits[2 + 3 * chosen + j], 50) - (7 + 15 * j) / 49)
  end
  return sum
end

local plateaus = { name = "steps with flat tops, 6.6e11 points", params = times(8, { size = 30 }), best = 0,
  must = { [500] = 0.75, [2000] = 0.95 } }
function plateaus.worth(digits)
  local sum = 0
  for p, digit in ipairs(digits) do
    sum = sum - math.floor(math.abs(part(digit, 30) - (3 * p + 1) / 29) * 8)
  end
  return sum
end

-- Noise as large as half of what chance leaves, always the same at a point.
local noise = { name = "noise over a hill, 6.6e11 points", params = times(8, { size = 30 }), best = 0.15,
  must = { [500] = 0.6, [2000] = 0.8 } }
function noise.worth(digits)
  local hash = 17
  for _, digit in ipairs(digits) do hash = bit.bxor(bit.rol(hash, 7), digit * 40503 + bit.rshift(hash, 9)) end
  return separable.worth(digits) + 0.3 * (bit.band(bit.bxor(hash, bit.rshift(hash, 15)), 0xffff) / 65536 - 0.5)
end

-- What is not computable is worth nothing.
local holes = { name = "half of the space undefined, 7.3e8 points", params = times(6, { size = 30 }), best = 0,
  must = { [500] = 0.7, [2000] = 0.95 } }
local PEAK = { 18, 15, 9, 23, 3, 26 }
function holes.worth(digits)
  if digits[1] < digits[2] then return 0 / 0 end
  local sum = 0
  for p, peak in ipairs(PEAK) do sum = sum - part(digits[p] - peak, 30) ^ 2 end
  return sum
end

return { separable, waves, valley, together, categories, conditional, plateaus, noise, holes }
