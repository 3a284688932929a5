-- SPDX-License-Identifier: MIT
-- Explanations: why a strategy held on a session what it held, what it traded, and what that earned.
local ffi = require "ffi"
local dates = require "banyan.dates"
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local explain_money = require "banyan.explain_money"
local explain_nearest = require "banyan.explain_nearest"
local explain_trace = require "banyan.explain_trace"
local explain_tree = require "banyan.explain_tree"
local failure = require "banyan.failure"
local host = require "banyan.host"
local identity_of = require "banyan.identity"
local plain = require "banyan.settings.plain"
local prepare = require "banyan.prepare"

local C = engine.C
local M = {}

---@class banyan.Explainer a backtest that can be asked about its sessions, counted from 1
---@field days integer
local Explainer = {}
Explainer.__index = Explainer

--- Runs a strategy and keeps all that is needed to explain its sessions.
---@param strategy banyan.Strategy
---@param options table as of banyan.backtest.run
---@return banyan.Explainer
function M.open(strategy, options)
  local at = prepare.new(strategy, strategy:assignment(options.params), options,
    host.cores())
  local digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  local run = custom_failures.call(strategy, engine.make, "by_run", C.by_run_free, C.by_run_new,
    at.columns, digits, at.range)
  local assignment = {}
  for _, param in ipairs(at.space) do assignment[param.name] = param.values[1] end
  return setmetatable({
    at = at, run = run, strategy = strategy, days = run.day_count,
    reading = { root = strategy.root, assignment = assignment, options = strategy.options,
      identity = identity_of.new(),
      trace = explain_trace.new(at.columns, digits, at.emitted, at.market, at.range.last) },
    money = explain_money.new { run = run, panel = at.market.panel,
      how = plain.settings(strategy, assignment),
      whole_shares = plain.whole_shares(strategy, at.tickers) },
  }, Explainer)
end

--- Frees it; records that were made stay good.
function Explainer:close()
  self.reading.trace:close()
  engine.close(self.run, C.by_run_free)
  prepare.close(self.at)
end

--- What it is a backtest of: from day to day, as a run tells it.
---@return { strategy: string, dataset: string, simulated: boolean, start: string, finish: string, params: table[] }
function Explainer:about()
  local market, first, params = self.at.market, self.run.first, {}
  for i, param in ipairs(self.at.space) do params[i] = { name = param.name, value = param.values[1] } end
  return { strategy = self.strategy.name, dataset = market.dataset,
    simulated = market.simulated, start = market:date(first), finish = market:date(first + self.days - 1),
    params = params }
end

--- The day of a session, or of bars that are shorter the time at which it began.
function Explainer:date(i)
  return self.at.market:when(self.run.first + i - 1)
end

-- What a user asks for, in seconds, and how near to it a session must begin: on the same day, or to the second.
local function asked(self, text)
  local day = dates.parse(text)
  if day then return day, dates.DAY, dates.format end
  local time, intraday = dates.parse_time(text), self.at.market:is_intraday()
  if time and intraday then return time, 1, dates.format_time end
  if time then
    failure.fail("USAGE", "the bars of %s are of days or longer: say %s, not '%s'", self.strategy.name,
      dates.format(time), text)
  end
  failure.fail("USAGE", "the day must be written as 2015-01-31%s, not '%s'", intraday
    and ", a bar of it as 2015-01-31T14:30 (UTC)" or "", text)
end

--- The session of a day, of bars that are shorter the last one of it; or that which began at a time. A failure that
--- names the nearest one when there is none.
---@param text string YYYY-MM-DD, or of shorter bars a time as of banyan.dates.parse_time
---@return integer
function Explainer:session(text)
  local panel, first = self.at.market.panel, self.run.first
  local wanted, unit, written = asked(self, text)
  local function begin(i)
    local time = tonumber(panel.time[first + i - 1])
    return time - time % unit
  end
  local low, high = 1, self.days + 1 -- the first session behind what is wanted
  while low < high do
    local middle = math.floor((low + high) / 2)
    if begin(middle) > wanted then high = middle else low = middle + 1 end
  end
  if low > 1 and begin(low - 1) == wanted then return low - 1 end
  if low == 1 then
    failure.fail("DATA", "%s is before the first session of %s, which is %s", text, self.strategy.name,
      self:date(1))
  elseif low > self.days then
    failure.fail("DATA", "%s is after the last session of %s, which is %s", text, self.strategy.name,
      self:date(self.days))
  end
  local before, after = begin(low - 1), begin(low)
  failure.fail("DATA", unit == 1 and "%s: no bar began then (times are UTC); the nearest began at %s"
    or "%s was no session; the nearest is %s", text, written(wanted - before <= after - wanted and before or after))
end

-- Symbols become tickers in what others see.
local function named(self, list)
  for _, each in ipairs(list) do each.ticker = self.at.tickers[each.symbol + 1] end
  return list
end

local function named_trade(self, trade)
  if not trade then return nil end
  named(self, trade.before)
  named(self, trade.after)
  named(self, trade.orders)
  return trade
end

-- How the value went to the next session; it must be what the engine says.
local function step_after(self, session)
  local step = self.money:step(session)
  if not step then return nil end
  for _, leg in ipairs(step.legs) do
    named(self, leg.holdings)
    named(self, leg.drifted)
  end
  named_trade(self, step.trade)
  step.date, step.equity = self:date(session + 2), self.run.equity[session + 1]
  if self.run.equity[session] * step.factor ~= step.equity then
    failure.fail("INTERNAL", "explain: the equity of %s is explained as %.17g, and the engine has %.17g",
      step.date, self.run.equity[session] * step.factor, step.equity)
  end
  return step
end

---@class banyan.Day
---@field date string
---@field session integer from 1
---@field equity number at the end of the session
---@field traded boolean
---@field trade table? keep, turnover, value, orders, before (what was held), after
---@field before table[] { ticker, weight } held before the session's trade, or at its end without one
---@field targets table[] { ticker, weight } as the tree wants them
---@field held table[] { ticker, weight } at the end of the session
---@field nodes banyan.NodeReason[] why
---@field next table? date, legs, growth, keep, factor and equity of the next session, see
--- banyan.explain_money; equity * factor is the next equity to the last bit

--- All about a session.
---@param i integer from 1
---@return banyan.Day
function Explainer:day(i)
  local session, run = i - 1, self.run
  local row = run.first + session
  local trade
  if session == 0 then
    trade = named_trade(self, self.money:purchase())
  else
    local step = step_after(self, session - 1)
    trade = step and step.trade
  end
  if trade then trade.decided = self:date(self.money.how.fill == "open" and i - 1 or i) end
  local held = named(self, self.money:held(session))
  return {
    date = self:date(i), session = i, row = row, equity = run.equity[session],
    traded = run.traded[session] == 1, trade = trade, before = trade and trade.before or held,
    targets = named(self, self.money:targets(session)), held = held,
    nodes = explain_tree.read(self.reading, row),
    next = step_after(self, session),
  }
end

--- What would have had to be otherwise for a ticker to be held on a session.
---@param i integer from 1
---@param ticker string
---@return table see banyan.explain_nearest
function Explainer:why_not(i, ticker)
  return explain_nearest.find(self.reading, self.run.first + i - 1, ticker)
end

return M
