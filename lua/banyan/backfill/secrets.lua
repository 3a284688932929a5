-- SPDX-License-Identifier: MIT
-- Keys of vendors for one run. Their values never come to Lua: what is handed out are handles.
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"
local secret_of = require "banyan.secret"

local C = ffi.C
local M = {}

---@class banyan.Secrets
---@field c ffi.cdata* by_secrets *
local Secrets = {}
Secrets.__index = Secrets

local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

--- The file in which keys may stand, beside the environment.
---@return string? path
function M.file()
  local home = environment "XDG_CONFIG_HOME"
    or environment "HOME" and os.getenv "HOME" .. "/.config"
  return home and home .. "/banyan/keys"
end

---@return banyan.Secrets
function M.new()
  return setmetatable({
    c = ffi.make("by_secrets", C.by_secrets_free, C.by_secrets_new),
    path = M.file(), handles = {}, out = ffi_.new "int32_t[1]",
  }, Secrets)
end

--- The handle of a key. Raises when neither the environment nor the key file has it.
---@param name string such as "APCA_API_KEY_ID"
---@param optional boolean? nil instead of raising
---@param basic string[]? names of user and password: both together, as HTTP basic authorization
---@return integer? handle
function Secrets:find(name, optional, basic)
  if basic and not self.handles[name] then
    local user, password = self:find(basic[1]), basic[2] and self:find(basic[2]) or -1
    ffi.call(C.by_secrets_basic, self.c, user, password, self.out)
    self.handles[name] = self.out[0]
  elseif not self.handles[name] then
    local found, failure = pcall(ffi.call, C.by_secrets_find, self.c, name, self.path, self.out)
    if not found then
      local absent = ffi.failure_of(failure) and failure.status == "PROVIDER"
      if not (optional and absent) then error(failure, 0) end
      return nil
    end
    self.handles[name] = self.out[0]
  end
  return self.handles[name]
end

--- A text that was made at run time, such as a token, as a secret.
---@param name string what messages show
---@param text string
---@return banyan.Secret
function Secrets:of_text(name, text)
  ffi.call(C.by_secrets_put, self.c, name, text, #text, self.out)
  self.handles[name] = self.out[0]
  return secret_of.made(name)
end

--- A text with the values of secrets overwritten.
---@param text string
---@return string
function Secrets:redact(text)
  local copy = ffi_.new("char[?]", #text + 1, text)
  C.by_secrets_redact(self.c, copy, #text)
  return ffi_.string(copy, #text)
end

--- A name for the limits of a key: tells keys apart, and does not tell the key.
---@param handle integer
---@return string
function Secrets:fingerprint(handle)
  return bit.tohex(C.by_secrets_fingerprint(self.c, handle))
end

function Secrets:close()
  ffi.close(self.c, C.by_secrets_free)
  self.c = nil
end

return M
