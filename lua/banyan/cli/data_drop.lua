-- SPDX-License-Identifier: MIT
-- banyan data drop: series out of the store, with what is known of what was asked for.
local data = require "banyan.cli.data"
local ffi = require "banyan.ffi"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local store_of = require "banyan.store"

local C = ffi.C
local M = {}

-- The series of some symbols; those of several datasets or timeframes have to be told apart, lest
-- more goes than was meant.
local function choose(store, options, symbols)
  local snapshot = store:snapshot()
  local infos, chosen = data.select(snapshot, options), {}
  for _, symbol in ipairs(symbols) do
    local found = data.find_symbol(infos, symbol)
    for _, key in ipairs { "dataset", "timeframe" } do
      if found[1][key] ~= found[#found][key] then
        ffi.fail("USAGE", "%s is there in several %ss; say which with --%s", symbol, key, key)
      end
    end
    chosen[#chosen + 1] = found[1]
  end
  snapshot:close()
  return chosen
end

--- The verb.
---@return integer exit_code
function M.drop(options, symbols)
  local directory = store_of.directory(options.data)
  store_of.open(directory, "read"):close() -- one that is not there is not made
  local store = store_of.open(directory, "write")
  local ok, result = pcall(function()
    local chosen = choose(store, options, symbols)
    for _, info in ipairs(chosen) do
      for _, shadow in ipairs { "", "~" } do
        ffi.call(C.by_store_drop, store.c,
          store_of.id(info.dataset .. shadow, info.timeframe, info.symbol))
      end
    end
    return chosen
  end)
  store:close()
  if not ok then error(result, 0) end
  for _, info in ipairs(result) do
    output.line(("%s %s of %s: %s dropped"):format(info.symbol, info.timeframe, info.dataset,
      info.bars < 0 and "damaged bars" or print_.count(info.bars, "bar")))
  end
  return 0
end

return M
