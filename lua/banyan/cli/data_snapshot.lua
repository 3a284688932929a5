-- SPDX-License-Identifier: MIT
-- banyan data snapshot: a compact copy of the bar store that nobody changes, for other machines to read.
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local store_of = require "banyan.store"

local C = engine.C
local M = {}

-- Every chunk of every series is read again, where it lies now.
local function verify(directory)
  local store = store_of.open(directory, "read")
  local snapshot = store:snapshot()
  local infos, bars = snapshot:list(), 0
  for _, info in ipairs(infos) do
    bars = bars + info.bars
    local damage = snapshot:check(info.dataset, info.timeframe, info.symbol)
    if damage then
      store:close()
      failure.fail("DATA", "snapshot %s: %s %s %s is damaged: %s", directory, info.dataset, info.timeframe,
        info.symbol, damage)
    end
  end
  store:close()
  return #infos, bars
end

--- The verb.
---@return integer exit_code
function M.snapshot(options, arguments)
  local target = arguments[1]
  local store = store_of.open(store_of.directory(options.data), "read")
  local ok, err = pcall(engine.call, C.by_store_freeze, store.c, target)
  store:close()
  if not ok then error(err, 0) end
  local series, bars = verify(target)
  output.line(("%s: %s, %s in %s; read it with --data %s"):format(target, print_.count(series, "series", "series"),
    print_.count(bars, "bar"), print_.bytes(select(2, host.stat(target .. "/data.mdb"))), target))
  return 0
end

return M
