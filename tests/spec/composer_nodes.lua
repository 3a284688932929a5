-- SPDX-License-Identifier: MIT
-- What specs of Composer's format share: its nodes, and what becomes of them.
local import = require "banyan.import"
local json = require "banyan.json"
local failures = require "spec.failures"

local M = {}

function M.asset(ticker, extra)
  local node = { step = "asset", ticker = ticker }
  for key, value in pairs(extra or {}) do node[key] = value end
  return node
end

--- What an asset becomes.
function M.leaf(ticker)
  return { kind = "asset", ticker = ticker }
end

function M.root(child, extra)
  local node = { step = "root", name = "S", rebalance = "daily", children = json.array { child } }
  for key, value in pairs(extra or {}) do node[key] = value end
  return node
end

--- What a node becomes below a root.
function M.take(node, extra)
  return import.text(json.encode(M.root(node, extra)), "s.json").root
end

function M.refused(message, node, extra)
  failures.refuses(message, import.text, json.encode(M.root(node, extra)), "s.json")
end

function M.case(fields, children)
  fields.step = "if-child"
  fields.children = children or { M.asset "A" }
  return fields
end

M.otherwise = M.case({ ["is-else-condition?"] = true }, { M.asset "B" })

--- rsi(SPY, 10) > 79, changed by `fields`; false takes a field away.
function M.flat(fields)
  local result = {
    ["lhs-fn"] = "relative-strength-index", ["lhs-val"] = "SPY",
    ["lhs-fn-params"] = { window = 10 }, comparator = "gt", ["rhs-val"] = "79",
    ["rhs-fixed-value?"] = true,
  }
  for key, value in pairs(fields or {}) do result[key] = value or nil end
  return result
end

return M
