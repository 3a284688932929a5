-- SPDX-License-Identifier: MIT
-- Slurm's own commands: sbatch hands a job in, squeue tells which are still there.
local failure = require "banyan.failure"

local M = {}

local function quote(word)
  return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end

--- A word as a user would type it in a shell.
---@param word string
---@return string
function M.typed(word)
  return word:find "^[%w/._+-]+$" and word or quote(word)
end

M.quote = quote

-- Runs a command; what it wrote, standard error included, and whether it succeeded.
local function run(words)
  local quoted = {}
  for i, word in ipairs(words) do quoted[i] = quote(word) end
  local pipe = io.popen(table.concat(quoted, " ") .. " 2>&1 </dev/null; echo $?")
  local text, code = pipe:read("*a"):match "^(.-)\n?(%d+)\n$"
  pipe:close()
  return text or "", code == "0"
end

local function is_there(program)
  local _, found = run { "sh", "-c", "command -v " .. program }
  return found
end

--- Fails unless this machine can hand in jobs.
function M.check()
  if is_there "sbatch" then return end
  failure.fail("USAGE", "--on slurm: there is no sbatch here; do it on a machine of the cluster, or give "
    .. "`banyan sweep --shard auto` to another array system (see docs/cluster.md)")
end

-- What sbatch says where there is no cluster that it knows, or none that answers.
local NO_CLUSTER = { "Could not establish a configuration source", "Unable to contact slurm controller" }

-- What to do when a job is refused. Arrays have a limit of which nobody knows until it is met.
local function remedy(text)
  for _, said in ipairs(NO_CLUSTER) do
    if text:find(said, 1, true) then return "do it on a machine of a cluster on which `sinfo` answers" end
  end
  if not text:find("Invalid job array specification", 1, true) then return "what is behind -- goes to it as it is" end
  local size = run { "scontrol", "show", "config" }:match "MaxArraySize%s*=%s*(%d+)"
  return size and ("this cluster takes %d --shards at most (its MaxArraySize is %s)"):format(size - 1, size)
    or "ask for fewer --shards"
end

--- Hands a job script in.
---@param words string[] options and the script
---@return string id
function M.submit(words)
  local command = { "sbatch", "--parsable" }
  for _, word in ipairs(words) do command[#command + 1] = word end
  local text, ok = run(command)
  local id = ("\n" .. text .. "\n"):match "\n(%d+);?[^%s;]*\n"
  if ok and id then return id end
  local said = text:gsub("sbatch: %a+: ", ""):gsub("%s*\n%s*", "; "):gsub("[;%s]+$", "")
  failure.fail("PROVIDER", "sbatch refused the job: %s; %s", said, remedy(text))
end

-- The states in which a job stays; in all others it is to come or there.
local ENDED = {}
for state in ("BOOT_FAIL CANCELLED COMPLETED DEADLINE FAILED NODE_FAIL OUT_OF_MEMORY PREEMPTED TIMEOUT"):gmatch "%S+" do
  ENDED[state] = true
end

---@class banyan.SlurmJobs
---@field id string of the first one
---@field count integer of all that are to come or there
---@field waiting integer of the first job's
---@field running integer of the first job's
---@field reason string? why the first job's wait
---@field ended table<integer|string, banyan.SlurmEnd> of those that are over and Slurm still knows: the first job's by
--- their numbers, and others by their ids

---@class banyan.SlurmEnd
---@field state string in Slurm's words, such as TIMEOUT
---@field node string "" when it had none

local function add(jobs, first, id, number, state, reason, node)
  if ENDED[state] then
    jobs.ended[id == first and tonumber(number) or id] = { state = state, node = node }
    return
  end
  jobs.count = jobs.count + 1
  if id == first and state == "PENDING" then
    jobs.waiting, jobs.reason = jobs.waiting + 1, reason ~= "None" and reason or jobs.reason
  elseif id == first then
    jobs.running = jobs.running + 1
  end
end

--- How jobs are; nil when Slurm cannot be asked.
---@param ids string[]
---@return banyan.SlurmJobs?
function M.jobs(ids)
  local text, ok = run { "squeue", "--noheader", "--array", "--states=all", "--format=%F|%K|%T|%N|%r",
    "--jobs=" .. table.concat(ids, ",") }
  if not ok and not text:find "Invalid job id" then return nil end
  local jobs = { id = ids[1], count = 0, waiting = 0, running = 0, ended = {} }
  for id, number, state, node, reason in (ok and text or ""):gmatch "(%d+)|([^|\n]*)|([%u_]+)|([^|\n]*)|([^\n]*)" do
    add(jobs, ids[1], id, number, state, reason, node)
  end
  return jobs
end

-- Why jobs wait, where none runs, as the line is long enough otherwise. Those that are held wait for ever.
local function reason_text(jobs)
  if jobs.running > 0 or not jobs.reason then return "" end
  local is_held = jobs.reason:lower():find("held", 1, true)
  return (" (%s%s)"):format(jobs.reason, is_held and "; `scontrol release " .. jobs.id .. "`" or "")
end

--- How many there are, for those who wait.
---@param jobs banyan.SlurmJobs?
---@return string
function M.text(jobs)
  if not jobs then return "squeue does not answer" end
  if jobs.waiting + jobs.running == 0 then return "the merge is to come" end
  local words = {}
  if jobs.running > 0 then words[1] = jobs.running .. " running" end
  if jobs.waiting > 0 then
    words[#words + 1] = jobs.waiting .. " waiting" .. reason_text(jobs)
  end
  return table.concat(words, ", ")
end

--- Takes jobs back.
---@param ids string[]
function M.cancel(ids)
  local words = { "scancel" }
  for _, id in ipairs(ids) do words[#words + 1] = id end
  run(words)
end

return M
