-- SPDX-License-Identifier: MIT
-- A small bar store with bars of five minutes.
local helper = require "spec.helper"
local random = require "banyan.random"

local M = {}

local directory
local DAYS, BARS = 8, 78 -- sessions of New York in winter, from 14:30 UTC on
M.TICKERS = { "AAA", "BBB" }

local function csv(ticker, price)
  local stream, lines = random.stream("intraday " .. ticker), { "time,open,high,low,close,volume" }
  for day = 1, DAYS do
    for bar = 0, BARS - 1 do
      local open, minutes = price, 14 * 60 + 30 + 5 * bar
      price = price * (1 + 0.002 * stream:normal())
      lines[#lines + 1] = ("2020-01-%02dT%02d:%02d:00Z,%.4f,%.4f,%.4f,%.4f,1000"):format(5 + day + (day > 5 and 2 or 0),
        math.floor(minutes / 60), minutes % 60, open, math.max(open, price) + 0.01, math.min(open, price) - 0.01, price)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The folder of the store.
---@return string
function M.store()
  if directory then return directory end
  local folder = helper.scratch()
  for i, ticker in ipairs(M.TICKERS) do helper.write(("%s/%s.csv"):format(folder, ticker), csv(ticker, 50 * i)) end
  local _, err, code = helper.run { "data", "import", folder, "--timeframe", "5m", "--data", folder .. "/data" }
  assert(code == 0, err)
  directory = folder .. "/data"
  return directory
end

return M
