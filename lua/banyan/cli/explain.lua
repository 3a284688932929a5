-- SPDX-License-Identifier: MIT
-- banyan explain: why a strategy held on a session what it held.
local explain = require "banyan.explain"
local explain_json = require "banyan.explain_json"
local explain_text = require "banyan.explain_text"
local json = require "banyan.json"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local run = require "banyan.cli.run"
local settings = require "banyan.cli.settings"
local tearsheet = require "banyan.cli.tearsheet"

local M = {}

local function print_head(explainer, day)
  local about = explainer:about()
  output.line(("%s on %s"):format(output.style(about.strategy, "bold"), day.date))
  if about.simulated then output.line(output.style(tearsheet.SIMULATED, "yellow")) end
  output.line(("session %s of %s to %s, dataset %s"):format(print_.thousands(day.session), about.start,
    about.finish, about.dataset))
  if #about.params > 0 then
    output.line(print_.wrap("params: " .. print_.params(about.params), 80))
  end
  output.line ""
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
    run.options(options))
  local i = explainer:session(arguments[2])
  local day = explainer:day(i)
  local why_not = options.why_not and explainer:why_not(i, options.why_not)
  if options.json then
    output.line(as_json(explainer, day, why_not))
  else
    print_head(explainer, day)
    output.line(why_not and explain_text.why_not_lines(day, why_not) or explain_text.lines(day))
  end
  explainer:close()
  return 0
end

return M
