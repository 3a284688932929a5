-- SPDX-License-Identifier: MIT
-- The results of a store column by column: most questions are about one metric of all combos, and a column costs
-- little of what whole rows do. Index i (from 0) is combo i + 1.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local order = require "banyan.results.order"

local C = engine.C

local NOT_DONE = -2

--- Methods of banyan.Results. They read what is not there yet, from the rows where these are there.
---@class banyan.ResultsColumns
---@field rows ffi.cdata*? by_result[combo_count]
---@field columns table<integer, ffi.cdata*> double[combo_count] by metric (from 0)
---@field return_counts ffi.cdata*?
---@field behaviours ffi.cdata*?
local Columns = {}

local function new(ctype, count)
  return ffi.new(ctype .. "[?]", math.max(count, 1))
end

-- Takes columns out of rows.
local function copy(rows, count, made)
  for metric, column in pairs(made.columns) do
    for i = 0, count - 1 do column[i] = rows[i].return_count >= 0 and rows[i].metric[metric] or 0 / 0 end
  end
  for i = 0, count - 1 do made.return_counts[i] = rows[i].return_count end
  if made.behaviours then
    for i = 0, count - 1 do made.behaviours[i] = rows[i].return_count >= 0 and rows[i].behaviour or 0 end
  end
end

-- Reads them in one pass over the store.
local function read(c, metrics, made)
  local numbers, values = new("int32_t", #metrics), new("double *", #metrics)
  for m, metric in ipairs(metrics) do numbers[m - 1], values[m - 1] = metric, made.columns[metric] end
  made.given = { numbers, values } -- must live as long as the call
  engine.call(C.by_results_columns_read, c, ffi.new("by_results_columns", { metric_count = #metrics,
    metrics = numbers, metric_values = values, return_counts = made.return_counts, behaviours = made.behaviours }))
end

--- Reads columns that are not there yet, together.
---@param metrics integer[] each a by_metric, none twice
---@param behaviours boolean? whether those of behaviours and of return counts are wanted, too
function Columns:read(metrics, behaviours)
  local count, missing, made = self.combo_count, {}, { columns = {} }
  for _, metric in ipairs(metrics) do
    if not self.columns[metric] then
      missing[#missing + 1] = metric
      made.columns[metric] = new("double", count)
    end
  end
  if behaviours and not self.behaviours then made.behaviours = new("uint64_t", count) end
  if self.return_counts and #missing == 0 and not made.behaviours then return end
  made.return_counts = self.return_counts or new("int32_t", count)
  local rows = rawget(self, "rows")
  if rows then copy(rows, count, made) else read(self.c, missing, made) end -- rows are of one moment of a sweep
  for metric, column in pairs(made.columns) do self.columns[metric] = column end
  self.return_counts, self.behaviours = made.return_counts, made.behaviours or self.behaviours
end

--- One metric of all combos; NaN where it is not defined or the combo is not there yet.
---@param metric integer a by_metric
---@return ffi.cdata* double[combo_count]
function Columns:column(metric)
  self:read { metric }
  return self.columns[metric]
end

--- The return_count of each combo: -1 where it has no session, -2 where its result is missing.
---@return ffi.cdata* int32_t[combo_count]
function Columns:counts()
  self:read {}
  return self.return_counts
end

--- The behaviour of each combo, and its return_count.
---@return ffi.cdata* uint64_t[combo_count]
---@return ffi.cdata* int32_t[combo_count]
function Columns:all_behaviours()
  self:read({}, true)
  return self.behaviours, self.return_counts
end

--- Says how many rows will be asked for one by one. Each takes reading its chunk, so that of many all are read at once.
---@param count integer
function Columns:expect(count)
  if count * tonumber(C.BY_CHUNK_COMBOS) > self.combo_count then self.rows = self.rows end -- read when first asked for
end

--- How many combos have results; fewer than combo_count when the sweep was stopped.
---@return integer
function Columns:done_count()
  local done, counts = 0, self:counts()
  for i = 0, self.combo_count - 1 do
    if counts[i] ~= NOT_DONE then done = done + 1 end
  end
  return done
end

--- The numbers of the best combos by a metric, best first; ties by number, undefined ones left out.
---@param metric integer a by_metric
---@param count integer
---@return integer[]
function Columns:best(metric, count)
  local column, sign = self:column(metric), C.by_metric_direction(metric)
  local keys, indices, defined = new("double", self.combo_count), new("int32_t", self.combo_count), 0
  for i = 0, self.combo_count - 1 do
    if column[i] == column[i] then
      keys[i], indices[defined] = column[i] * sign, i
      defined = defined + 1
    end
  end
  local best, numbers = order.best(indices, defined, keys, count), {}
  for k = 1, math.min(count, defined) do numbers[k] = best[k - 1] + 1 end
  return numbers
end

return Columns
