-- SPDX-License-Identifier: MIT
-- The words behind --, which go to sbatch: all but those by which banyan would lose its jobs.
local failure = require "banyan.failure"

local M = {}

-- By these a job finds its shard, and the one who follows finds the job and its log.
local OWN = {
  { long = "--array", short = "-a", why = "is set by banyan: --shards says how many there are, and how many run at "
    .. "once is set by `scontrol update JobId=N ArrayTaskThrottle=4` on the job" },
  { long = "--output", short = "-o", why = "is set by banyan: logs are in STORE/shards" },
  { long = "--error", short = "-e", why = "is set by banyan: logs are in STORE/shards" },
  { long = "--wrap", why = "is for commands: banyan has a script of its own" },
  { long = "--wait", short = "-W", why = "is what banyan does by itself, unless told to --detach" },
  { long = "--test-only", why = "hands nothing in; --dry-run says what the sweep takes" },
  { long = "--clusters", short = "-M", why = "names another cluster, which squeue would not be asked about; set "
    .. "SLURM_CLUSTERS, which all of Slurm's commands read" },
  { long = "--help", short = "-h", why = "hands nothing in; ask sbatch itself" },
  { long = "--usage", why = "hands nothing in; ask sbatch itself" },
  { long = "--version", short = "-V", why = "hands nothing in; ask sbatch itself" },
}

local ABBREVIATED = 5 -- letters of a long option that say enough: "--arr"

local function is_option(word, own)
  local name = word:match "^%-%-[^=]*"
  if name then return name == own.long or (#name >= ABBREVIATED and own.long:sub(1, #name) == name) end
  return own.short ~= nil and word:sub(1, 2) == own.short
end

-- Whether the value of an option may stand in the next word: "-p cpu", "--partition cpu", not "--partition=cpu".
local function may_want_value(word)
  return word ~= nil and (word:find "^%-%-[^=]+$" or word:find "^%-[^-]$") ~= nil
end

--- Fails when there is a word that is not for the user to pass.
---@param words string[]
function M.check(words)
  for i, word in ipairs(words) do
    for _, own in ipairs(OWN) do
      if is_option(word, own) then failure.fail("USAGE", "--on slurm: sbatch's %s %s", own.long, own.why) end
    end
    if word == "--" or (word:sub(1, 1) ~= "-" and not may_want_value(words[i - 1])) then
      failure.fail("USAGE", "--on slurm: '%s' behind -- is no option of sbatch; banyan makes the job's script itself",
        word)
    end
  end
end

--- The words for a job that waits for others of its own: without what the user's jobs wait for.
---@param words string[]
---@return string[]
function M.without_dependency(words)
  local kept, skip = {}, false
  for _, word in ipairs(words) do
    local name = word:match "^%-%-[^=]*" or word:sub(1, 2)
    local is_one = name == "-d" or (#name >= ABBREVIATED and ("--dependency"):sub(1, #name) == name)
    if not is_one and not skip then kept[#kept + 1] = word end
    skip = is_one and may_want_value(word)
  end
  return kept
end

return M
