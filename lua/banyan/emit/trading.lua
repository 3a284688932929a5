-- SPDX-License-Identifier: MIT
-- Emits how targets become holdings: the settings of a strategy as by_trading.
jit.off(true, true) -- see init.lua
local check = require "banyan.emit.check"
local engine = require "banyan.ffi"
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"
local tree_of = require "banyan.tree"

local CORRIDOR = tonumber(engine.C.BY_REBALANCE_CORRIDOR)

local methods = {}

-- "none" with a corridor trades when a weight leaves it; without one, never again.
local function to_rebalance_with_corridor(self, value)
  return value == "none" and CORRIDOR or check.rebalance(self, value)
end

local function has_bound_ticker(root)
  local found = false
  tree_of.each_node(root, function(node)
    found = found or param_of.is_bound(node.ticker)
    tree_of.each_series_of(node, function(series)
      found = found or param_of.is_bound(series.ticker)
    end)
  end)
  return found
end

-- 1 at each ticker that is held in whole shares only; nil when none is.
local function whole_shares(self, strategy)
  local wanted = settings_of.whole_shares(strategy.costs)
  if not wanted then return nil end
  local flags = {}
  for i = 1, #self.symbols do flags[i] = wanted == true and 1 or 0 end
  for _, ticker in ipairs(wanted == true and {} or wanted) do
    local at = self.symbol_index[ticker]
    if at then
      flags[at + 1] = 1
    elseif not has_bound_ticker(strategy.root) then
      self:fail("whole_shares names %s, which the strategy does not have", ticker)
    end
  end
  return flags
end

--- Emits the settings of a strategy.
function methods:emit_trading(strategy)
  local trading = { rebalance = self:field(strategy.rebalance,
    strategy.corridor ~= nil and to_rebalance_with_corridor or check.rebalance) }
  trading.corridor = strategy.corridor ~= nil and self:field(strategy.corridor, check.corridor)
    or self.UNUSED
  trading.fill = self:field(strategy.fill, check.fill)
  for _, cost in ipairs(settings_of.COSTS) do
    trading[cost.field] = self:field(settings_of.cost(strategy.costs, cost.name),
      check.cost[cost.name])
  end
  self.trading, self.whole_shares = trading, whole_shares(self, strategy)
  for _, name in ipairs(settings_of.OPTIONS) do -- those that nothing in the tree goes by, too
    self:field(settings_of.option(strategy.options, name), check.option[name])
  end
end

return function(Emitter)
  for name, method in pairs(methods) do Emitter[name] = method end
end
