-- SPDX-License-Identifier: MIT
local print_ = require "banyan.print"

--- The line of progress.
---@param p { done: integer, total: integer, seconds: number, best: number?, rank: string }
---@param resumed integer combos that an earlier run had done
---@param others string? what is to be said of other machines
---@return string
return function(p, resumed, others)
  local rate = p.seconds > 0 and (p.done - resumed) / p.seconds or 0
  local best = p.best and p.best == p.best
    and ("  best %s %s"):format(p.rank:gsub("_", " "), print_.metric(p.rank, p.best)) or ""
  return ("sweep %s/%s  %s  %s/s  ETA %s%s%s"):format(print_.thousands(p.done),
    print_.thousands(p.total), print_.percent(p.total > 0 and p.done / p.total or 1),
    print_.thousands(rate), print_.eta(rate > 0 and (p.total - p.done) / rate or math.huge),
    others and "  " .. others or "", best)
end
