-- SPDX-License-Identifier: MIT
-- The combo of a result store that a user names: its number, or best.
local engine = require "banyan.ffi"
local ranking_of = require "banyan.results.ranking"

local NOT_DONE = -2 -- in by_result.return_count

--- The number that a text means; a failure when there is no such combo, or no results of it.
---@param combos banyan.Combos
---@param text string
---@return integer from 1
return function(combos, text)
  if combos.count == 0 then
    engine.fail("DATA", "the sweep has no results yet; run it again to go on")
  end
  if text == "best" then
    local ranking = ranking_of.new(combos, { number = 1 })
    if ranking.count == 0 then
      engine.fail("DATA", "no combo has a value of %s, so that none is the best", ranking.by.text)
    end
    return ranking.order[0] + 1
  end
  local number = text:find "^%d+$" and tonumber(text)
  if not number or number < 1 or number > combos.count then
    engine.fail("USAGE", "there is no combo '%s'; combos are numbered from 1 to %d, and best is "
      .. "the best", text, combos.count)
  elseif combos.counts[number - 1] == NOT_DONE then
    engine.fail("DATA", "combo %d is not done yet; run the sweep again to finish it", number)
  end
  return number
end
