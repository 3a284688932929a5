-- SPDX-License-Identifier: MIT
-- What an answer of a vendor means. A provider may tell; where it does not, the status decides.
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local print_ = require "banyan.print"
local provider_of = require "banyan.provider"
local text_of = require "banyan.text"

local M = {}

local MESSAGE_MAX, SHOWN_BYTES = 200, 4096 -- characters, and bytes of which they are taken

--- No server is believed to want more than that.
M.WAIT_MOST_S = 25 * 3600

--- The classes, and what each means for the job.
M.CLASSES = {
  ok = "bars", empty = "asked, and there is nothing more", throttle = "too many requests",
  transient = "worth another try", auth = "the key or token was refused",
  entitlement = "not in the user's plan", bad_symbol = "the vendor does not know the symbol",
  bad_request = "the request is wrong", ban = "the server does not want to be asked for a while",
}

local BY_STATUS = {
  [206] = "transient", -- a part, though all was asked for
  [401] = "auth", [403] = "entitlement", [404] = "bad_symbol", [408] = "transient",
  [418] = "ban", [425] = "transient", [429] = "throttle",
}

local MESSAGE_FIELDS = { "message", "error", "msg", "detail", "Information", "Note" }

local function tidy(text)
  text = text_of.shown(text:gsub("<[^>]*>", " "), SHOWN_BYTES)
  text = text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  local cut = print_.cut(text, MESSAGE_MAX)
  return cut == text and text or cut .. " …"
end

--- What the vendor says in an answer that is none, in a line; "" when it says nothing.
---@param response table
---@return string
function M.message(response)
  local body = response.json()
  if type(body) == "table" then
    for _, field in ipairs(MESSAGE_FIELDS) do
      local text = body[field]
      if type(text) == "string" and text ~= "" then return tidy(text) end
    end
  end
  return tidy(response.text or "")
end

-- A page with a place for rows and none in it is one of its chain: another may follow.
-- A page without such a place says neither that there are bars nor that there are none: taking
-- it for an empty one would mark days as fetched that never were.
local function of_success(response)
  if response.decode_error then return "transient", response.decode_error end
  if response.has_rows then return "ok" end
  local said = M.message(response)
  return "transient", "the answer has no place for rows" .. (said ~= "" and ": " .. said or "")
end

local function by_status(response)
  local status = response.status
  if BY_STATUS[status] then return BY_STATUS[status] end
  if status >= 200 and status < 300 then return of_success(response) end
  return status >= 500 and "transient" or "bad_request"
end

local DETAILS = { wait_s = "number", until_s = "number", end_ = "number", symbol = "string",
  renew = "boolean" }

--- How long a server is waited for that says how long.
---@param asked_s number?
---@return number?
function M.wait_s(asked_s)
  return asked_s and math.min(asked_s, M.WAIT_MOST_S)
end

local function check_details(refuse, details)
  for key, value in pairs(details) do
    if not DETAILS[key] then
      local near = nearest(tostring(key), lists.sorted_keys(DETAILS))
      refuse("unknown detail '%s'%s", tostring(key), near and (", did you mean '%s'?"):format(near)
        or "; there is " .. table.concat(lists.sorted_keys(DETAILS), " "))
    elseif type(value) ~= DETAILS[key] then
      refuse("the detail '%s' is a %s, not a %s", key, type(value), DETAILS[key])
    end
  end
end

local function check(provider, class, message, details)
  local function refuse(what, ...)
    failure.fail("PROVIDER", "provider %s: classify: " .. what, provider.name, ...)
  end
  if not M.CLASSES[class] then
    refuse("'%s' is no class of answers; there is %s", tostring(class),
      table.concat(lists.sorted_keys(M.CLASSES), " "))
  elseif message ~= nil and type(message) ~= "string" then
    refuse("the message is a %s, not a text", type(message))
  elseif details ~= nil and type(details) ~= "table" then
    refuse("the details are a %s, not a table", type(details))
  end
  check_details(refuse, details or {})
end

---@class banyan.Class
---@field class string one of the keys of CLASSES
---@field message string what the vendor says, "" for nothing; not more than a line
---@field wait_s number? not to be asked again before so many seconds have passed
---@field until_s number? nor before this time
---@field symbol string? the vendor's name of the symbol that is meant
---@field end_ number? entitlement: what begins before this time may be asked for
---@field renew boolean? whether the token is to be renewed before the next try

--- What an answer means.
---@param provider banyan.Provider
---@param response table as providers see it
---@param job table as providers see it
---@return banyan.Class
function M.of(provider, response, job)
  local class, message, details
  if provider.classify then
    class, message, details = provider_of.call(provider, "classify", response, job)
    if class ~= nil then check(provider, class, message, details) end
  end
  if class == nil then class, message = by_status(response) end
  if class == "ok" and not response.page then
    class, message = "transient", response.decode_error or message
  end
  local result = { class = class, wait_s = M.wait_s(response.retry_after_s) }
  local quiet = class == "ok" or class == "empty"
  result.message = tidy(message or (quiet and "" or M.message(response)))
  for key, value in pairs(details or {}) do
    if value == value then result[key] = value end -- what was made of a vendor's text may be NaN
  end
  return result
end

return M
