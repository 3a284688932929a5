-- SPDX-License-Identifier: MIT
-- What happened inside the tree of one assignment: the engine's trace, asked by the tables of the tree.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local timeframe = require "banyan.timeframe"

local C = engine.C
local NO_BAR = -2 ^ 62 -- before all that begin
local M = {}

---@class banyan.Trace rows are of the panel, from 0
---@field first integer the first row of a session
---@field last integer
local Trace = {}
Trace.__index = Trace

--- Traces the assignment of a strategy over all its sessions up to `last`, or over those from a row on.
---@param columns ffi.cdata* by_columns
---@param digits ffi.cdata*
---@param emitted banyan.Emitted
---@param market banyan.Market
---@param last integer row
---@param from integer? row
---@return banyan.Trace
function M.new(columns, digits, emitted, market, last, from)
  local c = engine.make("by_trace", C.by_trace_free, C.by_trace_new, columns, digits,
    ffi.new("by_range", from or 0, last))
  local range = C.by_trace_range(c)
  return setmetatable({ c = c, emitted = emitted, market = market, first = range.first,
    last = range.last }, Trace)
end

--- Frees it.
function Trace:close()
  engine.close(self.c, C.by_trace_free)
end

--- The day of a row's session, or of bars that are shorter the time at which it began.
function Trace:date(row)
  return self.market:when(row)
end

--- The value of an indicator; NaN where not computable.
function Trace:value(series, row)
  return C.by_trace_series(self.c, self.emitted.series_at[series], row)
end

--- When the bar begins that a series on a higher timeframe shows, as text; nil when it shows none.
---@return string?
function Trace:bar(series, row)
  local begin = tonumber(C.by_trace_bar(self.c, self.emitted.series_at[series], row))
  return begin > NO_BAR and timeframe.begin_text(timeframe.seconds(series.on), begin) or nil
end

--- Whether a condition holds, or an enter_exit is inside.
function Trace:holds(condition, row)
  return C.by_trace_condition(self.c, self.emitted.condition_at[condition], row) == 1
end

--- What a filter ranks a child (from 1) by.
function Trace:rank(node, child, row)
  return C.by_trace_rank(self.c, self.emitted.node_at[node], child - 1, row)
end

--- What a child (from 1) is weighted by.
function Trace:volatility(node, child, row)
  return C.by_trace_volatility(self.c, self.emitted.node_at[node], child - 1, row)
end

--- The symbols, from 0, that a node holds.
---@return integer[]
function Trace:symbols(node, row)
  local at, none = self.emitted.node_at[node], ffi.new "int32_t[1]"
  local count = C.by_trace_weights(self.c, at, row, none, ffi.new "double[1]", 0)
  local symbol, weight, list = ffi.new("int32_t[?]", count), ffi.new("double[?]", count), {}
  C.by_trace_weights(self.c, at, row, symbol, weight, count)
  for i = 1, count do list[i] = symbol[i - 1] end
  return list
end

--- The first row on which a node with all in it is computable, and that of an indicator; the number of
--- rows when there is none.
function Trace:ready(node)
  return C.by_trace_ready(self.c, self.emitted.node_at[node])
end

function Trace:series_ready(series)
  return C.by_trace_series_ready(self.c, self.emitted.series_at[series])
end

--- An explanation that the engine does not share would be worse than none.
function Trace:check(condition, row, holds)
  if row >= self.first and row <= self.last and self:holds(condition, row) ~= holds then
    failure.fail("INTERNAL", "explain: on %s a condition is explained as %s, and the engine says %s",
      self:date(row), tostring(holds), tostring(not holds))
  end
end

return M
