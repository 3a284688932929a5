-- SPDX-License-Identifier: MIT
-- Cross-validates made up trials, no two of them alike: trials.lua COUNT -jTHREADS --json. They are added a chunk at a
-- time, as from a store.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local pbo = require "banyan.luck.pbo"
local random = require "banyan.random"

local C = engine.C
local CHUNK = tonumber(C.BY_CHUNK_COMBOS)
local BLOCK_RETURNS = 160

local count, threads = tonumber(arg[1]), tonumber(arg[2]:match "%d+")
local stream = random.stream "trials"
local rows, numbers = ffi.new("by_result[?]", CHUNK), ffi.new("uint32_t[?]", CHUNK)
local trials = engine.make("by_trials", C.by_trials_free, C.by_trials_new, tonumber(C.BY_BLOCK_COUNT))
for first = 0, count - 1, CHUNK do
  local size = math.min(CHUNK, count - first)
  for i = 0, size - 1 do
    local row = rows[i]
    numbers[i], row.behaviour, row.return_count = first + i, first + i, 16 * BLOCK_RETURNS
    for b = 0, 15 do
      local mean = 0.002 * (stream:uniform() - 0.45)
      row.block_sum[b] = BLOCK_RETURNS * mean
      row.block_sum_squares[b] = BLOCK_RETURNS * (mean * mean + 0.0001 * (1 + stream:uniform()))
    end
  end
  engine.call(C.by_trials_add_results, trials, rows, numbers, size)
end
local found = pbo.of_trials(trials, threads)
print(("{\"trials\":%d,\"splits\":%d,\"pbo\":%.17g}"):format(found.trials, found.splits, found.pbo))
