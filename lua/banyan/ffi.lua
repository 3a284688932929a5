-- SPDX-License-Identifier: MIT
-- The engine and the cache as Lua sees them: the FFI declarations (made from the C headers), and one
-- way of calling what can fail.
local ffi = require "ffi"
local failure = require "banyan.failure"
require "banyan.cdef"

local C = ffi.C
local M = { C = C, fail = failure.fail, failure_of = failure.failure_of }

local names = {}
for _, name in ipairs { "OK", "USAGE", "STRATEGY", "DATA", "PROVIDER", "LIMIT", "STORE", "NOMEM",
  "INTERNAL", "CANCELLED" } do
  names[tonumber(C["BY_" .. name])] = name
end
assert(#names + 1 == tonumber(C.BY_STATUS_COUNT), "a status has no name here")

--- The exit code of the program for a failure.
---@param status string name of a by_status without BY_
---@return integer
function M.exit_code(status)
  return C.by_status_exit_code(C["BY_" .. status])
end

--- The name of a status that a C function told beside its result.
---@param status integer a by_status
---@return string name without BY_
function M.status_name(status)
  return names[tonumber(status)]
end

local err = ffi.new "by_error"

--- Calls a fallible C function with the by_error behind its arguments, and raises what it says.
function M.call(f, ...)
  local count = select("#", ...)
  local arguments = { ... }
  arguments[count + 1] = err
  local status = tonumber(f(unpack(arguments, 1, count + 1)))
  if status ~= 0 then failure.fail(names[status], "%s", ffi.string(err.message)) end
end

--- Calls a fallible C function whose last argument before the error is `T **out`.
---@param ctype string T
---@param free function frees the object when it is collected, or when M.close is called
---@return ffi.cdata*
function M.make(ctype, free, f, ...)
  local out = ffi.new(ctype .. " *[1]")
  local count = select("#", ...)
  local arguments = { ... }
  arguments[count + 1] = out
  M.call(f, unpack(arguments, 1, count + 1))
  return ffi.gc(out[0], free)
end

--- Frees an object made by M.make now; it must not be used again.
function M.close(object, free)
  free(ffi.gc(object, nil))
end

return M
