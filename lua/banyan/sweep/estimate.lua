-- SPDX-License-Identifier: MIT
-- What a sweep will take: counts, and time and memory by evaluating some of its combos.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local prepare = require "banyan.prepare"

local C = engine.C
local M = {}

local TRIAL_SECONDS = 0.3
local TAKE_MS = 20

---@class banyan.Estimate
---@field combos integer
---@field grid_size number points of the grid
---@field distinct_nodes integer of the tree
---@field distinct_conditions integer
---@field evaluations number of nodes and conditions, at most: each once under each assignment of its own params
---@field tried integer combos that the figures below come from
---@field seconds number of evaluating all combos, without opening bars and computing indicators
---@field memory_bytes number that the program took so far, or nil where the system does not tell

-- The most memory that the program has had.
local function memory_bytes()
  local file = io.open "/proc/self/status"
  if not file then return nil end
  local text = file:read "*a"
  file:close()
  local kilobytes = text:match "VmHWM:%s*(%d+) kB"
  return kilobytes and tonumber(kilobytes) * 1024
end

-- Evaluates the walk's first chunks for a while: when each was there, and how many combos there were then.
local function try(at, space, settings)
  local options = ffi.new("by_sweep_options", { asked = at.range, thread_count = settings.threads,
    alone = settings.alone and 1 or 0, memory_bytes_max = settings.memory or prepare.MEMORY_BYTES })
  local begin = host.clock()
  local c_sweep = engine.make("by_sweep", C.by_sweep_free, C.by_sweep_start, at.columns,
    space.digits, space.combo_count, options)
  local first, count = ffi.new "int32_t[1]", ffi.new "int32_t[1]"
  local rows = ffi.new "const by_result *[1]"
  local arrivals, tried = { { seconds = 0, tried = 0 } }, 0
  while true do
    local taken = C.by_sweep_take(c_sweep, TAKE_MS, first, count, rows)
    if taken < 0 then break end
    if taken == 1 then
      tried = tried + count[0]
      arrivals[#arrivals + 1] = { seconds = host.clock() - begin, tried = tried }
    end
    if host.clock() - begin > TRIAL_SECONDS and tried > 0 or host.interrupted() > 0 then
      C.by_sweep_cancel(c_sweep)
    end
  end
  engine.close(c_sweep, C.by_sweep_free)
  return arrivals
end

-- The rest goes on as the second half of the trial did: what many combos share is made for the first.
local function seconds_of(arrivals, combos)
  local last, middle = arrivals[#arrivals], arrivals[math.ceil(#arrivals / 2)]
  if last.tried == 0 or last.tried >= combos then return last.seconds end
  local each = (last.seconds - middle.seconds) / (last.tried - middle.tried)
  return last.seconds + each * (combos - last.tried)
end

--- What a sweep will take. It evaluates combos for a third of a second, or one chunk where that takes longer.
---@param at banyan.Prepared
---@param space banyan.Space of a grid or a sample
---@param settings { threads: integer, alone: boolean?, memory: number? }
---@param combos integer? to evaluate, where the space is a sample of what a search may ask for
---@return banyan.Estimate
function M.of(at, space, settings, combos)
  combos = combos or space.combo_count
  local figures = ffi.new "by_plan_figures"
  C.by_plan_describe(at.plan, figures)
  local arrivals = try(at, space, settings)
  return {
    combos = combos, grid_size = space.grid_size,
    distinct_nodes = figures.distinct_nodes, distinct_conditions = figures.distinct_conditions,
    evaluations = space:evaluations(), tried = arrivals[#arrivals].tried,
    seconds = seconds_of(arrivals, combos), memory_bytes = memory_bytes(),
  }
end

return M
