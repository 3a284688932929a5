-- SPDX-License-Identifier: MIT
-- Strategies out of every construct of the language, the same ones for the same seed.
local b = require "banyan"
local random = require "banyan.random"

local M = {}

local TICKERS = { "SPY", "TLT", "GLD", "QQQ", "UVXY", "BRK.B", "NAN" }
local GROUPS = { "Bull", "bull", "10d RSI", "a \"quoted\"\nname\\", "end", "", "Größe", "\1\255" }
local NUMBERS = { 0, 1, -1, 0.1, 1 / 3, -79.5, 2 ^ 53, 1e-300, 12345.678901234567, 1e21 }
local PLAIN = { "sma", "ema", "rsi", "cumulative_return", "mean_return", "stdev_return",
  "stdev_price", "max_drawdown" }
local VARIANTS = { rsi = { history = 250 }, ema = { seed = "sma" }, stdev_return = { ddof = 0 },
  stdev_price = { ddof = 0 } }
local COMPARATORS = { "gt", "gte", "lt", "lte", "eq" }

local Maker = {}
Maker.__index = Maker

function Maker:whole(low, high)
  return low + math.floor(self.stream:uniform() * (high - low + 1))
end

function Maker:one(list)
  return list[self:whole(1, #list)]
end

function Maker:chance(share)
  return self.stream:uniform() < share
end

-- A list of `count` things that make() gives.
function Maker:list(count, make, ...)
  local made = {}
  for i = 1, count do made[i] = make(self, ...) end
  return made
end

-- One of `makers`, or something made before.
function Maker:of(makers, pool, level)
  if #pool > 0 and self:chance(0.25) then return self:one(pool) end
  local made = makers[self:whole(1, #makers)](self, level + 1)
  pool[#pool + 1] = made
  return made
end

function Maker:number()
  return self:chance(0.3) and self:one(NUMBERS) or self:whole(-1000, 1000) / 10
end

function Maker:window()
  local choice = self:whole(1, 6)
  if choice == 1 then return self.params.window end
  if choice == 2 then return (self.params.window + 1) * 2 - self:whole(1, 3) end
  return self:whole(1, 200)
end

function Maker:ticker()
  return self:chance(0.1) and self.params.ticker or self:one(TICKERS)
end

local function with_variant(self, fn, ...)
  local arguments = { ... }
  if VARIANTS[fn] and self:chance(0.3) then arguments[#arguments + 1] = VARIANTS[fn] end
  return b[fn](unpack(arguments))
end

-- Of each child of a filter.
function Maker:template()
  local fn = self:one(PLAIN)
  local made = with_variant(self, fn, self:window())
  return self:chance(0.2) and made + b.close() or made
end

local series_makers = {
  function(self) return b.close(self:ticker()) end,
  function(self)
    local fn = self:one(PLAIN)
    return with_variant(self, fn, self:ticker(), self:window())
  end,
  function(self, level)
    local fn = self:one(PLAIN)
    return with_variant(self, fn, self:node(level), self:window())
  end,
  function(self) return b.ppo_signal(self:ticker(), 12, 26, 9) end,
  function(self)
    local inside = b[self:one(PLAIN)](self:ticker(), self:chance(0.5) and self.params.window or self:whole(2, 9))
    return b.on(self:one { "1w", "1M" }, self:chance(0.5) and inside or inside / b.close "SPY" + 1)
  end,
  function() return b.month() end,
  function(self, level) return b.percentile(self:series(level), self:window()) end,
  function(self, level) return b.stochastic(self:series(level), self:window()) end,
  function(self, level) return self:series(level):days_ago(self:whole(1, 5)) end,
  function(self, level) return self:series(level) * self:number() end,
  function(self, level) return self:series(level) + self:number() end,
  function(self, level) return self:series(level) - self:whole(1, 9) end,
  function(self, level) return self:series(level) * self.params.level + 1 end,
  function(self, level) return self:series(level) + self:series(level) end,
  function(self, level) return self:series(level) - self:series(level) end,
  function(self, level) return self:series(level) * self:series(level) end,
  function(self, level) return self:series(level) / self:series(level) end,
}

function Maker:series(level)
  if level > 8 then return b.close(self:ticker()) end
  return self:of(series_makers, self.pools.series, level)
end

local function compare(self, level)
  local left = self:series(level)
  local choice = self:whole(1, 4)
  if choice == 1 then return left[self:one(COMPARATORS)](left, self:series(level)) end
  if choice == 2 then return left:compare(self.params.sign, self.params.level) end
  if choice == 3 then return left:lt(self.params.level - 0.5) end
  return left[self:one(COMPARATORS)](left, self:number())
end

local condition_makers = {
  compare, compare, compare,
  function(self, level) return b.all(self:list(self:whole(1, 5), self.condition, level)) end,
  function(self, level) return b.any(self:list(self:whole(1, 5), self.condition, level)) end,
  function(self, level) return b.none(self:list(self:whole(1, 3), self.condition, level)) end,
  function(self, level) return b.at_least(2, self:list(self:whole(2, 4), self.condition, level)) end,
  function(self, level) return self:condition(level):for_days(self:whole(1, 5)) end,
  function(self, level) return self:condition(level):days_ago(self:whole(0, 5)) end,
}

function Maker:condition(level)
  if level > 8 then return b.rsi(self:ticker(), self:window()):gt(79) end
  return self:of(condition_makers, self.pools.conditions, level)
end

local function weighted(self, level)
  local pairs_, left = {}, 1
  for i = 1, self:whole(1, 4) do
    local weight = left / self:whole(2, 7)
    left = left - weight
    pairs_[i] = { weight, self:node(level) }
  end
  return b.weighted(pairs_)
end

local function filter(self, level)
  local choose = self:chance(0.5) and b.top or b.bottom
  local list = self:list(self:whole(1, 12), self:chance(0.7) and self.ticker or self.node, level)
  local options = self:one { false, { weights = { 0.5, 0.25, 1 / 3 } }, { inverse_vol = 20 } }
  return choose(self:whole(1, 3), self:template(), list, options or nil)
end

local function choose(self, level)
  local link = b.when(self:condition(level), self:node(level))
  for _ = 1, self:whole(0, 3) do link = link:elsewhen(self:condition(level), self:node(level)) end
  return link:otherwise(self:node(level))
end

local node_makers = {
  function(self) return b.asset(self:ticker()) end,
  function() return b.cash end,
  function() return b.void end,
  function(self, level) return b.equal(self:list(self:whole(1, 4), self.node, level)) end,
  weighted, choose, choose, filter,
  function(self, level) return b.group(self:one(GROUPS), self:node(level)) end,
  function(self, level)
    return b.inverse_vol(self:window(), self:list(self:whole(1, 4), self.node, level))
  end,
  function(self, level)
    return b.mixed(self:series(level), self:whole(-9, 0), self:whole(1, 9) / 7, self:node(level),
      self:node(level))
  end,
  function(self, level)
    local count = self:whole(1, 3)
    return b.switch(self:list(count, self.condition, level), self:list(count + 1, self.node, level))
  end,
  function(self, level)
    return b.enter_exit { enter = self:condition(level), exit = self:condition(level),
      inside = self:node(level), outside = self:node(level) }
  end,
  function(self, level)
    return b.choice(self.params.case, { calm = self:node(level), ["not calm"] = self:node(level),
      ["end"] = self:node(level) })
  end,
}

function Maker:node(level)
  if level > 8 then return b.asset(self:ticker()) end
  return self:of(node_makers, self.pools.nodes, level)
end

local SETTINGS = {
  {},
  { rebalance = "monthly_last", fill = "open", costs = "alpaca" },
  { rebalance = { corridor = 0.05 },
    costs = { profile = "composer", commission_bps = 1.5, whole_shares = { "SPY", "BRK.B" } } },
  { rebalance = "none", options = { ddof = 0, ties = "ticker", rsi_history = 250 } },
}

--- A strategy.
---@param seed integer
---@return banyan.Strategy
function M.strategy(seed)
  local self = setmetatable({ stream = random.stream("strategy " .. seed),
    pools = { nodes = {}, conditions = {}, series = {} },
    params = {
      window = b.param("window", 10, b.range(5, 30)),
      level = b.param("level", 70.25, { 60, 70.25, 81 }),
      ticker = b.param("ticker", "TLT", { "TLT", "GLD" }),
      sign = b.param("sign", "gt", { "gt", "lt" }),
      case = b.param("case", "calm", { "calm", "not calm", "end" }),
    } }, Maker)
  local fields = { name = "Random " .. seed, b.equal { "SPY", "BRK.B", self:node(1) } }
  for key, value in pairs(self:one(SETTINGS)) do fields[key] = value end
  return b.strategy(fields)
end

return M
