-- SPDX-License-Identifier: MIT
-- Faults of a strategy that are certain: under all values that its params declare, on all sessions on
-- which its indicators are computable.
local failure = require "banyan.failure"
local identity_of = require "banyan.identity"
local lint_data = require "banyan.lint_data"
local lint_nodes = require "banyan.lint_nodes"
local lint_paths = require "banyan.lint_paths"
local outline = require "banyan.outline"
local tree_of = require "banyan.tree"

local M = {}

---@class banyan.Finding
---@field code string such as "impossible-condition"
---@field path string from the root to the node
---@field name string of the node
---@field id string? of the node, in the file that it came from
---@field message string what is wrong
---@field remedy string what to do

--- Params that were declared, and nothing in the tree depends on them.
local function check_params(strategy, declared, add)
  local used = {}
  for _, param in ipairs(strategy:params()) do used[param] = true end
  for _, each in ipairs(declared) do
    if not used[each.param] then
      add("unused-param", { node = strategy.root, path = { strategy.root } },
        ("the param %s (%s) is used by nothing"):format(each.param.name, each.where),
        "use it, or drop it")
    end
  end
end

-- A list of findings, and what adds one to it unless the very same is there.
local function collector()
  local list, seen = {}, {}
  return list, function(code, at, message, remedy)
    local own = { code = code, path = tree_of.path_text(at.path), name = tree_of.name(at.node),
      id = at.node.id, message = message, remedy = remedy }
    local key = table.concat({ code, own.path, own.id or "", message }, "\n")
    if not seen[key] then
      seen[key] = true
      list[#list + 1] = own
    end
  end
end

--- What is wrong with a strategy. It must compile: what the compiler refuses is no finding.
---@param strategy banyan.Strategy
---@param options { declared: table[]?, catalogue: (fun(): string, table)?, fixed: table? }
--- declared: { param =, where = } of each param that the script made; catalogue: the dataset and what it has
---@return banyan.Finding[] findings
---@return string? skipped why the prices were not looked at
function M.check(strategy, options)
  local space = strategy:space(nil, options.fixed)
  local tickers = strategy:tickers(space)
  strategy:compile(space, tickers)
  local findings, add = collector()
  local identity = identity_of.new()
  lint_paths.check(strategy.root, identity, outline.condition_text, add)
  lint_nodes.check(strategy.root, identity, add)
  check_params(strategy, options.declared or {}, add)
  if not options.catalogue then return findings, "not asked for" end
  local ok, dataset, infos = pcall(options.catalogue)
  if not ok then
    local known = failure.failure_of(dataset)
    if not known then error(dataset, 0) end
    return findings, known.message
  end
  lint_data.check(strategy.root, tickers, dataset, infos, add)
  return findings
end

return M
