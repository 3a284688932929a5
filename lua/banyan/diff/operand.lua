-- SPDX-License-Identifier: MIT
-- What the words of `banyan diff` stand for: a strategy, the output of a run, a result store, or a combo of one.
local combos_of = require "banyan.results.combos"
local failure = require "banyan.failure"
local files = require "banyan.diff.files"
local host = require "banyan.host"
local load = require "banyan.load"
local number_of = require "banyan.results.number"
local reopen = require "banyan.sweep.reopen"
local side_of = require "banyan.diff.side"

local M = {}

---@class banyan.Operand
---@field text string as the user wrote it
---@field kind "store"|"combo"|"strategy"
---@field path string
---@field combo string? a number, or best

--- What a word stands for.
---@param text string
---@param combo string? which is meant where the word is a store alone
---@return banyan.Operand
function M.parse(text, combo)
  local kind = host.stat(text)
  if not kind then
    local path, number = text:match "^(.+):(%w+)$"
    if path and host.stat(path) == "directory" then
      return { text = text, kind = "combo", path = path, combo = number }
    end
  end
  if kind == "directory" then
    return { text = text, kind = combo and "combo" or "store", path = text, combo = combo }
  end
  return { text = text, kind = "strategy", path = text }
end

-- A combo of a store as it would be run, over other bars where the user says so.
local function combo_side(operand, options)
  local reopened = reopen.open(operand.path, { data = options.named_data })
  local combos = combos_of.new(reopened.results)
  local number = number_of(combos, operand.combo)
  local why = reopened.results:error(number)
  if why then failure.fail("DATA", "combo %d of %s has nothing to compare: %s", number, operand.path, why) end
  reopened:prepare()
  local strategy, given = reopened.strategy, { params = {} }
  for key, value in pairs(reopened.options) do given[key] = value end
  for _, param in ipairs(reopened.results:params(number)) do given.params[param.name] = param.value end
  reopened:close()
  if options.against then given.data, given.dataset = options.against, options.dataset end
  return side_of.evaluate(("%s:%d"):format(operand.path, number), "combo", strategy, given)
end

--- The strategy that an operand is, or the side that the output of a run is; neither of them is a combo.
---@param operand banyan.Operand
---@return banyan.Strategy? strategy
---@return banyan.DiffSide? written
function M.load(operand)
  if operand.kind ~= "strategy" then return nil end
  local written = host.stat(operand.path) == "file" and files.open(operand.path) or nil
  if written then return nil, written end
  return load.strategy(operand.path)
end

--- Evaluates a strategy or a combo, to be closed by side_of.close.
---@param operand banyan.Operand
---@param strategy banyan.Strategy? of an operand that is one
---@param options table as of banyan.backtest.run; named_data: the bar store, if the user named it; against: another
--- one, over which a combo is evaluated
---@return banyan.DiffSide
function M.evaluate(operand, strategy, options)
  if operand.kind == "combo" then return combo_side(operand, options) end
  return side_of.evaluate(operand.text, "strategy", strategy, options)
end

return M
