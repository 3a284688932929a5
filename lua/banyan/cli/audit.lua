-- SPDX-License-Identifier: MIT
-- banyan audit: whether a strategy looks ahead, what its warm-up is, and whether it is deterministic.
local audit = require "banyan.audit"
local json = require "banyan.json"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local progress_of = require "banyan.cli.progress"
local settings = require "banyan.cli.settings"
local tearsheet = require "banyan.cli.tearsheet"

local M = {}

local SHOWN = 20 -- findings, and parts that never settle

-- `names` are those of the two values.
local function findings_json(findings, names)
  local list = {}
  for i, each in ipairs(findings) do
    list[i] = json.object { { "kind", each.kind }, { "text", each.text }, { "path", each.path },
      { "date", each.date }, { "sessions", each.sessions }, { names[1], each.whole },
      { names[2], each.part } }
  end
  return json.array(list)
end

local function as_json(result)
  local warm_up = result.warm_up
  local warm_up_json = warm_up and json.object { { "sessions", warm_up.sessions },
    { "date", warm_up.date }, { "slowest", warm_up.slowest },
    { "unsettled", json.array(warm_up.open) }, { "remembers", json.array(warm_up.remembers) } }
  return json.encode(json.object { { "schema", "banyan.audit/1" }, { "strategy", result.strategy },
    { "dataset", result.dataset }, { "simulated", result.simulated }, { "start", result.start },
    { "end", result.finish }, { "sessions", result.sessions }, { "cuts", result.cuts },
    { "compared", result.compared }, { "parts", result.parts },
    { "look_ahead", result.look_ahead
      and findings_json(result.look_ahead, { "with_later_bars", "without_later_bars" }) or json.null },
    { "warm_up", warm_up_json or json.null }, { "determinism",
      findings_json(result.determinism, { "first", "again" }) } },
    { indent = 2 })
end

-- In few digits when these tell them apart.
local function pair_of(one, other)
  local short, other_short = ("%.6g"):format(one), ("%.6g"):format(other)
  if short ~= other_short then return short, other_short end
  return print_.exact(one), print_.exact(other)
end

local function values_text(each, with, without)
  if not each.whole then return "" end
  local one, other = pair_of(each.whole, each.part)
  if each.whole ~= each.whole then one = "no value" end
  if each.part ~= each.part then other = "no value" end
  return (": %s %s, %s %s"):format(one, with, other, without)
end

local function print_findings(findings, sessions, with, without)
  for i = 1, math.min(#findings, SHOWN) do
    local each = findings[i]
    output.line(("  %s %s"):format(each.kind, output.style(each.text, "bold")))
    output.line(("    at %s"):format(each.path))
    output.line(("    first on %s%s; on %s of %s"):format(each.date, values_text(each, with, without),
      print_.thousands(each.sessions), print_.count(sessions, "session")))
  end
  if #findings > SHOWN then
    output.line(("  and %s more, which may follow from these"):format(
      print_.count(#findings - SHOWN, "part")))
  end
end

local function print_look_ahead(result)
  local found = result.look_ahead
  if #found == 0 then
    output.line(("look-ahead   none: without later bars %s the same"):format(
      result.parts == 1 and "the only part is" or ("all %s parts are"):format(print_.thousands(result.parts))))
  else
    output.line(output.style(("look-ahead   %s without later bars, causes first"):format(
      print_.count(#found, "part changes", "parts change")), "red"))
    print_findings(found, result.compared, "with them", "without")
  end
  if result.cuts < result.compared then
    output.line(("             the bars were cut %s, for %s; --every 1 cuts them at each"):format(
      print_.count(result.cuts, "time"), print_.count(result.sessions, "session")))
  end
end

local function print_list(title, list)
  output.line("             " .. title)
  for i = 1, math.min(#list, SHOWN) do output.line("               " .. list[i]) end
  if #list > SHOWN then output.line(("               and %d more"):format(#list - SHOWN)) end
end

local function print_settled(result, warm_up)
  output.line(("warm-up      %s: later values are the same wherever the bars begin"):format(
    print_.count(warm_up.sessions, "bar")))
  if warm_up.slowest then output.line("             the longest is " .. warm_up.slowest) end
  if warm_up.date and warm_up.date > result.start then
    output.line(("             sessions before %s depend on the first bar"):format(warm_up.date))
  end
end

local function print_warm_up(result)
  local warm_up = result.warm_up
  if #warm_up.open > 0 then
    output.line "warm-up      not over when the bars end"
    print_list("what still depends on the first bar:", warm_up.open)
  elseif warm_up.sessions then
    print_settled(result, warm_up)
  else
    output.line "warm-up      not known: too few sessions for histories that begin later"
  end
  if #warm_up.remembers > 0 then
    print_list("on other bars it may take longer; these forget only when something happens:",
      warm_up.remembers)
  end
end

local function print_determinism(result)
  local found = result.determinism
  if #found == 0 then
    output.line "determinism  the same bits twice"
    return
  end
  output.line(output.style(("determinism  %s from one evaluation to the next"):format(
    print_.count(#found, "part changes", "parts change")), "red"))
  print_findings(found, result.sessions, "first", "then")
  output.line "             look-ahead and warm-up were not sought: both would show the same"
end

local function print_result(result)
  output.line(("%s: %s, %s to %s"):format(output.style(result.strategy, "bold"),
    print_.count(result.sessions, "session"), result.start, result.finish))
  if result.simulated then output.line(output.style(tearsheet.SIMULATED, "yellow")) end
  if result.look_ahead then
    print_look_ahead(result)
    print_warm_up(result)
  end
  print_determinism(result)
end

--- The verb.
---@return integer exit_code 1 when something was found
function M.audit(options, arguments)
  local progress = progress_of.start()
  local how = settings.of_run(options)
  how.every = options.every
  local result = audit.run(settings.apply(load.strategy(arguments[1]), options), how,
    function(done, all)
      progress:update(function()
        return ("audit %s/%s sessions"):format(print_.thousands(done), print_.thousands(all))
      end)
    end)
  progress:clear()
  if options.json then
    output.line(as_json(result))
  else
    print_result(result)
  end
  return (#result.determinism > 0 or #result.look_ahead > 0) and 1 or 0
end

return M
