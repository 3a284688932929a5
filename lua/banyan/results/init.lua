-- SPDX-License-Identifier: MIT
-- Reads the result store of a sweep.
local ffi = require "ffi"
local columns = require "banyan.results.columns"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local json = require "banyan.json"
local nearest = require "banyan.nearest"
local shard_of = require "banyan.sweep.shard"

local C = engine.C
local M = {}

---@class banyan.Results: banyan.ResultsColumns
---@field description table strategy, rank, params, dataset, simulated, from, to, settings
---@field combo_count integer
---@field round_count integer
---@field rows ffi.cdata* by_result[combo_count], all of them; read when first asked for
local Results = {}
for name, method in pairs(columns) do Results[name] = method end

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
  local near = nearest(tostring(name), names)
  return failure.fail(status or "USAGE", "there is no metric '%s'%s; there are %s", tostring(name),
    near and (", did you mean '%s'?"):format(near) or "", table.concat(names, ", "))
end

local function read_rows(self)
  local rows = ffi.new("by_result[?]", math.max(self.combo_count, 1))
  engine.call(C.by_results_read, self.c, rows)
  return rows
end

-- Rows take memory and time that most questions do without.
local function index(self, key)
  if key ~= "rows" then return Results[key] end
  local rows = read_rows(self)
  rawset(self, "rows", rows)
  return rows
end

--- Fails when a folder is not there, or is a script: what is easily given in the place of a store.
---@param directory string
function M.check_folder(directory)
  local kind = host.stat(directory)
  if not kind then
    failure.fail("DATA", "result store %s: there is none; `banyan sweep SWEEP.lua --store %s` makes it", directory,
      directory)
  elseif kind == "file" and directory:find "%.lua$" then
    failure.fail("STORE", "result store %s: this is a script; what its sweep leaves is the folder %s, if not "
      .. "told another --store", directory, (directory:gsub("%.lua$", ".sweep")))
  end
end

--- Whether higher (1) or lower (-1) is better of a metric.
---@param name string
---@return integer
function M.direction(name)
  return C.by_metric_direction(M.metric_index(name))
end

--- Opens a store for reading.
---@param directory string
---@return banyan.Results
function M.open(directory)
  M.check_folder(directory)
  local c = engine.make("by_results", C.by_results_close, C.by_results_open, directory)
  local header = C.by_results_describe(c)
  return setmetatable({ c = c, header = header, directory = directory,
    combo_count = header.combo_count, round_count = header.round_count,
    description = json.decode(ffi.string(header.description), directory), columns = {} },
    { __index = index })
end

--- Calls visit(rows, count, first) for each chunk that is there: by_result[count], and the walk position of the
--- first. Never holds more than one chunk; the rows are valid until visit returns.
---@param visit fun(rows: ffi.cdata*, count: integer, first: integer)
function Results:each_chunk(visit)
  local first, count = ffi.new "int32_t[1]", ffi.new "int32_t[1]"
  local rows = ffi.new("by_result[?]", tonumber(C.BY_CHUNK_COMBOS))
  for chunk = 0, self.header.chunk_count - 1 do
    engine.call(C.by_results_chunk, self.c, chunk, first, count, rows)
    if count[0] > 0 then visit(rows, count[0], first[0]) end
  end
end

--- Which shard of its sweep the store is, and how many combos this is of; nil for a whole sweep.
---@return banyan.Shard?
---@return integer? combos
function Results:shard()
  local _, shard = shard_of.of_identity(ffi.string(self.header.identity))
  if not shard then return nil end
  return shard, (select(3, shard_of.chunks(shard, self.description.planned)))
end

--- The strategy as the text of a script; nil when the store does not have it.
---@return string?
function Results:source()
  return self.header.source ~= nil and ffi.string(self.header.source) or nil
end

--- Who is writing a store now: nil when nobody does. No pid when they do not tell.
---@param directory string
---@return { pid: integer?, host: string? }?
function M.writer_of(directory)
  local writer = ffi.new "by_results_writer"
  engine.call(C.by_results_watch, directory, writer)
  if writer.pid == 0 then return nil end
  return writer.pid < 0 and {} or { pid = writer.pid, host = ffi.string(writer.host) }
end

--- Frees the store; nothing may be asked of it afterwards.
function Results:close()
  engine.close(self.c, C.by_results_close)
  self.c, self.header = nil, nil
end

-- Where the digits of a combo (from 1) begin.
local function first_digit(self, number)
  local header = self.header
  return header.position[number - 1] * header.param_count
end

--- The params of a combo (from 1): { { name =, value = }, ... }; no value where a param does not
--- matter.
function Results:params(number)
  local list, digits, first = {}, self.header.digits, first_digit(self, number)
  for p, param in ipairs(self.description.params) do
    list[p] = { name = param.name, value = param.values[digits[first + p - 1] + 1] }
  end
  return list
end

--- The digits of a combo (from 1): a position in the values of each param, from 0; BY_DIGIT_NONE
--- where it does
--- not matter.
---@return integer[]
function Results:digits(number)
  local list, digits, first = {}, self.header.digits, first_digit(self, number)
  for p = 1, self.header.param_count do list[p] = digits[first + p - 1] end
  return list
end

--- The digits of all combos, in their order.
---@return ffi.cdata* uint16_t[combo_count][params]
function Results:all_digits()
  local digits = ffi.new("uint16_t[?]", math.max(self.combo_count * self.header.param_count, 1))
  C.by_results_digits(self.c, digits)
  return digits
end

--- The result of a combo (from 1); return_count is -2 when it is not there yet.
---@return ffi.cdata* by_result
function Results:row(number)
  local rows = rawget(self, "rows")
  if rows then return rows[number - 1] end
  if self.row_number ~= number then
    local row = ffi.new "by_result"
    engine.call(C.by_results_row, self.c, self.header.position[number - 1], row)
    self.row_number, self.last_row = number, row
  end
  return self.last_row
end

--- Why a combo (from 1) has no numbers; nil when it has.
---@return string?
function Results:error(number)
  local count = self:row(number).return_count
  if count == -1 then
    return "no session: on no day that was asked for is everything in it computable"
  end
  return count == -2 and "not done yet" or nil
end

--- The metrics of a combo: { { name =, title =, value = }, ... }.
function Results:metrics(number)
  return M.metrics_of(self:row(number))
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
  return self:row(number).metric[M.metric_index(name)]
end

--- The numbers of the best combos by a metric, best first; ties by number, undefined ones left out.
---@param name string
---@param count integer
---@return integer[]
function Results:top(name, count)
  return self:best(M.metric_index(name), count)
end

return M
