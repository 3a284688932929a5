-- SPDX-License-Identifier: MIT
-- What a session of the explorer tells of its strategy, as text.
local print_ = require "banyan.print"

local M = {}

local Opened, Params = {}, {}

-- What people look at first.
local SHOWN = { { "total_return", "total return" }, { "cagr", "CAGR" }, { "sharpe", "Sharpe" },
  { "max_drawdown", "max drawdown" } }

--- Gives a list of params its picture.
---@param list { name: string, value: any, default: any, values: any[] }[]
---@return table[] the same
function M.params(list)
  return setmetatable(list, Params)
end

local VALUES_SHOWN = 6

local function values_text(screen, values)
  local parts = {}
  for i = 1, math.min(#values, VALUES_SHOWN) do parts[i] = screen:clean(print_.value(values[i]), 16) end
  if #values > VALUES_SHOWN then
    parts[VALUES_SHOWN] = ("%s %s"):format(screen:dots(), screen:clean(print_.value(values[#values]), 16))
  end
  return table.concat(parts, " ")
end

function Params:__show(screen)
  if #self == 0 then return { "it has no params; b.param declares one, and s:select makes one of what is there" } end
  local rows = { { "param", "value", "default", "values" } }
  for i, param in ipairs(self) do
    rows[i + 1] = { param.name, screen:clean(print_.value(param.value), 24),
      param.value ~= param.default and screen:clean(print_.value(param.default), 24) or "",
      values_text(screen, param.values) }
  end
  local lines = print_.columns(rows, "lrrl")
  lines[1] = screen.style(lines[1], "bold")
  return screen:first(lines)
end

--- A strategy that was opened, and how it did.
---@param session banyan.Session
---@return table
function M.opened(session)
  return setmetatable({ strategy = session.strategy, result = session.result, params = session:params() }, Opened)
end

function Opened:__show(screen)
  local result, parts = self.result, {}
  for i, each in ipairs(SHOWN) do
    parts[i] = ("%s %s"):format(each[2], print_.metric(each[1], result.metrics[each[1]]))
  end
  local lines = { screen.style(screen:clean(self.strategy.name), "bold") }
  if result.simulated then
    lines[2] = screen.style(require "banyan.cli.tearsheet".SIMULATED, "yellow")
  end
  lines[#lines + 1] = ("%s to %s, %s: %s"):format(result.dates[1], result.dates[#result.dates],
    print_.count(#result.dates, "session"), table.concat(parts, ", "))
  for _, warning in ipairs(result.warnings) do lines[#lines + 1] = "warning: " .. screen:clean(warning, 200) end
  if #self.params > 0 then
    for _, line in ipairs(getmetatable(self.params).__show(self.params, screen)) do lines[#lines + 1] = line end
  end
  lines[#lines + 1] = "s is the strategy and r its run: s, r and r:plot() show them"
    .. (#self.params > 0 and (", :set %s VALUE tries another value"):format(self.params[1].name) or "")
  return screen:first(screen:wrap(lines))
end

return M
