-- SPDX-License-Identifier: MIT
-- One line of progress on standard error: rewritten in place on a terminal, else once a minute.
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local REWRITE_SECONDS, LINE_SECONDS = 0.1, 60

---@class banyan.Progress
local Progress = {}
Progress.__index = Progress

--- The line when it is due: `text()` is called for it only then.
---@param text fun(): string
function Progress:update(text)
  if not self.enabled then return end
  local now = host.clock()
  if now < self.due then return end
  self.due = now + (self.terminal and REWRITE_SECONDS or LINE_SECONDS)
  if not self.terminal then
    output.report(text())
    return
  end
  local line = print_.cut(text(), (host.columns() or 80) - 1)
  local width = print_.width(line)
  io.stderr:write("\r", line, (" "):rep(self.width - width))
  self.width = width
end

--- Takes the line away, so that other text can follow.
function Progress:clear()
  if self.width > 0 then io.stderr:write("\r", (" "):rep(self.width), "\r") end
  self.width, self.due = 0, self.terminal and 0 or self.due
end

--- Starts; nothing is shown with -q or --no-progress.
---@param options { terminal_only: boolean? }? terminal_only: no line a minute either
---@return banyan.Progress
local function start(options)
  local terminal = host.isatty(2)
  return setmetatable({
    enabled = output.progress and (terminal or not (options and options.terminal_only)),
    terminal = terminal,
    width = 0,
    due = host.clock() + (terminal and 0 or LINE_SECONDS),
  }, Progress)
end

return { start = start }
