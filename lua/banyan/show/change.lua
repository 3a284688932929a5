-- SPDX-License-Identifier: MIT
-- What other values of params change in a backtest, as text.
local print_ = require "banyan.print"

local M = {}

-- What people look at first.
local SHOWN = { { "total_return", "total return" }, { "cagr", "CAGR" }, { "volatility", "volatility" },
  { "max_drawdown", "max drawdown" }, { "sharpe", "Sharpe" }, { "calmar", "Calmar" },
  { "average_turnover", "turnover a session" }, { "trades", "trades" } }

local Change = {}

---@class banyan.Change
---@field names { name: string, before: any, after: any }[] params
---@field before table<string, number> metrics
---@field after table<string, number>
---@field other integer sessions on which something else is held, of those that both have
---@field sessions integer that both have
---@field spans { before: string, after: string } first and last session
---@field seconds number
---@field computed integer? parts of the plan that had to be computed; nil for all
---@field parts integer

--- Gives a change its picture.
---@param change banyan.Change
---@return banyan.Change the same
function M.new(change)
  return setmetatable(change, Change)
end

local function signed(name, difference)
  if difference ~= difference then return "" end
  if difference == 0 then return "same" end
  return print_.signed(difference, print_.metric(name, math.abs(difference)))
end

local function head(self, screen)
  local parts = {}
  for i, each in ipairs(self.names) do
    parts[i] = ("%s %s %s %s"):format(each.name, screen:clean(print_.value(each.before), 24),
      screen.unicode and "→" or "->", screen:clean(print_.value(each.after), 24))
  end
  local what = self.computed and ("%s of %s computed"):format(print_.thousands(self.computed),
    print_.count(self.parts, "part")) or "all of it computed"
  local time = print_.duration(self.seconds)
  return ("%s  (%s, %s)"):format(screen.style(#parts > 0 and table.concat(parts, ", ") or "nothing has changed",
    "bold"), screen.unicode and time or time:gsub("µ", "u"), what)
end

function Change:__show(screen)
  local rows = { { "", "before", "after", "" } }
  for i, each in ipairs(SHOWN) do
    local name, before, after = each[1], self.before[each[1]], self.after[each[1]]
    rows[i + 1] = { each[2], print_.metric(name, before), print_.metric(name, after), signed(name, after - before) }
  end
  local lines = { head(self, screen) }
  for _, line in ipairs(print_.columns(rows, "lrrr", "  ")) do lines[#lines + 1] = line end
  if self.spans.before ~= self.spans.after then
    lines[#lines + 1] = ("  sessions: %s, before: %s"):format(self.spans.after, self.spans.before)
  end
  lines[#lines + 1] = self.other == 0 and "  holds the same on every session"
    or ("  holds something else on %s of %s"):format(print_.thousands(self.other),
      print_.count(self.sessions, "session"))
  return screen:wrap(lines)
end

function Change:__tostring()
  return require "banyan.show".here(self) -- which needs modules that need this one
end

return M
