-- SPDX-License-Identifier: MIT
-- banyan diff: where two backtests part, and why; or in what two result stores differ.
local diff_json = require "banyan.diff.json"
local diff_of = require "banyan.diff"
local diff_text = require "banyan.diff.text"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local json = require "banyan.json"
local operand_of = require "banyan.diff.operand"
local output = require "banyan.cli.output"
local results_of = require "banyan.results"
local settings = require "banyan.cli.settings"
local side_of = require "banyan.diff.side"
local store_text = require "banyan.diff.text_stores"
local stores_of = require "banyan.diff.stores"

local M = {}

-- The operands; the second is the first again where only its bars are others.
local function operands_of(options, arguments)
  local a = operand_of.parse(arguments[1], options.combo)
  if arguments[2] then return a, operand_of.parse(arguments[2], options.combo) end
  if not (options.against or options.against_dataset) then
    ffi.fail("USAGE", "banyan diff compares two things: give another one, or another bar store with --against DIR")
  end
  return a, a
end

-- Options that would be without effect.
local function check_options(options, a, b)
  if options.combo and a.kind ~= "combo" and b.kind ~= "combo" then
    ffi.fail("USAGE", "--combo %s names a combo of a result store, and neither of the two is one", options.combo)
  elseif (options.against or options.against_dataset) and a.kind == "store" and b.kind == "store" then
    ffi.fail("USAGE", "--against is for backtests that are evaluated; name a combo of the result stores, too")
  end
end

local function compare_stores(a, b, options)
  local results_a = results_of.open(a.path)
  -- A store is open once at a time.
  local same = host.absolute(a.path) == host.absolute(b.path)
  local results_b = same and results_a or results_of.open(b.path)
  local diff = stores_of.compare(results_a, results_b)
  if not same then results_b:close() end
  results_a:close()
  output.line(options.json and json.encode(diff_json.store_object(a.text, b.text, diff), { indent = 2 })
    or store_text.lines(a.text, b.text, diff))
  return diff.equal and 0 or 1
end

-- A param of one strategy alone is no error; one of none is.
local function params_for(strategy, other, given)
  local own, of_other, kept = {}, {}, {}
  for _, param in ipairs(strategy:params()) do own[param.name] = true end
  for _, param in ipairs(other and other:params() or {}) do of_other[param.name] = true end
  for name, value in pairs(given) do
    if own[name] or not of_other[name] then kept[name] = value end
  end
  return kept
end

local function copied(from)
  local to = {}
  for key, value in pairs(from) do to[key] = value end
  return to
end

-- How the second one is evaluated.
local function given_to_second(options, given)
  local other = copied(given)
  if options.against then
    other.data, other.against, other.dataset = options.against, options.against, nil
  end
  other.dataset = options.against_dataset or other.dataset
  return other
end

-- Both sides. What a user says of settings and params goes for both.
local function sides_of(a, b, options)
  local given = settings.of_run(options)
  given.named_data = options.data
  local strategy_a, written_a = operand_of.load(a)
  local strategy_b, written_b = operand_of.load(b)
  if written_b and (options.against or options.against_dataset) then
    ffi.fail("USAGE", "%s is what a run has written, and is not evaluated again over the bars of --against", b.text)
  end
  local function open(operand, strategy, other, with)
    with = copied(with)
    if strategy then
      with.params = params_for(strategy, other, given.params)
      strategy = settings.apply(strategy, options)
    end
    return operand_of.evaluate(operand, strategy, with)
  end
  local side_a = written_a or open(a, strategy_a, strategy_b, given)
  local side_b = written_b or open(b, strategy_b, strategy_a, given_to_second(options, given))
  if options.against or options.against_dataset then
    side_b.name = ("%s over %s"):format(side_b.name, options.against or options.against_dataset)
  end
  return side_a, side_b
end

local function compare_backtests(a, b, options)
  local side_a, side_b = sides_of(a, b, options)
  local diff = diff_of.compare(side_a, side_b, options.tolerance)
  output.line(options.json and json.encode(diff_json.object(diff), { indent = 2 }) or diff_text.lines(diff))
  side_of.close(side_a)
  side_of.close(side_b)
  return diff.equal and 0 or 1
end

--- The verb.
---@return integer exit_code
function M.diff(options, arguments)
  local a, b = operands_of(options, arguments)
  check_options(options, a, b)
  if a.kind == "store" and b.kind == "store" then return compare_stores(a, b, options) end
  for _, each in ipairs { a, b } do
    if each.kind == "store" then
      results_of.open(each.path):close() -- which says when the folder holds something else
      ffi.fail("USAGE", "%s is a result store; name a combo of it to compare it with a backtest: %s:best, or its "
        .. "number", each.text, each.text)
    end
  end
  return compare_backtests(a, b, options)
end

return M
