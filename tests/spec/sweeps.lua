-- SPDX-License-Identifier: MIT
-- Sweeps in specs: scripts in a scratch folder, and the rows of their stores.
local cjson = require "cjson"
local helper = require "spec.helper"

local M = {}

--- Writes a script into a folder of its own.
---@return string path
function M.script(text, name)
  return helper.write(helper.scratch() .. "/" .. (name or "sweep.lua"), text)
end

--- Runs a sweep with further words; its summary and its store.
function M.sweep(script, store, ...)
  local directory = helper.scratch() .. "/results"
  local out, err, code = helper.run { "sweep", script, "--data", store, "--store", directory,
    "--json", ... }
  assert(code == 0, err)
  return cjson.decode(out), directory
end

--- All that `banyan top --json` tells of a store but for its path, as text.
function M.text(directory)
  local out, err, code = helper.run { "top", directory, "-n", "99999", "--json" }
  assert(code == 0, err)
  local text, count = out:gsub('"store": "[^"]*"', '"store": ""')
  assert(count == 1)
  return text
end

--- The rows of a store, best first.
function M.rows(directory)
  return cjson.decode(M.text(directory)).rows
end

--- The rows of a store by the values of their params: key(params) -> row.
function M.rows_by(directory, key)
  local rows = {}
  for _, row in ipairs(M.rows(directory)) do
    assert(not rows[key(row.params)], key(row.params))
    rows[key(row.params)] = row
  end
  return rows
end

return M
