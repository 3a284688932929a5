-- SPDX-License-Identifier: MIT
-- How a backtest went from one session to the next, in the engine's own order of arithmetic (see
-- engine/simulate.c and engine/orders.c), so that every number of it can be recomputed.
--
-- Positions are lists of { symbol =, weight = }, symbols rising; symbols and rows count from 0.
local M = {}

local ORDER_MIN = 0.01       -- money; smaller orders are free
local CENT_TOLERANCE = 1e-9  -- cents
local SHARE_TOLERANCE = 1e-9 -- shares

---@class banyan.Money
---@field run ffi.cdata* by_run
---@field panel ffi.cdata* by_panel
---@field how table plain values of the settings, by their names in by_trading
---@field whole_shares table<integer, boolean> symbols
local Money = {}
Money.__index = Money

local CHARGES = { "commission", "commission_share", "commission_order", "commission_minimum",
  "sale_fee", "share_fee" }

--- How a run traded and what that cost.
---@param fields { run: ffi.cdata*, panel: ffi.cdata*, how: table, whole_shares: table }
---@return banyan.Money
function M.new(fields)
  local self = setmetatable(fields, Money)
  for _, name in ipairs(CHARGES) do self.charged = self.charged or self.how[name] ~= 0 end
  self.carried = self.how.cash_yield ~= 0 or self.how.borrow_rate ~= 0
  self.rounded = next(self.whole_shares) ~= nil
  return self
end

local function entries(first, symbol, weight, session)
  local list = {}
  for k = first[session], first[session + 1] - 1 do
    list[#list + 1] = { symbol = symbol[k], weight = weight[k] }
  end
  return list
end

--- The targets of a session, from 0.
function Money:targets(session)
  return entries(self.run.weight_first, self.run.symbol, self.run.weight, session)
end

--- What was held at the end of a session, from 0.
function Money:held(session)
  return entries(self.run.held_first, self.run.held_symbol, self.run.held_weight, session)
end

function Money:close(symbol, row)
  return self.panel.close[symbol][row]
end

-- The open, or the close where the source does not tell.
function Money:open(symbol, row)
  local open = self.panel.open[symbol][row]
  return open == open and open or self:close(symbol, row)
end

-- Growth ---------------------------------------------------------------------------------------

local function interest(self, positions, earned)
  local sum = 0.0
  for _, each in ipairs(positions) do sum = sum + each.weight end
  local cash, year = 1.0 - sum, self.panel.periods_per_year
  if cash > 0 then
    earned = earned + cash * self.how.cash_yield / year
  elseif cash < 0 then
    earned = earned + cash * self.how.borrow_rate / year
  end
  for _, each in ipairs(positions) do
    if each.weight < 0 then
      earned = earned + each.weight * self.how.borrow_rate / year
    end
  end
  return earned
end

-- What positions earn over a stretch: its growth (0 when all is lost), and the drifted positions.
local function earn(self, name, positions, change_of, with_interest)
  local leg = { name = name, holdings = {}, drifted = {} }
  local earned = 0.0
  for i, each in ipairs(positions) do
    local change = change_of(each.symbol)
    local contribution = each.weight * change
    leg.holdings[i] = { symbol = each.symbol, weight = each.weight, change = change,
      contribution = contribution }
    earned = earned + contribution
  end
  local with = with_interest and self.carried and interest(self, positions, earned) or earned
  leg.interest = with - earned
  leg.growth = 1.0 + with
  if leg.growth <= 0 then
    leg.growth = 0.0
    return leg
  end
  for i, each in ipairs(leg.holdings) do
    leg.drifted[i] = { symbol = each.symbol, weight = each.weight * (1.0 + each.change) / leg.growth }
  end
  return leg
end

-- Orders ---------------------------------------------------------------------------------------

local function gather(held, targets)
  local orders, h, t = {}, 1, 1
  while held[h] or targets[t] do
    local next_held = held[h] and held[h].symbol or math.huge
    local next_target = targets[t] and targets[t].symbol or math.huge
    local symbol = math.min(next_held, next_target)
    local order = { symbol = symbol, actual = 0.0, target = 0.0 }
    if next_held == symbol then order.actual, h = held[h].weight, h + 1 end
    if next_target == symbol then order.target, t = targets[t].weight, t + 1 end
    orders[#orders + 1] = order
  end
  return orders
end

local function up_to_cent(money)
  return math.ceil(money * 100.0 - CENT_TOLERANCE) / 100.0
end

-- Costs in money beside slippage; each order learns its own.
local function charge(self, orders, value)
  local how, money = self.how, 0.0
  for _, order in ipairs(orders) do
    local traded = math.abs(order.target - order.actual) * value
    order.commission, order.fees = 0, 0
    if traded >= ORDER_MIN then
      local shares = traded / order.price
      local commission = how.commission_order + how.commission_share * shares + how.commission * traded
      order.commission = math.max(commission, how.commission_minimum)
      money = money + order.commission
      if order.target < order.actual then
        local share_fee = up_to_cent(how.share_fee * shares)
        if how.share_fee_maximum > 0 then share_fee = math.min(share_fee, how.share_fee_maximum) end
        local sale_fee = up_to_cent(how.sale_fee * traded)
        money = money + sale_fee
        money = money + share_fee
        order.fees = sale_fee + share_fee
      end
    end
  end
  return money
end

local function settle(self, orders, value)
  local turnover = 0.0
  for _, order in ipairs(orders) do turnover = turnover + math.abs(order.target - order.actual) end
  local cost = self.how.slippage * turnover
  local money = 0.0
  if self.charged then
    money = charge(self, orders, value)
    cost = cost + money / value
  end
  return { keep = math.max(1.0 - cost, 0.0), turnover = turnover, money = money }
end

local function weight_of(shares, price, value, wanted)
  local weight = shares * price / value
  return wanted < 0 and -weight or weight
end

local function settle_whole(self, orders, value)
  local invested = value * settle(self, orders, value).keep
  for _, order in ipairs(orders) do
    if self.whole_shares[order.symbol] then
      order.shares = math.floor(math.abs(order.target) * invested / order.price + SHARE_TOLERANCE)
      order.target = invested == 0 and 0.0
        or weight_of(order.shares, order.price, invested, order.target)
    end
  end
  local filled = settle(self, orders, value)
  local left = value * filled.keep
  for _, order in ipairs(orders) do
    if order.shares and left > 0 then
      order.held = weight_of(order.shares, order.price, left, order.target)
    end
  end
  return filled
end

-- A trade of `value` from what is held to targets.
local function trade(self, held, targets, value, price_of)
  local orders = gather(held, targets)
  for _, order in ipairs(orders) do order.price, order.wanted = price_of(order.symbol), order.target end
  local filled = self.rounded and settle_whole(self, orders, value) or settle(self, orders, value)
  filled.orders, filled.value, filled.before, filled.after = orders, value, held, {}
  filled.slippage = self.how.slippage * filled.turnover * value
  for _, order in ipairs(orders) do
    local weight = order.held or order.target
    if weight ~= 0 and filled.keep > 0 then
      filled.after[#filled.after + 1] = { symbol = order.symbol, weight = weight }
    end
  end
  return filled
end

-- Steps ----------------------------------------------------------------------------------------

local function step_close(self, session)
  local run, row = self.run, self.run.first + session
  local forward = self.panel.forward + row * self.panel.symbol_count
  local leg = earn(self, "close to close", self:held(session),
    function(symbol) return forward[symbol] end, true)
  local step = { legs = { leg }, growth = leg.growth, keep = 1.0, factor = leg.growth }
  if leg.growth ~= 0 and run.traded[session + 1] == 1 then
    step.trade = trade(self, leg.drifted, self:targets(session + 1),
      run.equity[session] * leg.growth, function(symbol) return self:close(symbol, row + 1) end)
    step.keep = step.trade.keep
    step.factor = leg.growth * step.keep
  end
  return step
end

local function step_open(self, session)
  local run, row = self.run, self.run.first + session
  if run.traded[session + 1] ~= 1 then return step_close(self, session) end
  local night = earn(self, "close to open", self:held(session), function(symbol)
    return self:open(symbol, row + 1) / self:close(symbol, row) - 1.0
  end, false)
  local step = { legs = { night }, growth = night.growth, keep = 1.0, factor = night.growth }
  if night.growth == 0 then return step end
  step.trade = trade(self, night.drifted, self:targets(session), run.equity[session] * night.growth,
    function(symbol) return self:open(symbol, row + 1) end)
  local day = earn(self, "open to close", step.trade.after, function(symbol)
    return self:close(symbol, row + 1) / self:open(symbol, row + 1) - 1.0
  end, true)
  step.legs[2], step.keep = day, step.trade.keep
  step.growth = night.growth * day.growth
  step.factor = night.growth * step.keep * day.growth
  return step
end

--- How the value went from a session, counted from 0, to the next: `factor` times the equity is the
--- next equity. Filled at the close, factor = growth * keep; at the open, it is the night's growth *
--- keep * the day's growth.
---@param session integer
---@return table? step nil on the last session, or after ruin
function Money:step(session)
  local run = self.run
  if session + 1 >= run.day_count or run.equity[session] == 0 then return nil end
  if self.how.fill == "open" then return step_open(self, session) end
  return step_close(self, session)
end

--- The first purchase, at the close of the first session; nil when it waits for the next open.
---@return table?
function Money:purchase()
  if self.how.fill == "open" then return nil end
  return trade(self, {}, self:targets(0), self.how.capital,
    function(symbol) return self:close(symbol, self.run.first) end)
end

return M
