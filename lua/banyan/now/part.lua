-- SPDX-License-Identifier: MIT
-- A part of a strategy by itself, evaluated by the engine on the last session at other last closes.
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local explain_trace = require "banyan.explain_trace"
local ffi = require "ffi"
local host = require "banyan.host"
local prepare = require "banyan.prepare"
local strategy_of = require "banyan.strategy"

local C = engine.C
local M = {}

---@class banyan.Part
---@field what_if banyan.WhatIf
local Part = {}
Part.__index = Part

-- Values of those params that a strategy has.
local function assignment_of(strategy, values)
  local given = {}
  for _, param in ipairs(strategy:params()) do given[param.name] = values[param.name] end
  return strategy:assignment(given)
end

--- A node of a strategy, or one that is made of its parts.
---@param strategy banyan.Strategy
---@param root table
---@param assignment table<string, any> value of each param by name
---@param what_if banyan.WhatIf
---@return banyan.Part
function M.new(strategy, root, assignment, what_if)
  local alone = strategy_of.new { name = strategy.name, options = strategy.options, root = root }
  local space = assignment_of(alone, assignment)
  local symbols = alone:tickers(space)
  local plan, emitted = alone:compile(space, symbols)
  return setmetatable({ strategy = alone, what_if = what_if, symbols = symbols, plan = plan, emitted = emitted,
    digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX)) }, Part)
end

--- Frees it.
function Part:close()
  engine.close(self.plan, C.by_plan_free)
end

local function trace_of(self, panel)
  local columns = engine.make("by_columns", C.by_columns_free, C.by_columns_new, self.plan, panel, 1,
    prepare.MEMORY_BYTES / 2)
  local last = panel.bar_count - 1
  return explain_trace.new(columns, self.digits, self.emitted, self.what_if.market, last, last), columns
end

--- What `read` finds in the trace of the last session when a ticker has another last close.
---@generic T
---@param ticker string
---@param price number
---@param read fun(trace: banyan.Trace, row: integer): T
---@return T
function Part:at(ticker, price, read)
  if host.interrupted() > 0 then engine.fail("CANCELLED", "now: interrupted") end
  local panel = self.what_if:panel(self.symbols, ticker, price)
  local trace, columns = custom_failures.call(self.strategy, trace_of, self, panel)
  local result = read(trace, trace.last)
  trace:close()
  engine.close(columns, C.by_columns_free)
  engine.close(panel, C.by_panel_free)
  return result
end

return M
