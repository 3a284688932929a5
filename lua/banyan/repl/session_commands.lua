-- SPDX-License-Identifier: MIT
-- The commands of the explorer that are about the strategy that is open.
local failure = require "banyan.failure"
local text_of = require "banyan.text"

-- "NAME VALUE" or "NAME=VALUE" as the command line takes it: a number where it is one.
local function assignment(text)
  local name, value = text:match "^([%w_]+)%s*[=%s]%s*(.-)%s*$"
  if not name or value == "" then failure.fail("USAGE", "it is :set NAME VALUE, such as :set fast 12") end
  local quoted = value:match '^"(.*)"$' or value:match "^'(.*)'$"
  return name, quoted or text_of.decimal(value) or value
end

-- A value as Lua.
local function literal(value)
  return type(value) == "number" and ("%.17g"):format(value) or ("%q"):format(tostring(value))
end

-- What runs the strategy under the values that there are, as Lua.
local function run_text(session)
  local options, values = {}, {}
  for _, param in ipairs(session:params()) do
    if session.values[param.name] ~= nil then
      values[#values + 1] = ("%s = %s"):format(param.name, literal(param.value))
    end
  end
  if #values > 0 then options[1] = ("params = { %s }"):format(table.concat(values, ", ")) end
  for _, key in ipairs { "dataset", "timeframe", "from", "to" } do
    if session.options[key] then options[#options + 1] = ("%s = %s"):format(key, literal(session.options[key])) end
  end
  return #options > 0 and ("r = b.run(s, { %s })"):format(table.concat(options, ", ")) or "r = b.run(s)"
end

---@type banyan.ReplCommand[]
return {
  { name = "open", arguments = "STRATEGY", summary = "open a strategy: s is it, and r its backtest",
    run = function(session, text) return session:open(text) end,
    script = function(session)
      return ("s = require \"banyan.load\".strategy(%s)\n%s"):format(literal(session.path), run_text(session))
    end },
  { name = "params", summary = "the params of the strategy and their values",
    run = function(session) return session:params() end },
  { name = "set", arguments = "NAME VALUE", summary = "give a param another value, and see what that changes",
    run = function(session, text) return session:set(assignment(text)) end, script = run_text },
  { name = "reset", arguments = "[NAME]", summary = "give all params, or one, their own values again",
    run = function(session, text) return session:reset(text ~= "" and text or nil) end, script = run_text },
  { name = "explain", arguments = "DATE [TICKER]",
    summary = "why it held on a day what it held, or why not a ticker",
    run = function(session, text)
      local date, ticker = text:match "^([%d-]+ %d%d:[%d:]+)%s*(%S*)$" -- a bar that is shorter than a day
      if not date then date, ticker = text:match "^(%S+)%s*(%S*)$" end
      if not date then failure.fail("USAGE", "it is :explain DATE or :explain DATE TICKER") end
      return session:explain(date, ticker ~= "" and ticker or nil)
    end },
}
