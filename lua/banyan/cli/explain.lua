-- SPDX-License-Identifier: MIT
-- banyan explain: why a strategy held on a session what it held.
local explain = require "banyan.explain"
local explain_json = require "banyan.explain_json"
local explain_text = require "banyan.explain_text"
local json = require "banyan.json"
local lists = require "banyan.lists"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local settings = require "banyan.cli.settings"
local tearsheet = require "banyan.cli.tearsheet"
local text_of = require "banyan.text"

local M = {}

local function head_lines(explainer, day)
  local about = explainer:about()
  local lines = { ("%s on %s"):format(output.style(text_of.shown(about.strategy, 1000), "bold"), day.date) }
  if about.simulated then lines[2] = output.style(tearsheet.SIMULATED, "yellow") end
  lines[#lines + 1] = ("session %s of %s to %s, dataset %s"):format(print_.thousands(day.session),
    explainer:date(1), explainer:date(explainer.days), about.dataset)
  if #about.params > 0 then
    lists.append(lines, print_.wrap("params: " .. print_.params(about.params), 80))
  end
  lines[#lines + 1] = ""
  return lines
end

--- A session of a backtest as text: why it held what it held, or why not a ticker.
---@param explainer banyan.Explainer
---@param date string
---@param ticker string? that was not held
---@return string[]
function M.text_lines(explainer, date, ticker)
  local i = explainer:session(date)
  local day = explainer:day(i)
  return lists.append(head_lines(explainer, day), ticker
    and explain_text.why_not_lines(day, explainer:why_not(i, ticker)) or explain_text.lines(day))
end

local function as_json(explainer, day, why_not)
  local about = explainer:about()
  return json.encode(explain_json.object(day, why_not, { { "strategy", about.strategy },
    { "dataset", about.dataset }, { "simulated", about.simulated }, { "start", about.start },
    { "end", about.finish }, { "params", json.named(about.params) } }), { indent = 2 })
end

--- The verb.
---@return integer exit_code
function M.explain(options, arguments)
  local explainer = explain.open(settings.apply(load.strategy(arguments[1]), options),
    settings.of_run(options))
  if options.json then
    local i = explainer:session(arguments[2])
    local why_not = options.why_not and explainer:why_not(i, options.why_not)
    output.line(as_json(explainer, explainer:day(i), why_not))
  else
    output.line(M.text_lines(explainer, arguments[2], options.why_not))
  end
  explainer:close()
  return 0
end

return M
