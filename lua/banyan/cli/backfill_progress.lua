-- SPDX-License-Identifier: MIT
-- The progress line of a backfill.
local print_ = require "banyan.print"

--- What the driver tells while it runs, as a line.
---@param state table of banyan.backfill.driver
---@param noun string "symbols", or "series" where symbols have several timeframes
---@return string
return function(state, noun)
  local parts = { ("backfill %s/%s %s"):format(print_.thousands(state.symbols_done),
    print_.thousands(state.symbols), noun) }
  -- Trouble comes first: a terminal may have no room for more.
  if state.note then parts[#parts + 1] = state.note end
  parts[#parts + 1] = print_.count(state.requests, "request")
  parts[#parts + 1] = print_.count(state.bars, "bar")
  if state.seconds > 0 then
    parts[#parts + 1] = print_.thousands(state.bars / state.seconds) .. " bars/s"
  end
  parts[#parts + 1] = print_.bytes(state.bytes)
  if state.throttled_s >= 1 then
    parts[#parts + 1] = "throttled " .. print_.eta(math.floor(state.throttled_s))
  end
  if state.eta_s then parts[#parts + 1] = "ETA " .. print_.eta(state.eta_s) end
  return table.concat(parts, "  ")
end
