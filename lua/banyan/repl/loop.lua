-- SPDX-License-Identifier: MIT
-- The loop of the explorer: reads lines until they make a chunk, runs it, prints what it is worth. Nothing that is
-- typed ends it but what says so.
local chunk_of = require "banyan.repl.chunk"
local commands = require "banyan.repl.commands"
local failure = require "banyan.failure"
local hints = require "banyan.repl.hints"
local host = require "banyan.host"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local place = require "banyan.repl.place"
local print_ = require "banyan.print"
local show = require "banyan.show"
local view_of = require "banyan.api.view"

local M = {}

local PROMPT, CONTINUED = ">> ", ".. "
local NO_TERMINAL_WIDTH = 100
local LEAVE = { exit = true, quit = true, ["exit()"] = true, ["quit()"] = true, ["exit;"] = true, q = true,
  [":q"] = true, ["os.exit()"] = true }

---@class banyan.Repl
---@field input banyan.ReplInput
---@field env table what code sees
---@field api table banyan itself in it, which stays as it is
---@field session banyan.Session what commands act on
---@field options table of the command line
---@field commands banyan.ReplCommand[]
---@field saved banyan.Saved what `:save` writes
---@field history banyan.History?
---@field pending string[] lines of a chunk that is not complete
---@field number integer of the last line read
---@field chunks table<string, { text: string, first: integer }> by name, for messages
---@field before { text: string, name: string }? the chunk before, on which a line may go on
---@field told table<any, boolean> hints that were given
---@field failed boolean whether something failed
local Repl = {}
Repl.__index = Repl

-- What people see -------------------------------------------------------------------------------

--- Prints a text.
function Repl:print(text) -- luacheck: no unused args
  output.line(text)
end

--- Says what went wrong.
function Repl:complain(message)
  self.failed = true
  output.flush()
  output.report(output.style_error(message, "red"))
end

--- Prints a value as a person looks at it.
function Repl:show(value) -- luacheck: no unused args
  local width = output.terminal and host.columns() or NO_TERMINAL_WIDTH
  output.line(show.text(value, { width = width, color = output.style("x", "red") ~= "x",
    unicode = output.utf8() }))
end

-- Chunks ------------------------------------------------------------------------------------------

-- An error with its line, and in a chunk of several lines that line's text.
function Repl:tell_error(current, caught)
  local chunk, number, message = place.of(self.chunks, caught)
  if not chunk then chunk, number = current, 1 end -- the call that an expression is leaves no line behind
  number = number or 1
  message = hints.of(message, self.env, chunk.text) or message
  local lines = {}
  for each in (chunk.text .. "\n"):gmatch "([^\n]*)\n" do lines[#lines + 1] = each end
  local shown = self.input.terminal and number or number + chunk.first - 1
  local text = ("line %d: %s"):format(shown, message)
  local source = lines[number]
  if self.input.terminal and source and (#lines > 1 or chunk ~= current) then
    text = ("%s\n    %s"):format(text, (source:gsub("^%s+", "")))
  end
  self:complain(text)
  local more = self.input.terminal and hints.more(message)
  if more then output.report(output.style_error("(" .. more .. ")", "dim")) end
end

-- A chunk's results: their number, then they themselves.
local function packed(...)
  return select("#", ...), { ... }
end

function Repl:show_results(count, results)
  for i = 1, count do
    self:show(results[i])
    if i == count then self.env._ = results[i] end
  end
end

-- Whether the user stopped what ran; then nothing of that is left.
local function was_stopped()
  local stopped = host.interrupted() > 0
  host.resume()
  return stopped
end

-- Says that; the terminal has written ^C where the cursor was. Without one the rest is not run.
function Repl:stopped()
  self.is_stopped = true
  self:complain(self.input.terminal and "\ninterrupted" or "banyan: interrupted")
end

-- Runs code that compiles, and what it prints, so that Ctrl-C stops both.
function Repl:run_chunk(chunk, name)
  setfenv(chunk, self.env)
  jit.off(chunk, true)
  local results, count
  local ok, caught = load.explore(function()
    count, results = packed(chunk())
    self:show_results(count, results)
  end, place.handler(self.chunks))
  local current = self.chunks[name]
  local stopped = was_stopped()
  if ok then return true, count, results end
  if stopped then
    self:stopped()
  else
    self:tell_error(current, caught)
  end
  return false
end

-- What belongs to banyan stays what it is, whatever somebody assigns to it: whether nobody did.
function Repl:keep_api(current)
  local names = view_of.restore(self.api)
  for _, name in ipairs(names) do
    self:tell_error(current, { raised = ("b.%s is banyan's and stays what it is; take another name for yours")
      :format(name) })
  end
  return #names == 0
end

function Repl:evaluate(text, first, before)
  self.count = self.count + 1
  local name = "input " .. self.count
  self.chunks[name] = { text = text, first = first }
  local chunk, message = chunk_of.compile(text, name)
  if not chunk then
    self:tell_error(self.chunks[name], { raised = message, name = name })
    return
  end
  local ok, count, results = self:run_chunk(chunk, name)
  ok = self:keep_api(self.chunks[name]) and ok
  self.before = ok and { text = text, first = first } or nil
  if ok then
    hints.after(self, text, count, results)
    self.session:noticed(self.env)
    self.saved:chunk(text, before)
  end
end

-- Lines -------------------------------------------------------------------------------------------

local function is_code(line)
  return line:find "^%s*[^%s]" and not line:find "^%s*%-%-"
end

-- Takes further lines that are there already and go on with a chunk that could end here.
function Repl:take_what_goes_on()
  local i = 1
  while self.input:peek(i) and not is_code(self.input:peek(i)) do i = i + 1 end
  local following = self.input:peek(i)
  if not following or not chunk_of.goes_on(following, commands.is_command) then return false end
  for _ = 1, i do self:take(self.input:next "") end
  return true
end

function Repl:take(line)
  self.number = self.number + 1
  self.pending[#self.pending + 1] = line
end

function Repl:finish(text)
  if self.history then self.history:add(text) end
  self.pending = {}
end

-- A line of code: runs the chunk when it is complete.
function Repl:code_line(line)
  self:take(line)
  local text, message, incomplete
  repeat
    text = table.concat(self.pending, "\n")
    local chunk
    chunk, message, incomplete = chunk_of.compile(text, "input")
    if not chunk and incomplete then return self:wait_for_more(line, message) end
  until not self:take_what_goes_on()
  local first = self.number - #self.pending + 1
  self:finish(text)
  self:evaluate(text, first)
end

-- Somebody who hits the return key again and again should hear what is missing.
function Repl:wait_for_more(line, message)
  if self.input.terminal and line == "" and self.pending[#self.pending - 1] == "" then
    self:print(output.style(("(%s; Ctrl-C drops all)"):format(message:gsub("^[^:]*:%d+: ", ""):gsub(" near '<eof>'$",
      " before it is complete")), "dim"))
  end
end

function Repl:first_line(line)
  if line:find "^%s*$" then
    self.number = self.number + 1
    return
  end
  if self.before and chunk_of.goes_on(line, commands.is_command) then -- it seemed to be complete before
    local before = self.before
    self:take(line)
    local text = before.text .. "\n" .. line
    self:finish(line)
    return self:evaluate(text, before.first, before.text)
  end
  local words = line:match "^%s*(.-)%s*$"
  if LEAVE[words] and rawget(self.env, words) == nil then return "leave" end
  if commands.takes(words, self.env) then
    self.number = self.number + 1
    self:finish(line)
    return self:command(words)
  end
  return self:code_line(line)
end

-- A command, a question, or what a newcomer types for one.
function Repl:command(words)
  local answer
  local ok, caught = load.explore(function() answer = commands.run(self, words) end, place.handler(self.chunks))
  if was_stopped() and not ok then
    self:stopped()
  elseif not ok then
    local raised = type(caught) == "table" and caught.raised or caught
    local known = failure.failure_of(raised)
    local message = known and known.message or tostring(raised)
    self:complain(self.input.terminal and message or ("line %d: %s"):format(self.number, message))
  end
  return answer
end

-- What to do when no line came: true to go on.
function Repl:no_line(why)
  if why == "signal" then output.report "" end
  if why == "interrupted" or why == "signal" then
    self.input:drop()
    self.pending = {}
    return true
  elseif why == "end" and #self.pending > 0 then
    local first = self.number - #self.pending + 1
    self:complain(("line %d: the input ends before the block is complete that begins here"):format(
      self.input.terminal and 1 or first))
    self.pending = {}
    return self.input.terminal -- which may be asked again
  end
  return false
end

-- Whether somebody may leave: who has jobs that run is asked once.
function Repl:may_leave()
  local running = self.session.jobs:running()
  if running == 0 or self.asked or not self.input.terminal then return true end
  self.asked = true
  self:print(("%s would be stopped; leave once more to do so, :jobs tells how far"):format(
    print_.count(running, "job")))
  return false
end

--- Reads and runs lines until somebody leaves.
---@return integer exit_code
function Repl:run()
  while true do
    if host.terminated() or host.interrupted() > 0 and not self.input.terminal then return 130 end
    host.resume()
    for _, line in ipairs(self.session:news()) do self:print(line) end
    local line, why = self.input:next(#self.pending > 0 and CONTINUED or PROMPT)
    local leaves = false
    if not line then
      if why == "signal" and (host.terminated() or not self.input.terminal) then return 130 end
      leaves = not self:no_line(why)
    elseif #self.pending > 0 then
      self:code_line(line)
    else
      leaves = self:first_line(line) == "leave"
    end
    if self.is_stopped and not self.input.terminal then return 130 end
    if leaves and self:may_leave() then break end
    self.asked = leaves
  end
  return self.failed and not self.input.terminal and 3 or 0
end

--- A loop that has not begun.
---@param fields table those of banyan.Repl that are known
---@return banyan.Repl
function M.new(fields)
  local self = setmetatable({ pending = {}, number = 0, count = 0, chunks = {}, told = {}, failed = false }, Repl)
  for key, value in pairs(fields) do self[key] = value end
  return self
end

return M
