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

-- What is still to be freed: its number in the order of making, and how. Weak: the collector may come first.
local held = setmetatable({}, { __mode = "k" })
local made = 0

--- Has an object freed when it is collected, when M.close is called, or at the end of the program.
---@generic T
---@param object T ffi.cdata*
---@param free function
---@return T
function M.hold(object, free)
  made = made + 1
  held[object] = { number = made, free = free }
  return ffi.gc(object, free)
end

--- Leaves an object to C, which took it over.
function M.disown(object)
  held[object] = nil
  return ffi.gc(object, nil)
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
  return M.hold(out[0], free)
end

--- Frees an object made by M.make now; it must not be used again.
function M.close(object, free)
  free(M.disown(object))
end

--- Frees what is left, the newest first: the end of the program, which runs no finalizers (host.h). After an error
--- there may be stores that are open, and threads that work.
function M.close_all()
  local left = {}
  for object, how in pairs(held) do left[#left + 1] = { object = object, number = how.number, free = how.free } end
  table.sort(left, function(a, b) return a.number > b.number end)
  for _, each in ipairs(left) do M.close(each.object, each.free) end
end

return M
