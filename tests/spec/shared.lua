-- SPDX-License-Identifier: MIT
-- The real prices and strategies of the folder $BANYAN_SHARED (../shared when it is not set), with
-- the results that an independent evaluator got. They are private, so they may be absent.
local cjson = require "cjson"
local helper = require "spec.helper"

local M = {}

M.folder = os.getenv "BANYAN_SHARED" or "../shared"

--- Whether the folder is here. Where it is not, a spec has one test that says so.
function M.present()
  return helper.read(M.folder .. "/README.md") ~= nil
end

M.absent = M.folder .. " is not here (set BANYAN_SHARED): skipped"

local FOREIGN = { anansi = "composer/anansi.json" }

--- The path of a strategy by its name in expected/.
function M.strategy(name)
  return M.folder .. "/strategies/" .. (FOREIGN[name] or "defsymphony/" .. name .. ".clj")
end

--- The text of a packed file.
function M.unpacked(path)
  local pipe = assert(io.popen("gzip -dc " .. helper.quote(path)))
  local text = pipe:read "*a"
  pipe:close()
  assert(#text > 0, path)
  return text
end

--- A JSON file.
function M.json(path)
  return cjson.decode((assert(helper.read(path), path)))
end

--- Imports price files into a new store.
---@return string store its folder
---@return string report what the program said
function M.import(prices)
  local store = helper.scratch() .. "/data"
  local out, err, code = helper.run { "data", "import", prices, "--data", store }
  assert(code == 0, err)
  return store, out
end

--- Raises when a number is not the expected one, by `tolerance` relative to its size (at least 1).
function M.near(wanted, got, tolerance, what)
  local distance = type(got) == "number" and math.abs(got - wanted) or math.huge
  if distance ~= distance or distance > tolerance * math.max(1, math.abs(wanted)) then
    error(("%s: %s instead of %.17g"):format(what, tostring(got), wanted), 2)
  end
end

--- Compares all metrics that both know; at least `least` of them.
function M.same_metrics(wanted, got, tolerance, what, least)
  local common = 0
  for name, value in pairs(wanted) do
    if got[name] ~= nil then
      common = common + 1
      M.near(value, got[name], tolerance, what .. ": " .. name)
    end
  end
  assert(common >= (least or 7), what .. ": only " .. common .. " metrics in common")
end

return M
