-- SPDX-License-Identifier: MIT
-- banyan lint: finds faults of a strategy.
local catalogue = require "banyan.catalogue"
local json = require "banyan.json"
local lint = require "banyan.lint"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local param_of = require "banyan.param"
local print_ = require "banyan.print"
local settings = require "banyan.cli.settings"
local store_of = require "banyan.store"

local M = {}

local PLACES_SHOWN = 3 -- of a finding that stands in many places

-- The strategy of a file, and the params that the file itself declares.
local function load_with_params(path)
  local declared = {}
  param_of.watch(function(param, file, line)
    if file == path then declared[#declared + 1] = { param = param, where = file .. ":" .. line } end
  end)
  local ok, strategy = pcall(load.strategy, path)
  param_of.watch(nil)
  if not ok then error(strategy, 0) end
  return strategy, declared
end

local function as_json(strategy, findings, skipped)
  local list = {}
  for i, each in ipairs(findings) do
    list[i] = json.object { { "code", each.code }, { "path", each.path }, { "name", each.name },
      { "id", each.id }, { "message", each.message }, { "remedy", each.remedy } }
  end
  return json.encode(json.object { { "schema", "banyan.lint/1" }, { "strategy", strategy.name },
    { "findings", json.array(list) }, { "prices_skipped", skipped } }, { indent = 2 })
end

-- Findings of the same words, in the order of the first, with all their places.
local function grouped(findings)
  local groups, by_words = {}, {}
  for _, each in ipairs(findings) do
    local key = each.code .. "\n" .. each.message
    if not by_words[key] then
      by_words[key] = { finding = each, places = {} }
      groups[#groups + 1] = by_words[key]
    end
    local places = by_words[key].places
    places[#places + 1] = each.id and not each.path:find(each.id, 1, true)
      and ("%s (%s)"):format(each.path, each.id) or each.path
  end
  return groups
end

local function print_groups(groups)
  for _, group in ipairs(groups) do
    output.line(output.style(group.finding.code, "yellow") .. ": " .. group.finding.message)
    for i = 1, math.min(#group.places, PLACES_SHOWN) do output.line("  at " .. group.places[i]) end
    local more = #group.places - PLACES_SHOWN
    if more > 0 then output.line(("  and in %s"):format(print_.count(more, "more place"))) end
    output.line("  " .. group.finding.remedy)
  end
end

--- The verb.
---@return integer exit_code 1 when something was found
function M.lint(options, arguments)
  local strategy, declared = load_with_params(arguments[1])
  local findings, skipped = lint.check(strategy, {
    declared = declared,
    fixed = settings.params(options.param),
    catalogue = function()
      return catalogue.of { data = store_of.directory(options.data), dataset = options.dataset,
        timeframe = options.timeframe }
    end,
  })
  if skipped then output.note("prices were not looked at: " .. skipped) end
  if options.json then
    output.line(as_json(strategy, findings, skipped))
  else
    print_groups(grouped(findings))
    output.line(("%s: %s"):format(strategy.name,
      #findings == 0 and "nothing found" or print_.count(#findings, "finding")))
  end
  return #findings > 0 and 1 or 0
end

return M
