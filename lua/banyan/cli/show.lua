-- SPDX-License-Identifier: MIT
-- banyan show: one combo of a result store, computed again.
local combos_of = require "banyan.results.combos"
local engine = require "banyan.ffi"
local files = require "banyan.cli.run_files"
local json = require "banyan.json"
local lists = require "banyan.lists"
local number_of = require "banyan.results.number"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local reopen = require "banyan.sweep.reopen"
local run_of = require "banyan.cli.run"
local tearsheet = require "banyan.cli.tearsheet"

local M = {}

local SHOWN_TWINS = 12
local FAILED = -1 -- in by_result.return_count

-- What of a combo is not as the store has it, in words.
local function differences(run, results, number)
  local found, stored = {}, results:row(number)
  for m, metric in ipairs(run.metrics) do
    local was = stored.metric[m - 1]
    if metric.value ~= was and (metric.value == metric.value or was == was) then
      found[#found + 1] = ("%s was %s and is %s"):format(metric.name, print_.exact(was),
        print_.exact(metric.value))
    end
  end
  return found
end

-- How the combos one step away do.
local function neighbours_of(combos, number)
  local measured = combos:measured_by_plateau()
  local values, scores, list = combos:evaluate(measured), combos:plateau_scores(), {}
  for k, neighbour in ipairs(combos:plateau():of(number - 1)) do
    local own, other = combos.results:params(number), combos.results:params(neighbour)
    list[k] = { combo = neighbour, value = values[neighbour - 1] }
    for p, param in ipairs(other) do
      local differs = param.value ~= own[p].value and param.value ~= nil and own[p].value ~= nil
      if differs then
        list[k].param = list[k].param or param
      end
    end
  end
  return { by = measured.text, list = list, median = scores.median[number - 1],
    worst = scores.worst[number - 1], own = values[number - 1] }
end

-- The other combos that hold the same on the same days.
local function twins_of(combos, number)
  local first, twins = combos:behaviours().first, {}
  for i = 0, combos.count - 1 do
    if first[i] == first[number - 1] and i ~= number - 1 then twins[#twins + 1] = i + 1 end
  end
  return twins
end

local function neighbour_lines(around)
  local by = around.by
  if #around.list == 0 then
    return { "no neighbours: no combo differs by one step in one param" }
  end
  local rows = {}
  for k, each in ipairs(around.list) do
    rows[k] = { ("combo %d"):format(each.combo), print_.params { each.param },
      print_.metric(by, each.value) }
  end
  local lines = { ("%s by %s: %s; median %s, worst %s"):format(
    print_.count(#around.list, "neighbour"), by, print_.metric(by, around.own),
    print_.metric(by, around.median), print_.metric(by, around.worst)) }
  return lists.append(lines, print_.columns(rows, "llr", "  "))
end

local function twin_lines(twins)
  if #twins == 0 then return { "no other combo holds the same on the same days" } end
  local shown = {}
  for i = 1, math.min(#twins, SHOWN_TWINS) do shown[i] = tostring(twins[i]) end
  if #twins > #shown then
    shown[#shown + 1] = print_.thousands(#twins - #shown) .. " more"
  end
  return print_.wrap(("%s the same on the same days: %s"):format(
    #twins == 1 and "1 other combo holds" or print_.thousands(#twins) .. " other combos hold",
    table.concat(shown, ", ")), 80)
end

local function text_lines(run, combos, number, options)
  local lines = tearsheet.lines(run, options)
  table.insert(lines, 2, ("combo %s of %s"):format(print_.thousands(number),
    print_.thousands(combos.count)))
  lines[#lines + 1] = ""
  lists.append(lines, neighbour_lines(neighbours_of(combos, number)))
  lists.append(lines, twin_lines(twins_of(combos, number)))
  return lines
end

local function as_json(run, combos, number)
  local members, around, neighbours = run_of.members(run), neighbours_of(combos, number), {}
  for k, each in ipairs(around.list) do
    neighbours[k] = json.object { { "combo", each.combo }, { "param", each.param.name },
      { "value", each.value } }
  end
  table.insert(members, 2, { "combo", number })
  members[#members + 1] = { "plateau", json.object { { "by", around.by },
    { "median", around.median }, { "worst", around.worst },
    { "neighbours", json.array(neighbours) } } }
  members[#members + 1] = { "same_behaviour", json.array(twins_of(combos, number)) }
  return json.encode(json.object(members), { indent = 2 })
end

-- A combo that has failed has no tear sheet; it fails again with the same words.
local function write_failed(results, number, options)
  local why, description = results:error(number), results.description
  if options.weights or options.equity or options.branches or options.rolling then
    engine.fail("DATA", "combo %d has nothing to write: %s", number, why)
  elseif options.json then
    output.line(json.encode(json.object { { "schema", "banyan.run/1" }, { "combo", number },
      { "strategy", description.strategy }, { "dataset", description.dataset },
      { "simulated", description.simulated }, { "params", json.named(results:params(number)) },
      { "metrics", json.named(results:metrics(number)) }, { "error", why } }, { indent = 2 }))
  else
    output.line { output.style(description.strategy, "bold"),
      ("combo %s of %s"):format(print_.thousands(number), print_.thousands(results.combo_count)),
      "params: " .. print_.params(results:params(number)), "failed: " .. why }
  end
  return 0
end

local function write(reopened, combos, number, options)
  local has_stdout = files.on_stdout(options)
  local run = reopened:backtest(number, { report = true, benchmark = options.benchmark,
    rf = options.rf, branches = options.branches ~= nil })
  for _, warning in ipairs(run.warnings) do output.warn(warning) end
  files.write(run, options)
  if not has_stdout then
    output.line(options.json and as_json(run, combos, number) or text_lines(run, combos, number, options))
  end
  local found = differences(run, combos.results, number)
  if #found == 0 then return 0 end
  output.report(("banyan: combo %d is not what result store %s has of it: %s"):format(number,
    reopened.directory, table.concat(found, "; ")))
  return 1
end

--- The verb.
---@return integer exit_code
function M.show(options, arguments)
  local reopened = reopen.open(arguments[1], { data = options.data })
  local combos = combos_of.new(reopened.results)
  local number = number_of(combos, arguments[2])
  local failed = combos.counts[number - 1] == FAILED
  local code = failed and write_failed(reopened.results, number, options)
    or write(reopened, combos, number, options)
  reopened:close()
  return code
end

return M
