-- SPDX-License-Identifier: MIT
-- Failures that a user can act on, as Lua errors: tables, so that they are told apart from bugs
-- (which are
-- strings), and without the C engine, so that importers and their tests load anywhere.
local M = {}

---@class banyan.failure
---@field status string name of a by_status without BY_, such as "STRATEGY"
---@field message string what is wrong, where, why, and what to do
local failure = {}
failure.__index = failure
function failure:__tostring()
  return self.message
end

--- Raises a failure.
---@param status string name of a by_status without BY_
---@param message string a format when arguments follow it
function M.fail(status, message, ...)
  if select("#", ...) > 0 then message = message:format(...) end
  error(setmetatable({ status = status, message = message }, failure), 0)
end

local NO_ROOM = { [28] = true, [122] = true } -- ENOSPC, EDQUOT

--- The status of a file or folder that could not be made.
---@param errno integer?
---@param otherwise string where it is not that the disk is full
---@return string
function M.status_of_errno(errno, otherwise)
  return NO_ROOM[errno] and "LIMIT" or otherwise
end

--- The failure behind an error value, or nil when it is something else (a bug).
---@return banyan.failure|nil
function M.failure_of(value)
  return getmetatable(value) == failure and value or nil
end

return M
