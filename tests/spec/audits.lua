-- SPDX-License-Identifier: MIT
-- What the specs of audits share: runs of the verb, and bars shorter than a day.
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local M = {}

local hours

--- A store with bars of an hour: eight a day, five days a week; its folder.
---@return string
function M.hours()
  if hours then return hours end
  local folder, dates = helper.scratch(), require "banyan.dates"
  local random = require("banyan.random").stream "hours"
  local words = { "data", "import", "--timeframe", "1h" }
  for _, ticker in ipairs { "SPY", "TLT", "GLD" } do
    local lines, price = { "time,open,high,low,close,volume" }, 100
    for day = 0, 39 do
      for hour = 14, day % 7 < 5 and 21 or 0 do
        price = price * (1 + 0.005 * random:normal())
        lines[#lines + 1] = ("%s,%.4f,%.4f,%.4f,%.4f,1000"):format(
          dates.format_utc((19786 + day) * dates.DAY + hour * 3600), price, price, price, price)
      end
    end
    words[#words + 1] = helper.write(("%s/%s.csv"):format(folder, ticker), table.concat(lines, "\n") .. "\n")
  end
  local directory = helper.scratch() .. "/data"
  words.env = { BANYAN_DATA = directory }
  local _, err, code = helper.run(words)
  assert(code == 0, err)
  hours = directory
  return directory
end

--- Audits a script with further words: standard output, standard error, exit code.
function M.run(text, ...)
  return simulated.run { "audit", sweeps.script(text, "x.lua"), ... }
end

--- What the audit says as JSON, and its exit code.
function M.json(text, ...)
  local out, err, code = M.run(text, "--json", ...)
  assert(code < 2, err)
  return cjson.decode(out), code
end

return M
