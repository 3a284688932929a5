-- SPDX-License-Identifier: MIT
-- One import of the fuzzer (fuzz_import.c): any text becomes a sound strategy or a failure whose
-- message fits on one line.
package.path = "tests/?.lua;" .. package.path
local failure_of = require("banyan.failure").failure_of
local import = require "banyan.import"
local imported_tree = require "spec.imported_tree"

return function(text)
  local good, value = pcall(import.text, text, "input")
  if good then return imported_tree.check(value) end
  local failure = failure_of(value)
  if not failure then error(value, 0) end
  assert(failure.status == "STRATEGY")
  assert(#failure.message < 1000, failure.message)
  assert(not failure.message:find("%c"), failure.message)
end
