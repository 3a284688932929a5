-- SPDX-License-Identifier: MIT
-- What makes a sweep this sweep, and what its store tells of it.
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local json = require "banyan.json"
local record = require "banyan.settings.record"

local C = engine.C
local M = {}

M.ENGINE_VERSION = 4 -- changes when results change: a store of another version is not resumed

--- A hash as text.
---@param hash ffi.cdata* uint64_t
---@return string
local function hex(hash)
  return ("%08x%08x"):format(tonumber(bit.rshift(hash, 32)), tonumber(bit.band(hash, 0xffffffffULL)))
end

M.hex = hex

local function values_text(param)
  local values = {}
  for i, value in ipairs(param.values) do
    values[i] = type(value) == "number" and ("%.17g"):format(value) or ("%q"):format(value)
  end
  return table.concat(values, " ")
end

-- The fields of a drawn sample or of a search, in rising order of their names.
local function fields_text(fields)
  local names, words = {}, {}
  for name in pairs(fields) do names[#names + 1] = tostring(name) end
  table.sort(names)
  for i, name in ipairs(names) do
    local value = fields[name]
    words[i] = name .. "=" .. (type(value) == "number" and ("%.17g"):format(value) or tostring(value))
  end
  return table.concat(words, " ")
end

--- The identity of a sweep as lines "key value": a store of the same identity is resumed, and of another one the
--- keys that differ are named.
---@param at banyan.Prepared
---@param space banyan.Space
---@param sweep table of b.sweep
---@return string
function M.text(at, space, sweep)
  local lines = {
    "engine " .. M.ENGINE_VERSION,
    "strategy " .. hex(C.by_plan_hash(at.plan)),
    "data " .. hex(C.by_panel_hash(at.market.panel, at.range.last)),
    "sessions " .. at.market:date(at.range.first) .. " " .. at.market:date(at.range.last),
  }
  if sweep.search then
    lines[#lines + 1] = "search " .. fields_text(sweep.search)
    lines[#lines + 1] = "rank " .. sweep.rank
  else
    lines[#lines + 1] = "combos " .. space.combo_count .. " " .. hex(space.hash)
    if sweep.sample then lines[#lines + 1] = "sample " .. fields_text(sweep.sample) end
  end
  for _, custom in ipairs(at.emitted.customs) do
    lines[#lines + 1] = ("indicator %s %s"):format(custom.name, hex(custom.identity))
  end
  for _, param in ipairs(space.params) do
    lines[#lines + 1] = ("param %s %s"):format(param.name, values_text(param))
  end
  return table.concat(lines, "\n")
end

--- How many combos a sweep will evaluate, or at most when it is a search.
---@param space banyan.Space
---@param sweep table of b.sweep
---@return integer
function M.planned(space, sweep)
  return space.combo_count or sweep.search.count
end

local function params_json(params)
  local list = {}
  for i, param in ipairs(params) do
    list[i] = json.object { { "name", param.name }, { "default", param.default },
      { "values", json.array(param.values) } }
  end
  return json.array(list)
end

--- The strategy as the text of a Lua file, kept in the store so that a combo can be evaluated again whatever becomes
--- of the script; nil when a param chooses what Lua has no words for.
---@param strategy banyan.Strategy
---@return string?
function M.source(strategy)
  local ok, text = pcall(require "banyan.write".compact, strategy)
  if ok then return text end
  if not failure.failure_of(text) then error(text, 0) end
end

--- What readers of the store are told, as JSON.
---@param at banyan.Prepared
---@param space banyan.Space
---@param sweep table of b.sweep
---@param options table as of banyan.sweep.run
---@return string
function M.description(at, space, sweep, options)
  local strategy, market = sweep.strategy, at.market
  return json.encode(json.object {
    { "schema", "banyan.store/2" }, { "strategy", strategy.name }, { "rank", sweep.rank },
    { "planned", M.planned(space, sweep) },
    { "search", sweep.search and fields_text(sweep.search) or json.null },
    { "dataset", market.dataset }, { "timeframe", market.timeframe },
    { "periods_per_year", market.panel.periods_per_year },
    { "simulated", market.simulated }, { "data", options.data and host.absolute(options.data) or json.null },
    { "from", market:date(at.range.first) }, { "to", market:date(at.range.last) },
    { "settings", record.json(strategy:settings()) }, { "params", params_json(space.params) },
    { "script", options.script and host.absolute(options.script) or json.null },
  })
end

return M
