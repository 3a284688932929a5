-- SPDX-License-Identifier: MIT
-- A result store as something that can be evaluated again: its strategy, over the same bars and the same space.
local ffi = require "ffi"
local backtest = require "banyan.backtest"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local identity = require "banyan.sweep.identity"
local load = require "banyan.load"
local prepare = require "banyan.prepare"
local results_of = require "banyan.results"

local C = engine.C
local M = {}

---@class banyan.Reopened
---@field results banyan.Results
---@field strategy banyan.Strategy? after :prepare()
---@field params { name: string, values: any[], default: any }[]
---@field options table what prepare.new and backtest.run take to read the same bars
local Reopened = {}
Reopened.__index = Reopened

local function strategy_of(results, directory)
  local source, script = results:source(), results.description.script
  if source then return load.strategy_text(source, directory) end
  if not script or not host.stat(script) then
    failure.fail("DATA", "result store %s: its strategy has to be read from %s, which is not there",
      directory, script or "its script")
  end
  return load.strategy(script)
end

--- Opens a result store with its strategy. Close it with :close().
---@param directory string
---@param options { data: string?, threads: integer?, memory: number? }? data: where the bars are now, when they
--- have moved
---@return banyan.Reopened
function M.open(directory, options)
  local results = results_of.open(directory)
  local description = results.description
  local self = setmetatable({ results = results, directory = directory, params = {} }, Reopened)
  for i, param in ipairs(description.params) do
    self.params[i] = { name = param.name, values = param.values, default = param.default }
  end
  self.options = { data = options and options.data or description.data, dataset = description.dataset,
    timeframe = description.timeframe, from = description.from, to = description.to,
    memory = options and options.memory }
  self.threads = options and options.threads or host.cores()
  return self
end

local function fail_changed(self, what, remedy)
  self:close()
  failure.fail("STORE", "result store %s: %s since the sweep; %s", self.directory, what, remedy)
end

--- Plan, bars and columns over the whole space, as the sweep had them; made when first asked for. STORE when the
--- bars, or what the engine makes of the strategy, are no longer those of the sweep.
---@return banyan.Prepared
function Reopened:prepare()
  if self.prepared then return self.prepared end
  self.strategy = strategy_of(self.results, self.directory)
  local at = prepare.new(self.strategy, self.params, self.options, self.threads)
  self.prepared = at
  local known = {}
  for line in ffi.string(self.results.header.identity):gmatch "[^\n]+" do
    local key, value = line:match "^(%S+) (.*)$"
    known[key] = value
  end
  if known.engine ~= tostring(identity.ENGINE_VERSION) then
    fail_changed(self, "the engine has changed", "sweep again into a new store")
  elseif known.strategy ~= identity.hex(C.by_plan_hash(at.plan)) then
    fail_changed(self, "the strategy means something else", "sweep again into a new store")
  elseif known.data ~= identity.hex(C.by_panel_hash(at.market.panel, at.range.last)) then
    fail_changed(self, "the bars have changed", "name the store of its bars with --data, or sweep "
      .. "again into a new store")
  end
  return at
end

--- The digits of a combo for the engine; params that do not matter are their first value.
---@param number integer combo, from 1
---@return ffi.cdata* int32_t[]
function Reopened:digits(number)
  local digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  for p, digit in ipairs(self.results:digits(number)) do
    digits[p - 1] = digit == tonumber(C.BY_DIGIT_NONE) and 0 or digit
  end
  return digits
end

--- A combo evaluated again, by itself.
---@param number integer combo, from 1
---@return ffi.cdata* by_run *, to be closed with engine.close(run, C.by_run_free)
function Reopened:run(number)
  local at = self:prepare()
  return engine.make("by_run", C.by_run_free, C.by_run_new, at.columns, self:digits(number), at.range)
end

--- A combo as `banyan run` gives it with its params.
---@param number integer combo, from 1
---@param more table? further options of banyan.backtest.run
---@return banyan.Run
function Reopened:backtest(number, more)
  self:prepare()
  local given, options = {}, {}
  for _, param in ipairs(self.results:params(number)) do given[param.name] = param.value end
  for key, value in pairs(self.options) do options[key] = value end
  for key, value in pairs(more or {}) do options[key] = value end
  options.params = given
  return backtest.run(self.strategy, options)
end

--- Frees all of it.
function Reopened:close()
  if self.prepared then prepare.close(self.prepared) end
  self.results:close()
  self.prepared = nil
end

return M
