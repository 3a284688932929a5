-- SPDX-License-Identifier: MIT
-- How much of the best of a sweep is luck: the line under a ranking.
local print_ = require "banyan.print"
local store = require "banyan.luck.store"

local M = {}

-- What the best would have had to be tested on, and what it was.
local function need(best)
  local years = best.effective.years
  if years == math.huge then return "; the best has a Sharpe ratio of 0 or less" end
  if years ~= years then return "" end
  return ("; the best would need %s years, has %s"):format(print_.fixed(years, 1), print_.fixed(best.years, 1))
end

-- The text of it; nil where no combo can be ranked.
local function text_of(luck)
  local trials, best = luck.trials, luck.best[1]
  if not best then return nil end
  if luck.not_enough then return "luck: not enough to tell: " .. luck.not_enough end
  return ("luck: PBO %s; deflated Sharpe %s (%s%s, %s effective)%s"):format(print_.fixed(luck.cscv.pbo, 2),
    print_.fixed(best.effective.probability, 2), print_.count(trials.used, "trial"),
    trials.guided and " of a search" or "", print_.thousands(trials.effective), need(best))
end

--- One line for under a ranking; nil where no combo can be ranked.
---@param results banyan.Results
---@param rank string? metric that ranks; that of the sweep when left out
---@return string?
---@return integer behaviours that are distinct, which are counted on the way
function M.line(results, rank)
  local luck = store.measure(results, { by = rank and { rank } })
  return text_of(luck), luck.trials.behaviours
end

return M
