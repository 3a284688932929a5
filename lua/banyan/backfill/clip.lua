-- SPDX-License-Identifier: MIT
-- Pages without the rows that nobody asked for: some vendors answer with all that they have.
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"

local C = ffi.C
local M = {}

local COLUMNS = { "time", "open", "high", "low", "close", "volume" }

-- Adds rows [first, last) of some bars to a page.
local function add(page, symbol, bars, first, last)
  if last <= first then return end
  local part = ffi_.new "by_bars"
  part.count = last - first
  for _, name in ipairs(COLUMNS) do part[name] = bars[name] + first end
  ffi.call(C.by_page_add, page, symbol, part)
end

--- The rows of a page that begin within [first, end_), in the order in which they came.
---@param page ffi.cdata* by_page *
---@param first number
---@param end_ number
---@return ffi.cdata* by_page *, another one, freed when it is collected
function M.page(page, first, end_)
  local clipped = ffi.make("by_page", C.by_page_free, C.by_page_new)
  local rows = ffi_.new "by_page_rows"
  for index = 0, C.by_page_symbol_count(page) - 1 do
    C.by_page_rows_at(page, index, rows)
    local bars, begin = rows.bars, nil
    local time, count = bars.time, tonumber(bars.count)
    for i = 0, count - 1 do
      local inside = time[i] >= first and time[i] < end_
      if inside and not begin then
        begin = i
      elseif begin and not inside then
        add(clipped, rows.symbol, bars, begin, i)
        begin = nil
      end
    end
    if begin then add(clipped, rows.symbol, bars, begin, count) end
  end
  return clipped
end

return M
