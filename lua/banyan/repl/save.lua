-- SPDX-License-Identifier: MIT
-- What was done in an explorer as a script: the chunks that worked, commands as calls.
local chunk_of = require "banyan.repl.chunk"
local failure = require "banyan.failure"
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local MARK = "-- Saved by banyan; run it with `banyan lua %s`."

-- What a script needs for `run` and `sweep`, and waits for in the end.
local JOBS = 'local session = require "banyan.repl.session".new { env = _G }'
local WAIT = 'for _, job in ipairs(jobs) do while not job:poll() and job.state == "running" do '
  .. 'require "banyan.host".sleep(0.1) end print(job:progress()) end\nsession:close()'

---@class banyan.Saved
---@field entries { text: string, code: string }[]
---@field prelude fun(): string[] lines that the script begins with
local Saved = {}
Saved.__index = Saved

-- An expression as a statement that shows what it is worth, as the explorer did.
local function as_statement(text)
  if not loadstring("return " .. text) then return text end
  return ("_ = show(%s%s)"):format(text, text:find "%-%-" and "\n" or "")
end

-- `return x`, as strategies end, would end the script.
local function without_return(text)
  local value = text:match "^%s*return%f[^%w_]%s*(.*)$"
  if value and loadstring("return " .. value) then return as_statement(value) end
  return chunk_of.is_blank(text) and text or as_statement(text)
end

--- Keeps a chunk that worked.
---@param text string
---@param before string? the chunk that it goes on with, and takes the place of
function Saved:chunk(text, before)
  local last = self.entries[#self.entries]
  if before and last and last.text == before then table.remove(self.entries) end
  self.entries[#self.entries + 1] = { text = text, code = without_return(text) }
end

--- Keeps what a command did.
---@param code string? Lua; nil: nothing that a script can do again
function Saved:command(code)
  if code then self.entries[#self.entries + 1] = { text = code, code = code } end
end

-- Whether some of it uses `run`, `sweep` or `jobs` of the prompt.
local function starts_jobs(entries)
  for _, entry in ipairs(entries) do
    if entry.code:find "%f[%w_.:]run%s*[({\"]" or entry.code:find "%f[%w_.:]sweep%s*[({\"]"
      or entry.code:find "%f[%w_.:]jobs%f[^%w_]" then
      return true
    end
  end
  return false
end

local function is_ours(path)
  local file = io.open(path, "r")
  local first = file and file:read "*l" or ""
  if file then file:close() end
  return first:find(MARK:match "^[^;]*", 1, true) == 1
end

--- Writes the script: what it says about that.
---@param path string
---@return string
function Saved:write(path)
  if #self.entries == 0 then failure.fail("USAGE", "there is nothing to save yet") end
  if host.stat(path) and not is_ours(path) then
    failure.fail("USAGE", "%s is there already; choose another name", path)
  end
  local lines = { MARK:format(path) }
  for _, line in ipairs(self.prelude()) do lines[#lines + 1] = line end
  local with_jobs = starts_jobs(self.entries)
  if with_jobs then lines[#lines + 1] = JOBS end
  lines[#lines + 1] = ""
  for _, entry in ipairs(self.entries) do lines[#lines + 1] = entry.code end
  if with_jobs then lines[#lines + 1] = WAIT end
  output.replace(path, function(put) put(table.concat(lines, "\n") .. "\n") end)
  return ("%s written to %s; run it with `banyan lua %s`"):format(print_.count(#self.entries, "entry", "entries"), path,
    path)
end

--- Nothing yet.
---@param prelude fun(): string[]
---@return banyan.Saved
function M.new(prelude)
  return setmetatable({ entries = {}, prelude = prelude }, Saved)
end

return M
