-- SPDX-License-Identifier: MIT
-- Asks in specs for a failure and for what its message says.
local failure_of = require("banyan.failure").failure_of
local assert = require "luassert"

local M = {}

--- Calls f(...), which must raise a failure, and returns it.
---@return banyan.failure
function M.failure(f, ...)
  local good, value = pcall(f, ...)
  assert.is_false(good, "it should have failed")
  assert.is_truthy(failure_of(value), "not a failure: " .. tostring(value))
  return value
end

--- Asserts that f(argument, name) raises a failure whose message is exactly `message`.
function M.refuses(message, f, ...)
  assert.equal(message, M.failure(f, ...).message)
end

--- Asserts that the message of the failure holds each of `fragments`.
function M.mentions(fragments, f, ...)
  local message = M.failure(f, ...).message
  for _, fragment in ipairs(fragments) do
    assert.is_truthy(message:find(fragment, 1, true),
      ("'%s' is not in: %s"):format(fragment, message))
  end
end

return M
