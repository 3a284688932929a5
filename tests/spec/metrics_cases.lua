-- SPDX-License-Identifier: MIT
-- The series on which other programs were asked for metrics.
local helper = require "spec.helper"
local shared = require "spec.shared"

local M = {}

M.folder = shared.folder .. "/reference/metrics/"

--- Files of other programs' metrics: { file =, name =, rf =, rf_text =, periods =, simple = }.
function M.list()
  local pipe, list = assert(io.popen("LC_ALL=C ls " .. helper.quote(M.folder))), {}
  for file in pipe:lines() do
    local name, rf, periods, kind = file:match "^([^.]+)%.rf([%d.]+)_p(%d+)(.*)%.json$"
    if name then
      list[#list + 1] = { file = file, name = name, rf = tonumber(rf), rf_text = rf,
        periods = tonumber(periods), simple = kind == "_simple" }
    end
  end
  pipe:close()
  return list
end

--- The rows of a case; those with a missing value are left out, or have a return of 0 there.
function M.read(name, leave_out)
  local rows = { dates = {}, strategy = {}, benchmark = {} }
  for date, own, others in assert(helper.read(M.folder .. name .. ".returns.csv"))
    :gmatch "\n([^,\n]+),([^,\n]*),([^,\n]*)" do
    own, others = tonumber(own), tonumber(others)
    if own and others or not leave_out then
      local i = #rows.dates + 1
      rows.dates[i], rows.strategy[i], rows.benchmark[i] = date, own or 0, others or 0
    end
  end
  return rows
end

return M
