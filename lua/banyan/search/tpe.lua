-- SPDX-License-Identifier: MIT
-- Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kegl, "Algorithms for hyper-parameter
-- optimization", 2011) on params with values in a list.
--
-- The combos so far are split into the best few and the rest. Of each param, l is the density of its values among
-- the best, g among the rest; a proposal is the one of several draws from l with the highest l / g. A param is
-- modelled by the combos in which it matters. A density is a sum of kernels, one a combo:
--
-- - numbers: a bell over the position in the list (equal steps of a logarithmic range are equal ratios), as wide as
--   the best are spread, and cut off at the ends of the list;
-- - anything else: most of the mass on the value, the rest on all others alike (Aitchison and Aitken, 1976);
-- - and a uniform one, so that no value is ever out of reach.
--
-- The combos of a round are drawn one by one, which keeps them apart without a guess at what the others will bring.
-- Some are the best of many draws and some of few: the few keep looking where l / g is low so far, such as in
-- sub-trees that only narrow choices make good.
--
-- Nothing here asks libm: the bell is a polynomial, and densities are never turned into logarithms.
local order = require "banyan.search.order"
local value_order = require "banyan.space.order"

local M = {}

local ceil, floor, max, min, sqrt = math.ceil, math.floor, math.max, math.min, math.sqrt

local NONE = 0xffff -- digit of a param that does not matter
local START = 64 -- combos of the first round, spread evenly, but no more than a part of all
local START_PART = 1 / 4
local BEST = 0.75 -- times the root of the number of combos is how many count as best
local DRAWS = { 24, 12, 6, 3 } -- of which a proposal is the likeliest, by turns
local TRIES = 8 -- times that many, until one is new
local CELLS_MAX = 512 -- of a density; a param with more values has several in a cell
local WIDTH_MIN = 0.02 -- of a bell, of the range
local CELL_WIDTH_MIN = 0.4 -- of a bell, in cells
local OTHERS = 0.15 -- of the mass of a value that is no number, for the others
local RATIO_MAX = 2 ^ 15 -- of one param; 64 of them multiplied stay within a double

---@class banyan.Tpe
local Tpe = {}
Tpe.__index = Tpe

-- The model of a param. The cells of one with an order go along its places, those of another one are its digits.
local function model_of(values)
  local size, places = #values, value_order.places(values)
  local cells = places and min(size, CELLS_MAX) or size
  local all = {}
  for cell = 1, cells do all[cell] = 0 end
  return { size = size, places = places, cells = cells, all = all }
end

local function cell_of(model, digit)
  if not model.places then return digit + 1 end
  return floor(model.places.place[digit] * model.cells / model.size) + 1
end

---@param fields banyan.SearchFields
---@param fresh banyan.Fresh
---@return banyan.Tpe
function M.new(fields, fresh)
  local models = {}
  for p, param in ipairs(fresh.space.params) do models[p] = model_of(param.values) end
  return setmetatable({ fields = fields, fresh = fresh, stream = fresh.stream, models = models,
    best = {}, told = 0 }, Tpe)
end

-- How many of so many combos count as best.
local function best_count(told)
  return ceil(BEST * sqrt(told))
end

--- Takes in combos and what they are worth. As many of the best are kept as will ever count.
---@param round { digits: integer[], worth: number, number: integer }[]
function Tpe:learn(round)
  local best = self.best
  for _, combo in ipairs(round) do
    for p, model in ipairs(self.models) do
      local digit = combo.digits[p]
      if digit ~= NONE then
        local cell = cell_of(model, digit)
        model.all[cell] = model.all[cell] + 1
      end
    end
    best[#best + 1] = combo
  end
  self.told = self.told + #round
  table.sort(best, order.is_better)
  for i = #best, best_count(self.fields.count) + 1, -1 do best[i] = nil end
end

-- How often the best are in each cell.
local function counts_of(model, best, p)
  local counts, count = {}, 0
  for cell = 1, model.cells do counts[cell] = 0 end
  for _, combo in ipairs(best) do
    local digit = combo.digits[p]
    if digit ~= NONE then
      local cell = cell_of(model, digit)
      counts[cell] = counts[cell] + 1
      count = count + 1
    end
  end
  return counts, count
end

-- The width of a bell in cells: the deviation of the best over the eighth root of their number, which is Scott's
-- rule (1992) for four dimensions, and all square roots.
local function width_of(model, counts, count)
  local least = max(WIDTH_MIN * model.cells, CELL_WIDTH_MIN)
  if count < 2 then return max(least, model.cells / 4) end
  local sum, squares = 0, 0
  for cell, times in ipairs(counts) do sum = sum + times * cell end
  local mean = sum / count
  for cell, times in ipairs(counts) do squares = squares + times * (cell - mean) * (cell - mean) end
  return max(least, sqrt(squares / (count - 1)) / sqrt(sqrt(sqrt(count))))
end

-- The bell (1 - x^2 / 16)^8 by distance in cells, x being the distance in widths: close to exp(-x^2 / 2), and 0
-- from 4 widths on. Also its sums from distance 0 on.
local function bell_of(width, cells)
  local bell, sums, sum = {}, {}, 0
  for distance = 0, cells - 1 do
    local height = max(0, 1 - distance * distance / (16 * width * width))
    height = height * height
    height = height * height
    height = height * height
    sum = sum + height
    bell[distance], sums[distance] = height, sum
    if height == 0 then break end
  end
  return bell, sums
end

-- Adds to each cell of a density the bells around the combos counted in cells.
local function add_bells(density, counts, bell, sums)
  local cells, reach = #counts, #bell
  for centre = 1, cells do
    local times = counts[centre]
    if times > 0 then
      local low, high = min(centre - 1, reach), min(cells - centre, reach)
      local scale = times / (sums[low] + sums[high] - bell[0])
      for cell = centre - low, centre + high do
        local distance = cell > centre and cell - centre or centre - cell
        density[cell] = density[cell] + scale * bell[distance]
      end
    end
  end
end

local function add_categories(density, counts, count)
  local cells = #counts
  if cells == 1 then
    density[1] = density[1] + count
    return
  end
  local other = OTHERS / (cells - 1)
  for cell = 1, cells do
    local times = counts[cell]
    density[cell] = density[cell] + times * (1 - OTHERS) + (count - times) * other
  end
end

-- The density of a param among the combos counted in cells, with a uniform kernel that counts as one combo.
local function density_of(model, counts, count, bell, sums)
  local density, cells = {}, model.cells
  for cell = 1, cells do density[cell] = 1 / cells end
  if model.places then
    add_bells(density, counts, bell, sums)
  else
    add_categories(density, counts, count)
  end
  for cell = 1, cells do density[cell] = density[cell] / (count + 1) end
  return density
end

-- Prepares what draws of a round need of a param: the sums of l, and l / g.
local function prepare(model, best, p)
  local good, good_count = counts_of(model, best, p)
  local rest, rest_count = {}, 0
  for cell = 1, model.cells do
    rest[cell] = model.all[cell] - good[cell]
    rest_count = rest_count + rest[cell]
  end
  local bell, sums
  if model.places then bell, sums = bell_of(width_of(model, good, good_count), model.cells) end
  local l = density_of(model, good, good_count, bell, sums)
  local g = density_of(model, rest, rest_count, bell, sums)
  local up_to, ratio, sum = {}, {}, 0
  for cell = 1, model.cells do
    sum = sum + l[cell]
    up_to[cell] = sum
    ratio[cell] = min(max(l[cell] / g[cell], 1 / RATIO_MAX), RATIO_MAX)
  end
  model.up_to, model.ratio = up_to, ratio
end

-- A digit of a param, drawn from l.
local function draw_digit(model, stream)
  local up_to, cells = model.up_to, model.cells
  local at, low, high = stream:uniform() * up_to[cells], 1, cells
  while low < high do
    local middle = floor((low + high) / 2)
    if up_to[middle] > at then high = middle else low = middle + 1 end
  end
  if not model.places then return low - 1 end
  if cells == model.size then return model.places.digit[low - 1] end
  local first = ceil((low - 1) * model.size / cells)
  local behind = ceil(low * model.size / cells)
  return model.places.digit[first + floor(stream:uniform() * (behind - first))]
end

-- l / g of a combo.
local function ratio_of(models, digits)
  local ratio = 1
  for p, model in ipairs(models) do
    local digit = digits[p]
    if digit ~= NONE then ratio = ratio * model.ratio[cell_of(model, digit)] end
  end
  return ratio
end

local function is_likelier(a, b)
  if a.ratio ~= b.ratio then return a.ratio > b.ratio end
  return a.number < b.number
end

-- Takes the likeliest of some draws that is new into the round.
local function take_one(self, round, draw_count)
  local draws, models, stream, space = {}, self.models, self.stream, self.fresh.space
  for i = 1, draw_count do
    local genes = {}
    for p, model in ipairs(models) do genes[p] = draw_digit(model, stream) end
    draws[i] = { genes = genes, ratio = ratio_of(models, space:canonical(genes)), number = i }
  end
  table.sort(draws, is_likelier)
  for _, draw in ipairs(draws) do
    if self.fresh:take(round, draw.genes) then return true end
  end
  return false
end

--- The combos of the next round: none when the space is exhausted.
---@param most integer
---@return { digits: integer[] }[]
function Tpe:propose(most)
  local round, fresh = {}, self.fresh
  if self.told == 0 then
    fresh:spread(round, min(START, ceil(START_PART * self.fields.count)))
    return round
  end
  local best = { unpack(self.best, 1, best_count(self.told)) }
  for p, model in ipairs(self.models) do prepare(model, best, p) end
  local count = min(self.fields.batch, most)
  for i = 1, count do
    local tries = 0
    repeat tries = tries + 1 until take_one(self, round, DRAWS[(i - 1) % #DRAWS + 1]) or tries == TRIES
  end
  fresh:fill(round, count)
  return round
end

return M
