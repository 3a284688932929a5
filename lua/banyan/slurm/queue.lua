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

--- Hands a job script in.
---@param words string[] options and the script
---@return string id
function M.submit(words)
  local command = { "sbatch", "--parsable" }
  for _, word in ipairs(words) do command[#command + 1] = word end
  local text, ok = run(command)
  local id = text:match "(%d+)[^\n]*$"
  if not ok or not id then
    failure.fail("PROVIDER", "sbatch refused the job: %s; what is behind -- goes to it as it is",
      (text:gsub("%s+$", ""):gsub("\n", " ")))
  end
  return id
end

---@class banyan.SlurmJobs
---@field count integer of all that Slurm still has
---@field waiting integer of the first job's
---@field running integer of the first job's
---@field reason string? why the first job's wait

--- How those jobs are that Slurm still has; nil when it cannot be asked.
---@param ids string[]
---@return banyan.SlurmJobs?
function M.jobs(ids)
  local text, ok = run { "squeue", "--noheader", "--array", "--format=%F %T %r", "--jobs=" .. table.concat(ids, ",") }
  if not ok and not text:find "Invalid job id" then return nil end
  local jobs = { count = 0, waiting = 0, running = 0 }
  for id, state, reason in (ok and text or ""):gmatch "(%d+) ([%u_]+) ([^\n]*)" do
    jobs.count = jobs.count + 1
    if id == ids[1] and state == "PENDING" then
      jobs.waiting, jobs.reason = jobs.waiting + 1, reason ~= "None" and reason or jobs.reason
    elseif id == ids[1] then
      jobs.running = jobs.running + 1
    end
  end
  return jobs
end

--- Takes jobs back.
---@param ids string[]
function M.cancel(ids)
  local words = { "scancel" }
  for _, id in ipairs(ids) do words[#words + 1] = id end
  run(words)
end

return M
