-- SPDX-License-Identifier: MIT
-- banyan merge: the shards of a sweep into one result store.
local json = require "banyan.json"
local merge_of = require "banyan.sweep.merge"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local sweep = require "banyan.cli.sweep"

local M = {}

--- The verb.
---@return integer exit_code
function M.merge(options, arguments)
  local merged = merge_of.merge(arguments, options.store)
  if options.json then
    output.line(json.encode(json.object { { "schema", "banyan.merge/1" }, { "store", merged.store },
      { "shards", merged.shards }, { "combos", merged.combos }, { "seconds", merged.seconds } }, { indent = 2 }))
    return 0
  end
  output.line(("%s of %s merged in %s"):format(print_.count(merged.combos, "combo"),
    print_.count(merged.shards, "shard"), print_.duration(merged.seconds)))
  output.line("results in " .. merged.store)
  sweep.print_best { store = merged.store, best = true }
  return 0
end

return M
