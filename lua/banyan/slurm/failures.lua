-- SPDX-License-Identifier: MIT
-- Why jobs of a sweep did not end well: from their logs, and from what Slurm still knows of them.
local host = require "banyan.host"
local lists = require "banyan.lists"
local shard_of = require "banyan.sweep.shard"
local status_of = require "banyan.sweep.status"

local M = {}

local NAMED_MAX, REASONS_MAX = 4, 8

-- What to do about an end that has a name.
local REMEDIES = {
  TIMEOUT = "give it more time by -- --time=",
  OUT_OF_MEMORY = "give it more by -- --mem=, or let the sweep take less with --mem",
}

-- The last line of a log that says something; "" of one that is empty, nil of one that is not there.
local function last_line(path)
  local file, last = io.open(path), ""
  if not file then return nil end
  for line in file:lines() do
    if line:find "%S" then last = line end
  end
  file:close()
  return last
end

local function log_text(line, ended, folder)
  if ended and ended.state == "COMPLETED" then
    return "it ended well, and its store is not whole: somebody has changed it since"
  elseif line == "" then
    return "its log is empty: it was killed, or lost its files"
  elseif line then
    return line
  elseif ended and ended.node == "" then
    return "it has not begun"
  elseif ended then
    return ("it left no log: its node could not write to %s"):format(folder)
  end
  return ("it left no log: it has not begun, or its node could not write to %s"):format(folder)
end

-- Why a job ended as it did.
local function reason(line, ended, folder)
  local text, remedy = log_text(line, ended, folder), ended and REMEDIES[ended.state]
  return (text:gsub("^banyan: ", ""):gsub("^shard %d+/%d+: ", "")) .. (remedy and "; " .. remedy or "")
end

-- Whether a shard has all its combos, and nothing to complain about either: a whole one may be of another sweep.
local function is_whole(directory, line)
  local status = host.stat(directory .. "/data.mdb") and status_of.of_shard(directory)
  return status and status.done >= status.total and not (line or ""):find "^banyan: "
end

-- Jobs that ended in one way for one reason are told in one line.
local function add(groups, name, line, ended, folder)
  local text, state = reason(line, ended, folder), ended and ended.state or "FAILED"
  local key = state .. text:gsub("%d+%-of%-%d+", "")
  local group = groups[key]
  if not group then
    group = { text = text, state = state, names = {}, nodes = {} }
    groups[key], groups[#groups + 1] = group, group
  end
  table.insert(group.names, name)
  local node = ended and ended.node ~= "" and ended.node
  if node and not lists.contains(group.nodes, node) then table.insert(group.nodes, node) end
end

local function named(list)
  return lists.named(list, NAMED_MAX)
end

-- "shard 1/6, 2/6 on elm (TIMEOUT): ..."
local function line_of(group)
  local what = group.names[1]:find "/" and "shard " or ""
  local nodes = #group.nodes > 0 and " on " .. named(group.nodes) or ""
  local more = group.state ~= "FAILED" and group.state ~= "COMPLETED"
  return what .. named(group.names) .. nodes .. (more and (" (%s)"):format(group.state) or "") .. ": " .. group.text
end

local function lines_of(groups, folder)
  local lines = {}
  for i = 1, math.min(#groups, REASONS_MAX) do lines[i] = line_of(groups[i]) end
  if #groups > REASONS_MAX then
    table.insert(lines, ("%d more reasons are in the logs in %s"):format(#groups - REASONS_MAX, folder))
  end
  return lines
end

--- Lines that say why shards, or the merge, did not end well.
---@param store string
---@param job banyan.SlurmJob
---@param ended table<integer|string, banyan.SlurmEnd> of banyan.SlurmJobs
---@return string[]
function M.of(store, job, ended)
  local groups, folder = {}, shard_of.folder(store)
  for number = 1, job.shards do
    local shard = { number = number, count = job.shards }
    local line = last_line(("%s/%d-of-%d.log"):format(folder, number, job.shards))
    local how, whole = ended[number], is_whole(shard_of.directory(store, shard), line)
    if not whole or how and how.state ~= "COMPLETED" then
      add(groups, shard_of.text(shard), whole and "all of its combos are there" or line, how, folder)
    end
  end
  if #groups == 0 then add(groups, "merge", last_line(folder .. "/merge.log"), ended[job.merge], folder) end
  return lines_of(groups, folder)
end

return M
