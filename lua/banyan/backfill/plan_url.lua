-- SPDX-License-Identifier: MIT
-- Where a provider is reached: the plan says so, or the environment, or the provider itself.
local failure = require "banyan.failure"

local M = {}

local function refuse(source, url, reason)
  -- What stands before an @ may be a password.
  failure.fail("STRATEGY", "backfill: %s '%s' %s", source, (url:gsub("//[^/]*@", "//…@")), reason)
end

--- Whether a host, as it stands in a URL, is this machine.
---@param host string without port
---@return boolean
function M.is_loopback(host)
  host = host:lower()
  return host == "localhost" or host == "[::1]" or host:find "^127%.%d+%.%d+%.%d+$" ~= nil
end

local function check_host(source, url, scheme, rest)
  local authority = rest:match "^[^/?#]*"
  if authority:find("@", 1, true) then
    refuse(source, url, "has a user or a password; keys are taken from the environment")
  end
  local host, port = authority:match "^(%[[%x:.]+%])(.*)$"
  if not host then host, port = authority:match "^([%w%-%._]+)(.*)$" end
  if not host or not (port == "" or port:find "^:%d%d?%d?%d?%d?$") then
    refuse(source, url, "has no host; write it like https://data.example.com")
  elseif scheme == "http" and not M.is_loopback(host) then
    refuse(source, url, "is http, which is taken for this machine only; use https")
  end
end

-- `free`: the provider has no address of its own, so the plan's is one of files, in whatever form
-- the provider takes.
local function check(source, url, free)
  if type(url) ~= "string" or url == "" or url:find "[%s%c]" then
    failure.fail("STRATEGY", "backfill: %s is a text such as \"https://data.example.com\" without "
      .. "blanks", source)
  end
  local scheme, rest = url:match "^(%a[%w+.-]*)://(.*)$"
  scheme = scheme and scheme:lower()
  if scheme == "https" or scheme == "http" then
    check_host(source, url, scheme, rest)
  elseif not free then
    refuse(source, url, "does not begin with https://")
  end
  if free then return url end
  if url:find "[?#]" then
    refuse(source, url, "has a query or a fragment; the provider's own paths follow behind it")
  end
  return (url:gsub("/+$", ""))
end

--- The name of the variable that moves a provider.
---@param name string of the provider
---@return string
function M.variable(name)
  return ("BANYAN_%s_URL"):format(name:upper():gsub("[^%w]", "_"))
end

--- The address that holds for a plan; nil for providers that ask no server.
---@param fields { base_url: string? } of the plan
---@param provider banyan.Provider
---@param environment fun(name: string): string?
---@return string?
function M.check(fields, provider, environment)
  local variable = M.variable(provider.name)
  local moved = environment(variable)
  local url, source = fields.base_url, "'base_url'"
  if url == nil and moved ~= nil and moved ~= "" then url, source = moved, variable end
  if url == nil and provider.base_url == nil then return nil end
  if url == nil then
    url, source = provider.base_url, ("the base_url of provider '%s'"):format(provider.name)
  end
  return check(source, url, provider.base_url == nil)
end

return M
