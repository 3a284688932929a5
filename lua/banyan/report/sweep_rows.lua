-- SPDX-License-Identifier: MIT
-- The few hundred combos of which a page has all numbers: the best, what stands out, and a sample of the rest.
local columns_of = require "banyan.report.sweep_columns"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local json = require "banyan.json"
local pareto = require "banyan.results.pareto"
local print_ = require "banyan.print"
local value_order = require "banyan.space.order"

local C = engine.C
local M = {}

local ROWS = 500
local BEST, BEST_OTHER, FRONT = 240, 20, 60
local OTHERS = { "cagr", "calmar", "sortino", "max_drawdown", "volatility" } -- whose best are there, too
local NONE = tonumber(C.BY_DIGIT_NONE)

-- Why a row is there.
M.BEST, M.BEST_BY_OTHER, M.ON_FRONT, M.ASKED, M.DEFAULT, M.SAMPLE, M.MEDIAN = 1, 2, 3, 4, 5, 6, 7

---@class banyan.SweepRows
---@field list integer[] combos (from 0), by their place
---@field why integer[] of each
---@field place integer[] of each in the sweep's own ranking
---@field all boolean whether these are all combos that have the sweep's own metric
---@field front integer[] combos on the front of return against drawdown, one of each behaviour, by falling return
---@field best integer? the combo (from 0) that ranks first

--- A metric by its name.
---@param columns banyan.SweepColumns
---@param name string
---@return integer
function M.metric(columns, name)
  for m, metric in ipairs(columns.metrics) do
    if metric.name == name then return m end
  end
  error("no metric " .. name)
end

-- What no other combo beats in return without a deeper drawdown, best return first, one of each behaviour.
local function front_of(columns)
  local cagr, drawdown = M.metric(columns, "cagr"), M.metric(columns, "max_drawdown")
  local indices, n = columns:order(cagr), 0
  local values = columns.metrics[drawdown].values
  for k = 0, columns.metrics[cagr].defined - 1 do
    if values[indices[k]] == values[indices[k]] then
      indices[n] = indices[k]
      n = n + 1
    end
  end
  n = pareto.front(indices, n, { columns.metrics[cagr].values, values }, columns.count)
  local behaviours, seen, list = columns.combos:behaviours(), {}, {}
  for k = 0, n - 1 do
    local first = behaviours.first[indices[k]]
    if not seen[first] then seen[first], list[#list + 1] = true, indices[k] end
  end
  return list
end

--- The combo (from 0) of the values that the strategy has as written; nil when it is not there.
---@param combos banyan.Combos
---@return integer?
function M.default(combos)
  local wanted = {}
  for p, param in ipairs(combos.params) do
    for digit, value in ipairs(param.values) do
      if value == param.default then wanted[p] = digit - 1 end
    end
    if not wanted[p] then return nil end
  end
  local stride = combos.param_count
  for i = 0, combos.count - 1 do
    local same = combos.rows[i].return_count >= 0
    for p = 1, stride do
      local digit = combos.digits[i * stride + p - 1]
      if digit ~= wanted[p] and digit ~= NONE then
        same = false
        break
      end
    end
    if same then return i end
  end
end

local Chosen = {}
Chosen.__index = Chosen

function Chosen:add(i, why)
  if self.why[i] then return false end
  self.why[i], self.count = why, self.count + 1
  return true
end

-- The first combos of an order, one of each behaviour.
function Chosen:add_best(order, n, most, why)
  local behaviours, seen, taken = self.behaviours, {}, 0
  for k = 0, n - 1 do
    if taken == most then break end
    local first = behaviours.first[order[k]]
    if not seen[first] then
      seen[first], taken = true, taken + 1
      self:add(order[k], why)
    end
  end
end

-- Of those that are not chosen yet, combos at even distances along an order.
function Chosen:add_sample(order, n, most)
  local rest, wanted = n - self.count, most - self.count
  local at, taken = 0, 0
  for k = 0, n - 1 do
    if taken == wanted then break end
    if not self.why[order[k]] then
      if at >= math.floor((taken + 0.5) * rest / wanted) then
        self:add(order[k], M.SAMPLE)
        taken = taken + 1
      end
      at = at + 1
    end
  end
end

local function choose(columns, order, n, rows, wanted)
  local chosen = setmetatable({ why = {}, count = 0, behaviours = columns.combos:behaviours() }, Chosen)
  for _, each in ipairs(wanted) do chosen:add(each.combo - 1, each.kind) end
  chosen:add_best(order, n, BEST, M.BEST)
  for _, name in ipairs(OTHERS) do
    local m = M.metric(columns, name)
    chosen:add_best(columns:order(m), columns.metrics[m].defined, BEST_OTHER, M.BEST_BY_OTHER)
  end
  for k = 1, math.min(FRONT, #rows.front) do chosen:add(rows.front[k], M.ON_FRONT) end
  chosen:add_sample(order, n, ROWS)
  return chosen.why
end

--- Chooses the rows.
---@param columns banyan.SweepColumns
---@param order ffi.cdata* int32_t[n], combos by the sweep's own ranking
---@param wanted { combo: integer, kind: integer }[] combos (from 1) that must be there, and why
---@return banyan.SweepRows
function M.new(columns, order, wanted)
  local n = columns.metrics[columns.rank].defined
  local rows = { list = {}, why = {}, place = {}, all = n <= ROWS, front = front_of(columns),
    best = n > 0 and order[0] or nil }
  local why = not rows.all and choose(columns, order, n, rows, wanted)
  for k = 0, n - 1 do
    local i = order[k]
    if rows.all or why[i] then
      rows.list[#rows.list + 1], rows.why[#rows.why + 1] = i, rows.all and M.BEST or why[i]
      rows.place[#rows.list] = k + 1
    end
  end
  return rows
end

-- A param of all rows: its values there in their order, and which of them each row has. `places` are positions among
-- all values.
local function param_data(columns, rows, p)
  local combos, param = columns.combos, columns.combos.params[p]
  local order, present, list = value_order.places(param.values), {}, {}
  local function place_of(digit) return order and order.place[digit] or digit end
  local function digit_of(place) return order and order.digit[place] or place end
  for _, i in ipairs(rows.list) do
    local digit = combos.digits[i * combos.param_count + p - 1]
    if digit ~= NONE and not present[digit] then present[digit], list[#list + 1] = true, place_of(digit) end
  end
  table.sort(list)
  local index, labels, of, last = {}, {}, {}, #param.values - 1
  for k, place in ipairs(list) do
    index[digit_of(place)], labels[k] = k - 1, print_.value(param.values[digit_of(place) + 1])
  end
  for k, i in ipairs(rows.list) do
    of[k] = index[combos.digits[i * combos.param_count + p - 1]] or ""
  end
  return { name = param.name, values = last + 1, numbers = order ~= nil, places = json.array(list),
    labels = json.array(labels), of = table.concat(of, ","), low = print_.value(param.values[digit_of(0) + 1]),
    high = print_.value(param.values[digit_of(last) + 1]) }
end

--- As data for the page: columns, each a text with commas.
---@param columns banyan.SweepColumns
---@param rows banyan.SweepRows
---@return table
function M.data(columns, rows)
  local behaviours, data = columns.combos:behaviours(), { params = json.array {}, metrics = {} }
  local numbers, shared, values = {}, {}, ffi.new("double[?]", math.max(#rows.list, 1))
  for k, i in ipairs(rows.list) do
    numbers[k], shared[k] = i + 1, behaviours.shared[behaviours.first[i]]
  end
  data.combo, data.place = table.concat(numbers, ","), table.concat(rows.place, ",")
  data.shared, data.why = table.concat(shared, ","), table.concat(rows.why, ",")
  for p = 1, columns.combos.param_count do data.params[p] = param_data(columns, rows, p) end
  for m, metric in ipairs(columns.metrics) do
    for k, i in ipairs(rows.list) do values[k - 1] = metric.values[i] end
    data.metrics[m] = columns_of.pack(metric, values, #rows.list)
  end
  return data
end

return M
