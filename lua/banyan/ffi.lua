-- SPDX-License-Identifier: MIT
-- The engine and the cache as Lua sees them: the FFI declarations (made from the C headers) and one way of
-- calling what can fail. A failure becomes a Lua error that is a table { status = code, message = text }.
local ffi = require "ffi"
require "banyan.cdef"

local C = ffi.C
local M = { C = C, new = ffi.new, cast = ffi.cast, string = ffi.string, NULL = ffi.NULL }

local failure = {}
failure.__index = failure
function failure:__tostring() return self.message end

--- Raises a failure that the command line turns into an exit code.
---@param status string name of a by_status without BY_, such as "STRATEGY"
function M.fail(status, message, ...)
  if select("#", ...) > 0 then message = message:format(...) end
  error(setmetatable({ status = tonumber(C["BY_" .. status]), message = message }, failure), 0)
end

--- The failure behind an error value, or nil when it is something else (a bug).
function M.failure_of(value)
  return getmetatable(value) == failure and value or nil
end

local err = ffi.new("by_error")

--- Calls a fallible C function: M.call(C.by_x, arguments...) appends the by_error and raises what it says.
function M.call(f, ...)
  local arguments = { ... }
  local n = select("#", ...)
  arguments[n + 1] = err
  local status = tonumber(f(unpack(arguments, 1, n + 1)))
  if status ~= 0 then
    error(setmetatable({ status = status, message = ffi.string(err.message) }, failure), 0)
  end
end

--- Calls a fallible C function whose last argument before the error is `T **out`, and returns the new object,
--- freed by `free` when it is collected or closed.
function M.make(ctype, free, f, ...)
  local out = ffi.new(ctype .. " *[1]")
  local arguments = { ... }
  local n = select("#", ...)
  arguments[n + 1] = out
  M.call(f, unpack(arguments, 1, n + 1))
  return ffi.gc(out[0], free)
end

--- Frees an object made by M.make now.
function M.close(object, free)
  free(ffi.gc(object, nil))
end

return M
