-- SPDX-License-Identifier: MIT
-- Reads the result store of a sweep.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local json = require "banyan.json"

local C = engine.C
local M = {}

---@class banyan.Results
---@field description table strategy, rank, params, dataset, simulated, from, to, slippage
---@field combo_count integer
local Results = {}
Results.__index = Results

--- The metrics of the engine, in the order of by_metric: { { name =, title = }, ... }.
M.METRICS = {}
local names = {}
for m = 0, tonumber(C.BY_METRIC_COUNT) - 1 do
  names[m + 1] = ffi.string(C.by_metric_name(m))
  M.METRICS[m + 1] = { name = names[m + 1], title = ffi.string(C.by_metric_title(m)) }
end

--- The position of a metric in by_result.metric.
---@param name string
---@param status string? of the failure when there is no such metric; "USAGE" when left out
---@return integer
function M.metric_index(name, status)
  for m, known in ipairs(names) do
    if known == name then return m - 1 end
  end
  return failure.fail(status or "USAGE", "there is no metric '%s'; there are %s", tostring(name),
    table.concat(names, ", "))
end

--- Opens a store for reading.
---@param directory string
---@return banyan.Results
function M.open(directory)
  local c = engine.make("by_results", C.by_results_close, C.by_results_open, directory)
  local header = C.by_results_describe(c)
  local count = header.combo_count
  local self = setmetatable({ c = c, header = header, combo_count = count,
    description = json.decode(ffi.string(header.description), directory),
    rows = ffi.new("by_result[?]", count) }, Results)
  self.position = ffi.new("uint32_t[?]", count) -- walk position of each combo
  for i = 0, count - 1 do self.position[header.combos[i]] = i end
  engine.call(C.by_results_read, c, self.rows)
  return self
end

--- How many combos have results; fewer than combo_count when the sweep was stopped.
---@return integer
function Results:done_count()
  local missing = 0
  for i = 0, self.combo_count - 1 do
    if self.rows[i].return_count == -2 then missing = missing + 1 end
  end
  return self.combo_count - missing
end

--- Calls visit(number) for each combo that has results, in their order.
---@param visit fun(number: integer)
function Results:each_done(visit)
  for i = 0, self.combo_count - 1 do
    if self.rows[i].return_count ~= -2 then visit(i + 1) end
  end
end

--- Frees the store; nothing may be asked of it afterwards.
function Results:close()
  engine.close(self.c, C.by_results_close)
  self.c, self.header = nil, nil
end

--- The params of a combo (from 1): { { name =, value = }, ... }.
function Results:params(number)
  local list, header = {}, self.header
  local first = self.position[number - 1] * header.param_count
  for p, param in ipairs(self.description.params) do
    list[p] = { name = param.name, value = param.values[header.digits[first + p - 1] + 1] }
  end
  return list
end

--- The metrics of a combo: { { name =, title =, value = }, ... }.
function Results:metrics(number)
  return M.metrics_of(self.rows[number - 1])
end

--- The metrics of a by_result: { { name =, title =, value = }, ... }.
function M.metrics_of(result)
  local list = {}
  for m, metric in ipairs(M.METRICS) do
    list[m] = { name = metric.name, title = metric.title, value = result.metric[m - 1] }
  end
  return list
end

--- One metric of a combo; NaN where it is not defined or the combo is not there yet.
function Results:metric(number, name)
  return self.rows[number - 1].metric[M.metric_index(name)]
end

-- A heap of the best, the worst of them on top, so that a better one takes its place.
local function is_worse(a, b)
  return a.key < b.key or (a.key == b.key and a.number > b.number)
end

local function sift_down(heap, at, count)
  while true do
    local child = 2 * at
    if child > count then return end
    if child < count and is_worse(heap[child + 1], heap[child]) then child = child + 1 end
    if not is_worse(heap[child], heap[at]) then return end
    heap[at], heap[child] = heap[child], heap[at]
    at = child
  end
end

local function sift_up(heap, at)
  while at > 1 do
    local parent = math.floor(at / 2)
    if not is_worse(heap[at], heap[parent]) then return end
    heap[at], heap[parent] = heap[parent], heap[at]
    at = parent
  end
end

--- The numbers of the best combos by a metric, best first; ties by number, undefined ones left out.
---@param name string
---@param count integer
---@return integer[]
function Results:top(name, count)
  local m = M.metric_index(name)
  local sign, rows, heap = C.by_metric_direction(m), self.rows, {}
  for i = 0, self.combo_count - 1 do
    local value = rows[i].metric[m]
    if rows[i].return_count >= 0 and value == value then
      local key = value * sign
      if #heap < count then
        heap[#heap + 1] = { key = key, number = i + 1 }
        sift_up(heap, #heap)
      elseif key > heap[1].key then
        heap[1].key, heap[1].number = key, i + 1
        sift_down(heap, 1, count)
      end
    end
  end
  local numbers = {}
  for last = #heap, 1, -1 do
    numbers[last] = heap[1].number
    heap[1] = heap[last]
    sift_down(heap, 1, last - 1)
  end
  return numbers
end

return M
