-- SPDX-License-Identifier: MIT
-- What the choices of a walk-forward analysis come to.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local value_order = require "banyan.space.order"

local C = engine.C
local M = {}

local NONE = {} -- stands for the value of a param that does not matter

--- The number (from 1) of the combo at each walk position (from 0) of a store.
---@param results banyan.Results
---@return ffi.cdata* uint32_t[combo_count]
function M.numbers(results)
  local numbers = ffi.new("uint32_t[?]", math.max(results.combo_count, 1))
  for n = 0, results.combo_count - 1 do numbers[results.header.position[n]] = n + 1 end
  return numbers
end

local function numbers_of(moments, results)
  return { sharpe = C.by_moments_sharpe(moments, results.description.periods_per_year),
    total_return = C.by_moments_total_return(moments) }
end

local function step_of(window, choice, results)
  local inside, outside = numbers_of(choice.in_sample, results), numbers_of(choice.out_of_sample, results)
  return { train = window.train, test = window.test, choice = choice,
    params = choice.combo and results:params(choice.combo), in_sample = inside, out_of_sample = outside,
    efficiency = inside.sharpe > 0 and outside.sharpe / inside.sharpe or 0 / 0 }
end

-- Mean out-of-sample over mean in-sample, of the windows that have both.
local function efficiency_of(steps)
  local inside, outside = 0, 0
  for _, step in ipairs(steps) do
    local i, o = step.in_sample.sharpe, step.out_of_sample.sharpe
    if i == i and o == o then inside, outside = inside + i, outside + o end
  end
  return inside > 0 and outside / inside or 0 / 0
end

-- How far a param is from one choice to the next: 0 is the same value, 1 from one end of its values to the other
-- (or, where values have no order, another one).
local function distance(param, places, a, b)
  if a == b then return 0 end
  local from, to
  for i, value in ipairs(param.values) do
    if value == a then from = i - 1 end
    if value == b then to = i - 1 end
  end
  if not (places and from and to) then return 1 end
  return math.abs(places.place[from] - places.place[to]) / (#param.values - 1)
end

-- How much the choices agree on each param.
local function stability_of(steps, params)
  local list = {}
  for p, param in ipairs(params) do
    local seen, distinct, changes, way, moves, last = {}, 0, 0, 0, 0, nil
    local places = value_order.places(param.values)
    for _, step in ipairs(steps) do
      local value = step.params and step.params[p].value
      if step.params then
        local key = value == nil and NONE or value
        if not seen[key] then seen[key], distinct = true, distinct + 1 end
        if last then
          local moved = distance(param, places, last.value, value)
          way, moves, changes = way + moved, moves + 1, changes + (moved > 0 and 1 or 0)
        end
        last = { value = value }
      end
    end
    list[p] = { name = param.name, distinct = distinct, changes = changes, stability = 1 - way / moves }
  end
  return list
end

--- The outcome of some windows, without what only one way of judging them can tell.
---@param results banyan.Results
---@param lengths banyan.WindowLengths
---@param rank string
---@param windows banyan.WalkWindow[]
---@param choices banyan.Choice[] one a window
---@return banyan.WalkForward
function M.of(results, lengths, rank, windows, choices)
  local steps = {}
  for i, window in ipairs(windows) do steps[i] = step_of(window, choices[i], results) end
  return { strategy = results.description.strategy, simulated = results.description.simulated, rank = rank,
    lengths = lengths, steps = steps, efficiency = efficiency_of(steps),
    stability = stability_of(steps, results.description.params) }
end

return M
