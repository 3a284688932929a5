-- SPDX-License-Identifier: MIT
-- Now: what a strategy holds on the latest session, and by which last closes of which tickers each condition on the
-- way to that flips.
local clock = require "banyan.clock"
local comparison_of = require "banyan.now.comparison"
local dates = require "banyan.dates"
local explain = require "banyan.explain"
local failure = require "banyan.failure"
local flips_of = require "banyan.now.flips"
local path_of = require "banyan.now.path"
local ranking_of = require "banyan.now.ranking"
local timeframe = require "banyan.timeframe"
local what_if_of = require "banyan.now.what_if"
local whole_of = require "banyan.now.whole"

local M = {}

local OLD_DAYS = 5 -- a weekend and a holiday on each side are fewer

--- Whether two lists of holdings are the same.
function M.same(a, b)
  if #a ~= #b then return false end
  for i, each in ipairs(a) do
    if each.ticker ~= b[i].ticker or each.weight ~= b[i].weight then return false end
  end
  return true
end

---@class banyan.NowCondition
---@field reason banyan.ConditionReason
---@field flips banyan.TickerFlips[] one a ticker that has a say; their flips have `holdings`, what the tree wants then,
--- and `changes`, whether that is something else
---@field nearest number distance of the nearest flip; infinite where none was found
---@field why string? why none was sought

---@class banyan.NowRanking
---@field node banyan.NodeReason of a filter
---@field flips banyan.TickerFlips[] likewise, by which it takes other children
---@field nearest number

local function with_holdings(self, entry)
  for _, flip in ipairs { entry.up or false, entry.down or false } do
    if flip then
      flip.holdings = self.whole:holdings(entry.ticker, flip.price)
      flip.changes = not M.same(flip.holdings, self.targets)
    end
  end
  return entry
end

-- Those with the nearest flips first.
local function sorted(list)
  for i, each in ipairs(list) do each.nearest, each.order = flips_of.nearest(each.flips), i end
  table.sort(list, function(a, b)
    if a.nearest ~= b.nearest then return a.nearest < b.nearest end
    return a.order < b.order
  end)
  return list
end

-- What is evaluated by itself must be what it is in the tree.
local function check_base(self, base, reason)
  local day = reason.days[1]
  if base.holds == reason.holds and (day.row ~= self.row or base.margin == day.margin
    or base.margin ~= base.margin) then
    return
  end
  failure.fail("INTERNAL", "now: %s by itself is %.17g against %.17g, and in the tree %.17g against %.17g",
    reason.text, base.left, base.right, day.left, day.right)
end

local function conditions_of(self, day)
  local list = {}
  for i, each in ipairs(path_of.conditions(self, day)) do
    list[i] = { reason = each.reason, flips = {}, why = each.why }
    if #each.tickers > 0 then
      local comparison = comparison_of.new(self.strategy, each.condition, self.assignment, self.what_if)
      for k, ticker in ipairs(each.tickers) do
        local entry, base = flips_of.find(self.what_if, comparison, ticker)
        check_base(self, base, each.reason)
        list[i].flips[k] = with_holdings(self, entry)
      end
      comparison:close()
    end
  end
  return sorted(list)
end

local function rankings_of(self, day)
  local list = {}
  for i, each in ipairs(path_of.rankings(self, day)) do
    local node, flips = each.reason.node, {}
    local source = ranking_of.new(self, node, each.reason.ranking)
    for k, ticker in ipairs(each.tickers) do
      local pair = each.child_of[ticker] and source:pair(each.child_of[ticker])
      flips[k] = with_holdings(self, (flips_of.find(self.what_if, source.whole, ticker, pair)))
      if pair then pair:close() end
    end
    source:close()
    list[i] = { node = each.reason, flips = flips }
  end
  return sorted(list)
end

---@class banyan.Now
---@field about table see banyan.Explainer:about
---@field warnings string[]
---@field day banyan.Day the latest session
---@field date string its day, with the time of bars that are shorter
---@field prices table<string, number> last closes of what is held
---@field conditions banyan.NowCondition[] the nearest to flip first
---@field rankings banyan.NowRanking[] likewise

-- What a user should know of how late the bars are.
local function warnings_of(at, options, day)
  local warnings, market = at.market:warnings(at.range), at.market
  local panel, date = market.panel, market:date(at.range.last)
  if not options.to and panel.bar_count - 1 > at.range.last then
    for i, symbol in ipairs(market.symbols) do
      if panel.last_bar[i - 1] == at.range.last and market.outside[i - 1] == 0 then
        warnings[#warnings + 1] = ("the latest session is %s, as %s has no bar after it; others go on to %s")
          :format(date, symbol, market:date(panel.bar_count - 1))
        break
      end
    end
  end
  local age = math.floor((clock.now() - tonumber(panel.time[at.range.last])) / dates.DAY)
  if not options.to and not market.simulated and age >= OLD_DAYS then
    warnings[#warnings + 1] = ("the latest session is %s, %d days ago; fetch newer bars, or import them")
      :format(date, age)
  end
  if day.equity == 0 then warnings[#warnings + 1] = "all is lost before: nothing is held or traded any more" end
  return warnings
end

--- The latest session of a strategy.
---@param strategy banyan.Strategy
---@param options table as of banyan.backtest.run
---@return banyan.Now
function M.of(strategy, options)
  local explainer = explain.open(strategy, options)
  local at, day = explainer.at, explainer:day(explainer.days)
  local what_if = what_if_of.new(at.market, day.row, options)
  local self = { strategy = strategy, reading = explainer.reading, assignment = explainer.reading.assignment,
    tickers = at.tickers, row = day.row,
    what_if = what_if, whole = whole_of.new(strategy, at, what_if), targets = day.targets }
  local panel = at.market.panel
  local now = { about = explainer:about(), date = timeframe.begin_text(panel.bar_seconds > 0 and panel.bar_seconds
      or math.huge, tonumber(panel.time[day.row])), warnings = warnings_of(at, options, day), day = day,
    conditions = conditions_of(self, day), rankings = rankings_of(self, day), prices = {} }
  for _, list in ipairs { day.targets, day.held } do
    for _, each in ipairs(list) do now.prices[each.ticker] = what_if:price(each.ticker) end
  end
  what_if:close()
  explainer:close()
  return now
end

return M
