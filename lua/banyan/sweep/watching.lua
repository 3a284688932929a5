-- SPDX-License-Identifier: MIT
-- What a sweep tells those who watch its store: a text beside the results, written with them.
local ffi = require "ffi"
local host = require "banyan.host"
local json = require "banyan.json"

local M = {}

---@alias banyan.SweepState
---| '"running"'
---| '"finished"'
---| '"stopped"' # by the user
---| '"failed"' # why: see message

--- The progress of a sweep as JSON.
---@param state table of banyan.sweep
---@param name banyan.SweepState
---@param message string? of a failure
---@return string
function M.text(state, name, message)
  local now = host.clock()
  local seconds = now - state.begin
  -- What is left goes on as fast as it was evaluated; of what is over, all of the time counts.
  local running = name == "running" and state.execution_begin and now - state.execution_begin or seconds
  local best = state.best_combo and json.object { { "combo", state.best_combo },
    { "value", state.best } }
  return json.encode(json.object {
    { "state", name }, { "message", message }, { "begun", host.now() - seconds },
    { "seconds", seconds }, { "total", state.total }, { "done", state.done },
    { "resumed", state.resumed },
    { "combos_per_second", (state.done - state.resumed) / running },
    { "rank", state.rank }, { "best", best or json.null },
  })
end

--- Takes the best combo over from what an earlier run of the sweep told.
---@param state table of banyan.sweep
---@param header ffi.cdata* by_results_header of the store
function M.resume(state, header)
  if header.progress == nil then return end
  local ok, before = pcall(json.decode, ffi.string(header.progress), "progress")
  local best = ok and before.rank == state.rank and type(before.best) == "table" and before.best
  if best and type(best.value) == "number" then
    state.best, state.best_combo = best.value, best.combo
  end
end

return M
