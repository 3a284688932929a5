-- SPDX-License-Identifier: MIT
-- banyan now: what a strategy holds on the latest session, and by which prices that changes.
local json = require "banyan.json"
local load = require "banyan.load"
local now_json = require "banyan.now.json"
local now_of = require "banyan.now"
local now_text = require "banyan.now.text"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local settings = require "banyan.cli.settings"
local tearsheet = require "banyan.cli.tearsheet"
local text_of = require "banyan.text"

local M = {}

local function print_head(now)
  local about = now.about
  output.line(("%s on %s"):format(output.style(text_of.shown(about.strategy, 1000), "bold"), now.date))
  if about.simulated then output.line(output.style(tearsheet.SIMULATED, "yellow")) end
  output.line(("the latest session of %s, the first is %s"):format(about.dataset, about.start))
  if #about.params > 0 then
    output.line(print_.wrap("params: " .. print_.params(about.params), 80))
  end
  output.line ""
end

--- The verb.
---@return integer exit_code
function M.now(options, arguments)
  local given = settings.of_run(options)
  given.fresh = options.fresh or false
  local now = now_of.of(settings.apply(load.strategy(arguments[1]), options), given)
  for _, warning in ipairs(now.warnings) do output.warn(warning) end
  if options.json then
    output.line(json.encode(now_json.object(now), { indent = 2 }))
  else
    print_head(now)
    output.line(now_text.lines(now))
  end
  return 0
end

return M
