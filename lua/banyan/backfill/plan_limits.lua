-- SPDX-License-Identifier: MIT
-- The limits of a plan: its own, and those of its provider that it does not name.
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local provider_checks = require "banyan.provider_checks"
local provider_of = require "banyan.provider"

local M = {}

local COUNT_MAX, PERIOD_MAX_S = 1e9, 31 * 86400

local function refuse(...)
  return failure.fail("STRATEGY", ...)
end

local function check_limit(name, count)
  if not provider_checks.LIMITS[name] then
    local known = lists.sorted_keys(provider_checks.LIMITS)
    local meant = nearest(tostring(name), known)
    refuse("backfill: 'limits' has no '%s'%s", tostring(name),
      meant and ("; did you mean '%s'?"):format(meant)
      or "; there is: " .. table.concat(known, " "))
  elseif type(count) ~= "number" or not (count > 0 and count <= COUNT_MAX) then
    refuse("backfill: '%s' in 'limits' is a number above 0, at most %.0f, not %s", name, COUNT_MAX,
      tostring(count))
  end
end

--- The limits that hold.
---@param given table<string, number>? of the plan
---@param provider banyan.Provider
---@return { count: number, period_s: number, weighted: boolean }[] the shortest period first
function M.check(given, provider)
  if given ~= nil and type(given) ~= "table" then
    refuse("backfill: 'limits' is a table such as { per_minute = 200 }, not a %s", type(given))
  end
  local merged = {}
  for name, count in pairs(provider.limits) do merged[name] = count end
  for name, count in pairs(given or {}) do
    check_limit(name, count)
    merged[name] = count
  end
  local limits = provider_of.limits(merged)
  for _, limit in ipairs(limits) do
    -- Less than one in a period is one in a longer period.
    if limit.count < 1 then limit.count, limit.period_s = 1, limit.period_s / limit.count end
    if limit.period_s > PERIOD_MAX_S then
      refuse "backfill: 'limits' allow less than a request a month; give more"
    end
  end
  return limits
end

return M
