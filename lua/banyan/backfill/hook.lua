-- SPDX-License-Identifier: MIT
-- Functions of a provider that may ask the server themselves (auth, prepare): they run as coroutines,
-- and each `ctx.get` in them waits for an answer that goes the same way as all others.
local json = require "banyan.json"
local provider_of = require "banyan.provider"
local request_of = require "banyan.backfill.request"

local M = {}

---@class banyan.Hook
---@field failures integer in a row, of the present request
---@field ready_at number
local Hook = {}
Hook.__index = Hook

local function context(secrets)
  return {
    get = function(path, query)
      return coroutine.yield { path = path, query = query }
    end,
    secret = function(name, text)
      return secrets:of_text(name, text)
    end,
    json = json.decode,
  }
end

--- Starts a function of a provider; it runs up to its first request. What it raises is raised, as a
--- failure that names it.
---@param provider banyan.Provider
---@param name string of the field
---@param secrets banyan.Secrets
---@param done fun(...) called with what it returns
---@return banyan.Hook
function M.new(provider, name, secrets, done, ...)
  local hook = setmetatable({ co = coroutine.create(provider[name]), provider = provider, name = name,
    done = done, failures = 0, timeouts = 0, ready_at = 0, is_hook = true }, Hook)
  hook:resume(context(secrets), ...)
  return hook
end

-- What the coroutine did: it asks on, or has ended with results.
local function went_on(hook, ok, ...)
  if not ok then provider_of.raise(hook.provider, hook.name, (...)) end
  hook.failures, hook.timeouts = 0, 0
  hook.ended = coroutine.status(hook.co) == "dead"
  if hook.ended then return hook.done(...) end
  hook.wanted = ...
end

--- Goes on with an answer, to the next request or to the end. Errors of the function are raised.
function Hook:resume(...)
  went_on(self, coroutine.resume(self.co, ...))
end

--- The request that it waits for.
---@param options table of banyan.backfill.request
---@return banyan.Request
function Hook:request(options)
  return request_of.of_hook(self.provider, self.wanted, options)
end

return M
