-- SPDX-License-Identifier: MIT
-- Where an explorer's lines come from: the editor of a terminal, or a pipe or file.
local host = require "banyan.host"
local line = require "banyan.line"
local output = require "banyan.cli.output"

local M = {}

local LINE_MAX = 8 * 1024 * 1024
local LOOK_AHEAD_MS = 20 -- for a writer that is about to write the next line

---@class banyan.ReplInput
---@field terminal boolean whether somebody sits there
---@field next fun(self, prompt: string): string?, string? a line; or nil and "interrupted", "end" or "signal"
---@field peek fun(self, i: integer): string? the i-th line after that, if it is there already
---@field remember fun(self, text: string) brings a text back by the arrow keys
---@field close fun(self)

-- Lines of a pipe ---------------------------------------------------------------------------------

local Pipe = {}
Pipe.__index = Pipe

function Pipe:put(text)
  self.last = self.last + 1
  self.lines[self.last] = text:gsub("\r$", "")
end

-- Takes in some bytes: false at the end, nil and a reason when nothing came.
function Pipe:fill(timeout_ms)
  if self.ended then return false end
  local bytes, why = line.input(timeout_ms)
  if not bytes then return nil, why end
  if bytes == "" then
    self.ended = true
    if self.rest ~= "" then self:put(self.rest) end
    self.rest = ""
    return false
  end
  local text, at = self.rest .. bytes, 1
  local line_end = bytes:find("\n", 1, true)
  line_end = line_end and line_end + #self.rest
  while line_end do
    self:put(text:sub(at, line_end - 1))
    at = line_end + 1
    line_end = text:find("\n", at, true)
  end
  self.rest = text:sub(at)
  if #self.rest > LINE_MAX then
    require "banyan.failure".fail("LIMIT", "a line of over %d MB is no code", LINE_MAX / 1048576)
  end
  return true
end

function Pipe:next(prompt)
  if self.terminal then
    output.write(prompt)
    output.flush()
  end
  while not self.lines[self.at] do
    local filled, why = self:fill(-1)
    if filled == nil then return nil, why end
    if filled == false and not self.lines[self.at] then return nil, "end" end
  end
  local found = self.lines[self.at]
  self.lines[self.at], self.at = nil, self.at + 1
  return found
end

function Pipe:peek(i)
  while not self.lines[self.at + i - 1] and not self.terminal do
    if not self:fill(LOOK_AHEAD_MS) then break end
  end
  return self.lines[self.at + i - 1]
end

function Pipe:remember() end -- luacheck: no unused args
function Pipe:close() end -- luacheck: no unused args

--- Lines without an editor. On a terminal that cannot move its cursor there are prompts.
---@param terminal boolean
---@return banyan.ReplInput
function M.plain(terminal)
  return setmetatable({ terminal = terminal, lines = {}, at = 1, last = 0, rest = "" }, Pipe)
end

-- Lines of an editor ------------------------------------------------------------------------------

local Editor = {}
Editor.__index = Editor

-- A paste of several lines comes back as one text.
function Editor:next(prompt)
  if not self.lines[self.at] then
    output.flush()
    local text, why = line.read(prompt)
    if not text then return nil, why end
    self.lines, self.at = {}, 1
    for each in (text .. "\n"):gmatch "([^\n]*)\n" do self.lines[#self.lines + 1] = each end
  end
  self.at = self.at + 1
  return self.lines[self.at - 1]
end

function Editor:peek(i)
  return self.lines[self.at + i - 1]
end

--- What of a paste was not read yet is dropped.
function Editor:drop()
  self.lines, self.at = {}, 1
end
Pipe.drop = Pipe.close

function Editor:remember(text) -- luacheck: no unused args
  line.remember(text)
end

function Editor:close() -- luacheck: no unused args
  line.close()
end

--- Lines of somebody at a terminal.
---@param history_max integer
---@param complete fun(before: string, after: string, again: boolean): integer, string?, string?
---@return banyan.ReplInput
function M.editor(history_max, complete)
  if not line.open(history_max, complete) then
    require "banyan.failure".fail("NOMEM", "out of memory for the editor of lines")
  end
  return setmetatable({ terminal = true, lines = {}, at = 1 }, Editor)
end

--- Whether standard input and output are a terminal.
---@return boolean
function M.on_terminal()
  return host.isatty(0) and host.isatty(1)
end

--- Whether that can move its cursor.
---@return boolean
function M.can_edit()
  local kind = os.getenv "TERM"
  return M.on_terminal() and kind ~= nil and kind ~= "" and kind ~= "dumb"
end

return M
