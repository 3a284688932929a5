-- SPDX-License-Identifier: MIT
-- Secrets as plans and providers write them: the names of keys, never their values. The values are
-- in the transport (cache/secret.h), which puts them where their marks stand.
local failure = require "banyan.failure"

local M = {}

local NAME_MAX = 128

---@class banyan.Secret a text with secrets in it
---@field package parts (string|{ name: string, optional: boolean, basic: string[]? })[]
local Secret = {}
Secret.__index = Secret

function Secret:__tostring()
  local texts = {}
  for i, part in ipairs(self.parts) do
    texts[i] = type(part) == "string" and part or ("<secret %s>"):format(part.name)
  end
  return table.concat(texts)
end

local function append(parts, value)
  if M.is(value) then
    for _, part in ipairs(value.parts) do parts[#parts + 1] = part end
  elseif type(value) == "string" or type(value) == "number" then
    parts[#parts + 1] = tostring(value)
  else
    failure.fail("STRATEGY", "secret: only texts can be joined to a secret, not a %s", type(value))
  end
end

function Secret.__concat(left, right)
  local parts = {}
  append(parts, left)
  append(parts, right)
  return setmetatable({ parts = parts }, Secret)
end

--- Whether a value is a secret, or a text with secrets in it.
function M.is(value)
  return getmetatable(value) == Secret
end

--- A key by its name: the variable of the environment, or else the line NAME=value of the key file.
--- It can be joined with texts ("Bearer " .. secret) and never be read.
---@param name string
---@param options { optional: boolean? }? optional: left out of requests when there is no such key
---@return banyan.Secret
function M.new(name, options)
  if type(name) ~= "string" or #name > NAME_MAX or not name:find "^[%a_][%w_]*$" then
    failure.fail("STRATEGY", "secret: takes the name of a variable such as \"MINE_API_KEY\", "
      .. "letters, digits and _, never the key itself")
  end
  local optional = false
  for key, value in pairs(options or {}) do
    if key ~= "optional" or type(value) ~= "boolean" then
      failure.fail("STRATEGY", "secret %s: the only option is optional = true", name)
    end
    optional = value
  end
  return setmetatable({ parts = { { name = name, optional = optional } } }, Secret)
end

-- The name of a secret that stands alone.
local function name_of(value)
  local part = M.is(value) and #value.parts == 1 and value.parts[1]
  if type(part) ~= "table" or part.basic then
    failure.fail("STRATEGY", "basic: takes two secrets, such as b.basic(b.secret \"MINE_USER\", "
      .. "b.secret \"MINE_PASSWORD\")")
  end
  return part.name
end

--- What stands behind "Basic " in an Authorization header.
---@param user banyan.Secret
---@param password banyan.Secret? none: the key is the user, as some vendors want it
---@return banyan.Secret
function M.basic(user, password)
  local basic = { name_of(user), password and name_of(password) }
  return setmetatable({ parts = { { name = "basic " .. table.concat(basic, " "), optional = false,
    basic = basic } } }, Secret)
end

--- The names of the secrets in a value.
---@return string[]
function M.names(value)
  local names = {}
  for _, part in ipairs(M.is(value) and value.parts or {}) do
    if type(part) == "table" then names[#names + 1] = part.name end
  end
  return names
end

--- A secret that was made at run time, under the name that messages show.
---@param name string
---@return banyan.Secret
function M.made(name)
  return setmetatable({ parts = { { name = name, optional = false } } }, Secret)
end

--- The text that goes to the transport, with marks in the place of secrets; nil when an optional
--- secret is absent.
---@param value banyan.Secret|string
---@param resolve fun(name: string, optional: boolean, basic: string[]?): integer? the handle of a secret
---@param encode (fun(text: string): string)? of the texts around the secrets
---@return string?
function M.marked(value, resolve, encode)
  local texts = {}
  for i, part in ipairs(M.is(value) and value.parts or { value }) do
    if type(part) == "string" then
      texts[i] = encode and encode(part) or part
    else
      local handle = resolve(part.name, part.optional, part.basic)
      if not handle then return nil end
      texts[i] = ("\1%d\2"):format(handle)
    end
  end
  return table.concat(texts)
end

return M
