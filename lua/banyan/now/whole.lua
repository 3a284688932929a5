-- SPDX-License-Identifier: MIT
-- What the whole strategy wants to hold on a session when a ticker has another last close.
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local host = require "banyan.host"
local prepare = require "banyan.prepare"

local C = engine.C
local M = {}

---@class banyan.Whole
---@field strategy banyan.Strategy
---@field at banyan.Prepared
---@field what_if banyan.WhatIf
local Whole = {}
Whole.__index = Whole

--- Of what was prepared for a strategy.
---@param strategy banyan.Strategy
---@param at banyan.Prepared
---@param what_if banyan.WhatIf
---@return banyan.Whole
function M.new(strategy, at, what_if)
  return setmetatable({ strategy = strategy, at = at, what_if = what_if, known = {} }, Whole)
end

local function run_of(self, panel)
  local columns = engine.make("by_columns", C.by_columns_free, C.by_columns_new, self.at.plan, panel, host.cores(),
    prepare.MEMORY_BYTES / 2)
  local last = panel.bar_count - 1
  return engine.make("by_run", C.by_run_free, C.by_run_new, columns, ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX)),
    ffi.new("by_range", last, last)), columns
end

--- What is held then, tickers in rising order.
---@param ticker string
---@param price number
---@return { ticker: string, weight: number }[]
function Whole:holdings(ticker, price)
  local key = ("%s %.17g"):format(ticker, price)
  if self.known[key] then return self.known[key] end
  if host.interrupted() > 0 then engine.fail("CANCELLED", "now: interrupted") end
  local panel = self.what_if:panel(self.at.tickers, ticker, price)
  local run, columns = custom_failures.call(self.strategy, run_of, self, panel)
  local list = {}
  for k = run.weight_first[0], run.weight_first[1] - 1 do
    list[#list + 1] = { ticker = self.at.tickers[run.symbol[k] + 1], weight = run.weight[k] }
  end
  engine.close(run, C.by_run_free)
  engine.close(columns, C.by_columns_free)
  engine.close(panel, C.by_panel_free)
  self.known[key] = list
  return list
end

return M
