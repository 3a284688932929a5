-- SPDX-License-Identifier: MIT
-- What was typed in earlier sessions: a file with an entry a line, to which all sessions append as they go.
local line = require "banyan.line"
local store_of = require "banyan.store"

local M = {}

M.LINES_MAX = 10000
local ENTRY_BYTES_MAX = 65536 -- a longer one, such as a large paste, is for this session only

local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

--- The file, nil when there is no home for it.
---@return string?
function M.path()
  local home = environment "XDG_STATE_HOME" or environment "HOME" and os.getenv "HOME" .. "/.local/state"
  return home and home .. "/banyan/history"
end

-- Entries of several lines are one line of the file.
local function escape(text)
  return (text:gsub("[\\\n]", { ["\\"] = "\\\\", ["\n"] = "\\n" }))
end

local function unescape(text)
  return (text:gsub("\\(.)", { ["\\"] = "\\", n = "\n" }))
end

---@class banyan.History
---@field path string? nil: nothing is kept
---@field last string? the entry before
local History = {}
History.__index = History

--- Opens the history and tells `remember` what it has, oldest first.
---@param remember fun(text: string)
---@return banyan.History
---@return string? warning why nothing is kept
function M.open(remember)
  local path = M.path()
  local self = setmetatable({ remember = remember }, History)
  if not path then return self, "no history is kept: HOME is not set" end
  local made, why = pcall(store_of.make_directory, path:match "^(.*)/")
  local text, message
  if made then text, message = line.tail(path, M.LINES_MAX) end
  if not text then return self, ("no history is kept in %s: %s"):format(path, message or tostring(why)) end
  for each in text:gmatch "[^\n%z]+" do
    self.last = unescape(each)
    remember(self.last)
  end
  self.path = path
  return self
end

--- Keeps what was typed, but not what begins with a blank, nor the same twice in a row.
---@param text string
function History:add(text)
  if text:find "^%s" or text == "" or text == self.last then return end
  self.last = text
  self.remember(text)
  if self.path and #text <= ENTRY_BYTES_MAX then line.append(self.path, escape(text) .. "\n") end
end

return M
