-- SPDX-License-Identifier: MIT
-- A script for `banyan lua`, called by reference_spec: runs the example of every entry of the reference, and what it
-- makes (a series, a condition, a node, a strategy) on the bars of the store. A line each: "ok NAME" or what failed.
local b = require "banyan"
local conditions = require "banyan.api.conditions"
local nodes = require "banyan.api.nodes"
local reference = require "banyan.reference"
local series_of = require "banyan.api.series"
local strategy_of = require "banyan.strategy"

package.path = "examples/?.lua;" .. package.path

local DAYS = { from = "2022-01-03", to = "2022-12-30" }

local function environment()
  return setmetatable({ b = b, print = function(...) return ... end }, { __index = _G })
end

local function evaluate(value)
  if series_of.is(value) then
    assert(b.eval(value, DAYS).n > 200)
  elseif getmetatable(value) == getmetatable(b.all { b.close("SPY"):gt(0) }) then
    evaluate(b.when(value, "SPY"):otherwise("TLT"))
  elseif strategy_of.is_strategy(value) then
    assert(#b.run(value, DAYS).equity > 200)
  elseif nodes.is_node(value) then
    evaluate(b.strategy { name = "Example", value })
  elseif type(value) == "number" then
    assert(value == value, "NaN")
  end
end

local function try(entry)
  local expression = loadstring("return " .. entry.example)
  local value = setfenv(expression or assert(loadstring(entry.example)), environment())()
  assert(value ~= nil or not expression or #entry.returns == 0 or entry.example:find "print%(", "makes nothing")
  evaluate(value)
end

assert(conditions and #reference.entries() > 150)
for _, entry in ipairs(reference.entries()) do
  if entry.example then
    local ok, err = pcall(try, entry)
    local failure = not ok and (type(err) == "table" and err.message or tostring(err))
    print(ok and "ok " .. entry.name or ("%s: %s"):format(entry.name, failure))
  end
end
