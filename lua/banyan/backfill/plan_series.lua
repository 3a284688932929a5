-- SPDX-License-Identifier: MIT
-- A plan of series from outside: b.backfill { provider = "csv", series = { "DFF" }, base_url = "https://…{symbol}" }.
-- What comes is what `banyan data import --series` takes.
local as_of = require "banyan.as_of"
local failure = require "banyan.failure"
local limits_of = require "banyan.backfill.plan_limits"
local lists = require "banyan.lists"
local provider_of = require "banyan.provider"
local url_of = require "banyan.backfill.plan_url"

local M = {}

local KEYS = { "base_url", "ca_file", "known", "limits", "provider", "series" }

local function refuse(...)
  return failure.fail("STRATEGY", ...)
end

local function check_names(names)
  if type(names) ~= "table" or #names == 0 then
    refuse "backfill: 'series' is a list of names, such as { \"DFF\" }"
  end
  for i, name in ipairs(names) do
    if not as_of.is_name(name) then
      refuse("backfill: entry %d of 'series' is no name of a series: up to %d letters, digits, _, - and points", i,
        as_of.NAME_MAX)
    end
  end
  return names
end

local function check_base_url(fields, provider, environment, names)
  local url = url_of.check(fields, provider, environment)
  if not url then
    refuse "backfill: the plan must say where the series are, such as base_url = \"https://example.com/{symbol}.csv\""
  end
  for place in url:gmatch "{([^}]*)}" do
    if place ~= "symbol" then refuse("backfill: base_url has {%s}; of series it knows {symbol}, the name", place) end
  end
  if #names > 1 and not url:find("{symbol}", 1, true) then
    refuse "backfill: base_url has no {symbol}, so all series of the plan would get the same values"
  end
  return url
end

---@class banyan.SeriesPlan
---@field series string[]
---@field base_url string
---@field known_start boolean
---@field provider banyan.Provider
---@field limits table see banyan.Plan
---@field concurrency integer
---@field ca_file string?

--- Checks a plan that has `series`.
---@param fields table as given to b.backfill
---@param environment fun(name: string): string?
---@param ca_file fun(provider: banyan.Provider): string? the file that the plan or the environment names
---@return banyan.SeriesPlan
function M.check(fields, environment, ca_file)
  for key in pairs(fields) do
    if key ~= "type" and not lists.contains(KEYS, key) then
      refuse("backfill: a plan of series has no key '%s'; there is: %s", tostring(key), table.concat(KEYS, " "))
    end
  end
  if fields.provider ~= "csv" then
    refuse("backfill: series come from provider = \"csv\" alone, which takes CSV of any address")
  end
  local known = fields.known or "end"
  if known ~= "start" and known ~= "end" then
    refuse("backfill: 'known' is \"start\" or \"end\", whether a day counts from its start or its end")
  end
  local provider, names = provider_of.named "csv", check_names(fields.series)
  return { provider = provider, name = provider.name, series = names, known_start = known == "start",
    base_url = check_base_url(fields, provider, environment, names), concurrency = provider.concurrency,
    limits = limits_of.check(fields.limits, provider), ca_file = ca_file(provider),
    symbols = {}, timeframes = {}, dataset = "series" }
end

return M
