-- SPDX-License-Identifier: MIT
-- What a sweep would do, as text and as JSON.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local estimate = require "banyan.sweep.estimate"
local json = require "banyan.json"
local lists = require "banyan.lists"
local prepare = require "banyan.prepare"
local print_ = require "banyan.print"
local space_of = require "banyan.space"
local sweep_of = require "banyan.sweep"

local C = engine.C
local M = {}

local PLACES_SHOWN = 3
local PATH_WIDTH = 90
local VALUES_SHOWN = 6
local TRIED_MAX = 1024 -- combos drawn to try a search with

-- The end of a path, which tells most, where the whole is too long for a line.
local function path_text(path, all)
  if all or print_.width(path) <= PATH_WIDTH then return path end
  local part = path
  repeat
    local rest = part:match "^[^/]*/(.+)$"
    part = rest or part
  until not rest or print_.width(rest) <= PATH_WIDTH
  return ".../" .. part
end

-- What each param stands for, and in which nodes; of many places the first ones, unless all are asked for.
local function add_touches(lines, touches, all)
  for _, touch in ipairs(touches) do
    local places = touch.places or {}
    lines[#lines + 1] = ("%s sets the %s%s"):format(touch.param, touch.field, touch.places
      and (" in %s:"):format(print_.count(#places, "place")) or " of the strategy")
    local shown = (all or #places <= PLACES_SHOWN + 1) and #places or PLACES_SHOWN
    for i = 1, shown do lines[#lines + 1] = "  " .. path_text(places[i], all) end
    if shown < #places then
      lines[#lines + 1] = ("  and %s more, which -v shows"):format(print_.thousands(#places - shown))
    end
  end
end

-- "20,956 combos", "200 combos in a grid of 5,000 points", or what a search is to do.
local function combos_text(sweep, space)
  local size = space.grid_size
  local points = size < 1e9 and print_.count(size, "point") or ("%.3g points"):format(size)
  if sweep.search then
    return ("%s search for %s in a grid of %s"):format(sweep.search.method,
      print_.count(sweep.search.count, "combo"), points)
  end
  local combos = print_.count(space.combo_count, "combo")
  return size == space.combo_count and combos or ("%s in a grid of %s"):format(combos, points)
end

-- "5 to 30", or "TLT, GLD, BIL".
local function values_text(values)
  local texts = {}
  for i, value in ipairs(values) do
    if type(value) == "number" and #values > 2 then
      return ("%s to %s"):format(print_.value(value), print_.value(values[#values]))
    end
    texts[i] = i <= VALUES_SHOWN and print_.value(value) or nil
  end
  if #values > VALUES_SHOWN then texts[#texts + 1] = "..." end
  return table.concat(texts, ", ")
end

local function add_params(lines, params)
  local rows = {}
  for i, param in ipairs(params) do
    rows[i] = { param.name, print_.count(#param.values, "value"), values_text(param.values) }
  end
  lists.append(lines, print_.columns(rows, "lrl", "  "))
end

-- What a search will ask for nobody knows before; combos at random cost about as much.
local function expected(at, space, sweep, settings)
  local search = sweep.search
  if not search then return estimate.of(at, space, settings) end
  local drawn = space_of.new(space.params, { plan = at.plan, where = sweep.where,
    sample = { method = "random", count = math.min(search.count, TRIED_MAX), seed = 1 } })
  return estimate.of(at, drawn, settings, math.min(search.count, space.grid_size))
end

local function expected_text(facts)
  local found = facts.expected
  local memory = found.memory_bytes and (", %s of memory or more"):format(print_.bytes(found.memory_bytes))
  return ("expected: about %s on %s%s; %s tried to know that"):format(print_.duration(found.seconds),
    print_.count(facts.threads, "thread"), memory or "",
    print_.count(found.tried, "combo was", "combos were"))
end

---@class banyan.DryRun
---@field strategy string
---@field dataset string
---@field from string
---@field to string
---@field combos string in words
---@field params { name: string, values: any[] }[]
---@field notes string[]
---@field nodes integer as written
---@field distinct_nodes integer
---@field dynamic_nodes integer of the distinct ones, that depend on a param
---@field threads integer
---@field expected banyan.Estimate
---@field touches { param: string, field: string, places: string[]? }[]

--- What a sweep would do, and how long that takes. It evaluates some combos to know.
---@param sweep table of b.sweep
---@param options banyan.SweepOptions
---@return banyan.DryRun
function M.of(sweep, options)
  local at, space, settings = sweep_of.prepare(sweep, options)
  local figures = ffi.new "by_plan_figures"
  C.by_plan_describe(at.plan, figures)
  local facts = {
    strategy = sweep.strategy.name, dataset = at.market.dataset, from = at.market:date(at.range.first),
    to = at.market:date(at.range.last), combos = combos_text(sweep, space), params = space.params,
    notes = space.notes, nodes = tonumber(figures.node_count), distinct_nodes = figures.distinct_nodes,
    dynamic_nodes = figures.dynamic_nodes, threads = settings.threads,
    expected = expected(at, space, sweep, settings), touches = sweep.strategy:touches(),
  }
  prepare.close(at)
  return facts
end

--- As lines of text.
---@param facts banyan.DryRun
---@param all boolean whether all places that a param touches are listed
---@return string[]
function M.lines(facts, all)
  local lines = { ("%s: %s of %s"):format(facts.strategy, facts.combos, print_.count(#facts.params, "param")) }
  add_params(lines, facts.params)
  lists.append(lines, facts.notes)
  lines[#lines + 1] = ("%s as written, %s distinct, of which %s depend on a param"):format(
    print_.count(facts.nodes, "node"), print_.thousands(facts.distinct_nodes),
    print_.thousands(facts.dynamic_nodes))
  lines[#lines + 1] = ("sessions %s to %s, dataset %s"):format(facts.from, facts.to, facts.dataset)
  lines[#lines + 1] = expected_text(facts)
  add_touches(lines, facts.touches, all)
  return lines
end

--- As a value for banyan.json.encode.
---@param facts banyan.DryRun
---@return table
function M.json(facts)
  local found, params, touches = facts.expected, {}, {}
  for i, param in ipairs(facts.params) do
    params[i] = json.object { { "name", param.name }, { "values", #param.values } }
  end
  for i, touch in ipairs(facts.touches) do
    touches[i] = json.object { { "param", touch.param }, { "field", touch.field },
      { "places", touch.places and json.array(touch.places) } }
  end
  return json.object { { "schema", "banyan.sweep_dry_run/1" }, { "strategy", facts.strategy },
    { "dataset", facts.dataset }, { "from", facts.from }, { "to", facts.to }, { "combos", found.combos },
    { "grid_points", found.grid_size }, { "params", json.array(params) }, { "nodes", facts.nodes },
    { "distinct_nodes", facts.distinct_nodes }, { "dynamic_nodes", facts.dynamic_nodes },
    { "threads", facts.threads }, { "expected_seconds", found.seconds },
    { "expected_memory_bytes", found.memory_bytes }, { "tried", found.tried },
    { "sets", json.array(touches) }, { "notes", json.array(facts.notes) } }
end

return M
