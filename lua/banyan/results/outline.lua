-- SPDX-License-Identifier: MIT
-- What a result store says of itself, without its combos: quick even where there are millions.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local json = require "banyan.json"
local results_of = require "banyan.results"
local shard_of = require "banyan.sweep.shard"

local C = engine.C

---@class banyan.ResultsOutline
---@field directory string
---@field identity string of the whole sweep
---@field shard banyan.Shard? which one it is
---@field description table
---@field description_text string
---@field param_count integer
---@field source string?
---@field progress table what the last commit told; empty when it told nothing
---@field writer { pid: integer?, host: string? }? who writes it now
---@field planned integer combos of the sweep or the shard; of a search at most
---@field combos integer of all rounds so far
---@field rounds integer
---@field done integer combos with results

local function text_of(pointer)
  return pointer ~= nil and ffi.string(pointer) or nil
end

local function done_of(c, rounds)
  local sum, done = 0, ffi.new "int64_t[1]"
  for round = 0, rounds - 1 do
    engine.call(C.by_results_done, c, round, nil, done)
    sum = sum + tonumber(done[0])
  end
  return sum
end

local function read(c, directory)
  local header = C.by_results_describe(c)
  local identity, shard = shard_of.of_identity(ffi.string(header.identity))
  local description = ffi.string(header.description)
  local progress = text_of(header.progress)
  local made = { directory = directory, identity = identity, shard = shard, description_text = description,
    description = json.decode(description, directory), param_count = header.param_count,
    source = text_of(header.source), progress = progress and json.decode(progress, directory) or {},
    combos = header.combo_count, rounds = header.round_count, done = done_of(c, header.round_count) }
  local planned = made.description.planned
  made.planned = shard and select(3, shard_of.chunks(shard, planned)) or planned
  return made
end

--- Reads it.
---@param directory string
---@return banyan.ResultsOutline
return function(directory)
  results_of.check_folder(directory)
  local c = engine.make("by_results", C.by_results_close, C.by_results_open_brief, directory)
  local ok, made = pcall(read, c, directory)
  engine.close(c, C.by_results_close)
  if not ok then error(made, 0) end
  made.writer = results_of.writer_of(directory)
  return made
end
