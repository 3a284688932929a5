-- SPDX-License-Identifier: MIT
-- The rate limits of a plan's provider and key, in a file beside the store that all processes share.
local ffi_ = require "ffi"
local clock = require "banyan.clock"
local ffi = require "banyan.ffi"
local secret_of = require "banyan.secret"
local store_of = require "banyan.store"

local C = ffi.C
local M = {}

---@class banyan.Limits
---@field c ffi.cdata* by_limits *
local Limits = {}
Limits.__index = Limits

--- The key whose limits these are, as it appears in the name of the file.
local function key_of(plan, secrets)
  local auth, names = plan.auth or plan.provider.auth, {}
  for _, part in ipairs { "headers", "query" } do
    for _, value in pairs(type(auth) == "table" and auth[part] or {}) do
      for _, name in ipairs(secret_of.names(value)) do names[#names + 1] = name end
    end
  end
  table.sort(names)
  local handle = names[1] and secrets:find(names[1], true)
  return handle and secrets:fingerprint(handle) or "open"
end

---@param directory string of the bar store
---@param plan table
---@param secrets banyan.Secrets
---@return banyan.Limits
function M.open(directory, plan, secrets)
  local folder = directory .. "/limits"
  store_of.make_directory(folder)
  local count = #plan.limits
  local c = ffi_.new("by_limit[?]", math.max(count, 1))
  for i, limit in ipairs(plan.limits) do
    c[i - 1].count, c[i - 1].period_s = limit.count, limit.period_s
    c[i - 1].weighted = limit.weighted and 1 or 0
  end
  local path = ("%s/%s-%s"):format(folder, plan.name:gsub("[^%w_-]", "_"), key_of(plan, secrets))
  return setmetatable({
    c = ffi.make("by_limits", C.by_limits_close, C.by_limits_open, path, c, count, clock.now()),
    headers = plan.provider.rate_headers or {},
    wait = ffi_.new "double[1]", news = ffi_.new "by_limit_news",
  }, Limits)
end

--- Takes a request; seconds to wait when it may not be sent yet, 0 when it was taken.
---@param weight number
---@param now number
---@return number seconds
function Limits:take(weight, now)
  ffi.call(C.by_limits_take, self.c, weight, now, self.wait)
  return self.wait[0]
end

local function number_of(headers, name)
  return name and tonumber(headers[name]) or 0 / 0
end

--- When the vendor's window ends, by its headers.
---@return number seconds since 1970, NaN when they do not say
function Limits:reset(headers, now)
  local reset = number_of(headers, self.headers.reset)
  return self.headers.reset_is == "seconds" and now + reset or reset
end

--- Takes in what the headers of an answer tell.
---@param headers table<string, string>
---@param in_flight integer
---@param now number
function Limits:learn(headers, in_flight, now)
  local news, names = self.news, self.headers
  news.limit, news.remaining = number_of(headers, names.limit), number_of(headers, names.remaining)
  news.reset_s, news.used = self:reset(headers, now), number_of(headers, names.used)
  news.in_flight = in_flight
  ffi.call(C.by_limits_learn, self.c, news, now)
end

--- The vendor refused a request for too many.
---@param until_s number? when it may be tried again
---@param now number
function Limits:refused(until_s, now)
  ffi.call(C.by_limits_refused, self.c, until_s or 0 / 0, now)
end

function Limits:close()
  ffi.close(self.c, C.by_limits_close)
  self.c = nil
end

return M
