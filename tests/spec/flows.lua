-- SPDX-License-Identifier: MIT
-- What specs of flows share: how they are imported, and refused.
local import = require "banyan.import"
local json = require "banyan.json"
local failures = require "spec.failures"
local imported_tree = require "spec.imported_tree"

local M = {}

--- A table with changes.
function M.with(base, changes)
  for key, value in pairs(changes or {}) do base[key] = value end
  return base
end

--- The strategy of a flow, its tree checked.
function M.import_of(value)
  local strategy = import.text(json.encode(value), "f.json")
  imported_tree.check(strategy)
  return strategy
end

function M.refused(message, value)
  failures.refuses("f.json: " .. message, import.text, json.encode(value), "f.json")
end

return M
