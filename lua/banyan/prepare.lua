-- SPDX-License-Identifier: MIT
-- What every evaluation of a strategy needs: its bars, its plan, and its columns.
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local market_of = require "banyan.market"

local C = engine.C
local M = {}

--- What an evaluation takes at most when nobody says otherwise, about: indicators up to half of it, and what the
--- threads of a sweep keep.
M.MEMORY_BYTES = 2 * 1024 ^ 3

-- Nobody can own a ratio of two prices, or a rate: only a condition or a ranking may ask for them.
local function check_held(strategy, space, market)
  if not next(market.views) then return end
  strategy:each_held(space, function(ticker, path)
    local view = market.views[ticker]
    if view and view.kind == "ratio" then
      failure.fail("STRATEGY", "%s: at %s: the ratio %s can be measured, but not held; hold %s or %s",
        strategy.name, path, ticker, view.parts[1], view.parts[2])
    elseif view and view.kind == "series" then
      failure.fail("STRATEGY", "%s: at %s: the series %s can be measured, but not held; hold a ticker",
        strategy.name, path, view.name)
    end
  end)
end

---@class banyan.Prepared
---@field space { name: string, values: any[] }[]
---@field tickers string[]
---@field plan ffi.cdata* by_plan *
---@field emitted banyan.Emitted
---@field market banyan.Market
---@field range ffi.cdata* by_range asked for
---@field columns ffi.cdata*? by_columns *
---@field timing table<string, number> seconds that each took

--- Bars and plan of a strategy over a space, without columns.
---@param strategy banyan.Strategy
---@param space { name: string, values: any[] }[]
---@param options { from: string?, to: string?, data: string?, dataset: string?, timeframe: string?,
--- fresh: boolean?, memory: number?, market: banyan.Market? } fresh: see banyan.market.open; memory: bytes, see
--- MEMORY_BYTES; market: one that is open, of the same tickers, and stays so
---@return banyan.Prepared
function M.open(strategy, space, options)
  local at = { space = space, timing = {} }
  local begin = host.clock()
  at.tickers = strategy:tickers(space)
  at.plan, at.emitted = strategy:compile(space, at.tickers)
  at.timing.compile_seconds = host.clock() - begin
  begin = host.clock()
  at.market, at.keeps_market = options.market, options.market ~= nil
  at.market = at.market or market_of.open(at.tickers, { data = options.data, dataset = options.dataset,
    timeframe = options.timeframe, full = strategy:needs_full_bars(space), to = options.to,
    fresh = options.fresh })
  check_held(strategy, space, at.market)
  at.range = at.market:range(options.from, options.to)
  at.timing.data_seconds = host.clock() - begin
  return at
end

--- Adds the columns.
---@param at banyan.Prepared of `open`
---@param strategy banyan.Strategy
---@param options { memory: number? }
---@param threads integer
---@param first integer? row of the first session that may be asked for; any when nil
---@param met ffi.cdata*? uint8_t[] of Space:met: only what combos of these values need; all when nil
function M.compute(at, strategy, options, threads, first, met)
  local begin = host.clock()
  at.columns = custom_failures.call(strategy, engine.make, "by_columns", C.by_columns_free,
    C.by_columns_new_for, at.plan, at.market.panel, met, first or 0, threads,
    (options.memory or M.MEMORY_BYTES) / 2)
  at.timing.indicator_seconds = host.clock() - begin
end

--- Bars, plan and columns of a strategy over a space.
---@param strategy banyan.Strategy
---@param space { name: string, values: any[] }[]
---@param options table as of `open` and `compute`
---@param threads integer
---@return banyan.Prepared
function M.new(strategy, space, options, threads)
  local at = M.open(strategy, space, options)
  M.compute(at, strategy, options, threads)
  return at
end

--- Frees what was prepared, unless somebody else does (at.borrowed).
---@param at banyan.Prepared
function M.close(at)
  if at.borrowed then return end
  engine.close(at.columns, C.by_columns_free)
  engine.close(at.plan, C.by_plan_free)
  if not at.keeps_market then at.market:close() end
end

return M
