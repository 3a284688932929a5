-- SPDX-License-Identifier: MIT
-- What a provider asks for, as a request for the transport: URL, headers, and marks where secrets
-- go. Whatever stands in a path or a query is percent-encoded here, so that no symbol of a plan can
-- become a part of a URL that it is not.
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local provider_of = require "banyan.provider"
local secret_of = require "banyan.secret"

local M = {}

local URL_MAX = 32768 -- longer ones are refused by servers anyway
local WEIGHT_MAX = 1000000

local function fail(provider, message, ...)
  failure.fail("PROVIDER", "provider %s: " .. message, provider.name, ...)
end

local function percent(character)
  return ("%%%02X"):format(character:byte())
end

--- A text as a value in a query. Commas stay, at which vendors take lists of symbols apart, and the
--- colons of times.
---@param text string
---@return string
function M.encode(text)
  return (text:gsub("[^%w%-%._~,:]", percent))
end

local function encode_segment(text)
  return (text:gsub("[^%w%-%._~,:@!$'()*+;=]", percent))
end

-- Whole numbers without an exponent, as times in milliseconds need it.
local function plain(value)
  if type(value) ~= "number" then return tostring(value) end
  return value % 1 == 0 and ("%.0f"):format(value) or ("%.17g"):format(value)
end

local function check_segment(provider, segment)
  if segment == "." or segment == ".." then
    fail(provider, "the path of a request has a part '%s', which would climb out of it", segment)
  end
  return encode_segment(segment)
end

--- A path, which is a text or a list of its parts, percent-encoded.
local function path_of(provider, path)
  if type(path) == "table" then
    local parts = {}
    for i, part in ipairs(path) do parts[i] = check_segment(provider, plain(part)) end
    return "/" .. table.concat(parts, "/")
  elseif type(path) ~= "string" or path:sub(1, 1) ~= "/" then
    fail(provider, "a request needs a path that begins with '/', or a list of the parts of one")
  end
  return (path:gsub("[^/]+", function(part) return check_segment(provider, part) end))
end

local VALUES = { string = true, number = true, boolean = true }

local function add_query(provider, parts, name, value, resolve)
  if value == nil then return end
  if type(name) ~= "string" or name == "" then
    fail(provider, "the query of a request is a list of { name, value }")
  end
  local text
  if secret_of.is(value) then
    text = secret_of.marked(value, resolve, M.encode)
  elseif VALUES[type(value)] then
    text = M.encode(plain(value))
  else
    fail(provider, "the value of '%s' in the query of a request is a %s, not a text or a number",
      name, type(value))
  end
  if text then parts[#parts + 1] = M.encode(name) .. "=" .. text end
end

local function check_table(provider, name, value)
  if value ~= nil and type(value) ~= "table" then
    fail(provider, "'%s' of a request is a %s, not a table", name, type(value))
  end
  return value or {}
end

local function query_of(provider, pairs_in_order, auth, resolve)
  local parts = {}
  for _, pair in ipairs(pairs_in_order) do
    if type(pair) ~= "table" then
      fail(provider, "the query of a request is a list of { name, value }")
    end
    add_query(provider, parts, pair[1], pair[2], resolve)
  end
  for _, name in ipairs(lists.sorted_keys(auth and auth.query)) do
    add_query(provider, parts, name, auth.query[name], resolve)
  end
  return table.concat(parts, "&")
end

local function add_headers(provider, list, headers, resolve)
  for _, name in ipairs(lists.sorted_keys(headers)) do
    local value = headers[name]
    if type(value) == "number" then value = plain(value) end
    if type(value) ~= "string" and not secret_of.is(value) then
      fail(provider, "the header '%s' of a request is a %s, not a text", name, type(value))
    end
    if (name .. tostring(value)):find "%c" or not name:find "^[%w%-_]+$" then
      fail(provider, "the header '%s' has characters that no header can have",
        (name:gsub("%c", "?")))
    end
    local text = secret_of.marked(value, resolve)
    if text then list[#list + 1] = name .. ": " .. text end
  end
end

--- Scheme and host of a URL, and the path behind them.
---@param url string
---@return string? origin nil when it is no URL
---@return string? rest
function M.split(url)
  return url:match "^(%a[%w+.-]*://[^/?#]+)(.*)$"
end

local function trimmed(base_url)
  return (base_url:gsub("/+$", ""))
end

local function join(url, query)
  if query == "" then return url end
  return url .. (url:find("?", 1, true) and "&" or "?") .. query
end

-- A URL that is too long, for a mark that the vendor gave, is no fault of the provider's.
local function check_length(provider, url, token)
  if #url <= URL_MAX then return url end
  if token then return nil, ("the answer names a next page by %d characters"):format(#token) end
  fail(provider, "the URL of a request has %d characters, more than %d; let 'batch' allow fewer "
    .. "symbols at once", #url, URL_MAX)
end

-- A page is asked for in the query.
local function add_page(provider, query, job)
  local paging = provider.paging
  if not paging or not paging.parameter then return query end
  local with_page = {}
  for i, pair in ipairs(query) do with_page[i] = pair end
  if paging.kind == "token" then
    with_page[#with_page + 1] = { paging.parameter, job.token }
  elseif paging.kind == "number" then
    with_page[#with_page + 1] = { paging.parameter, paging.first + job.page }
  end
  return with_page
end

-- The answer names the next page by a whole URL, whose host is not trusted: it is asked from the
-- host of the plan, with the key as always.
local function followed(provider, base_url, next_url)
  local _, rest = M.split(next_url)
  if not rest or rest:sub(1, 1) ~= "/" or rest:find "[%c ]" then return nil end
  local origin, prefix = M.split(trimmed(base_url))
  local path, query = rest:match "^([^?#]*)%??([^#]*)"
  if prefix ~= "" and path:sub(1, #prefix + 1) ~= prefix .. "/" then path = prefix .. path end
  local dropped = {}
  for _, name in ipairs(provider.paging.drop or {}) do dropped[name:lower()] = true end
  local kept = {}
  for pair in query:gmatch "[^&]+" do
    if not dropped[pair:match "^[^=]*":lower()] then kept[#kept + 1] = pair end
  end
  return origin .. path, table.concat(kept, "&")
end

local function check_url(provider, url, base_url)
  if type(url) ~= "string" or url:find "[%c ]" or not M.split(url) then
    fail(provider, "a request needs a 'url' that is one, with everything in it percent-encoded")
  elseif M.split(url):lower() ~= (M.split(base_url) or ""):lower() then
    fail(provider, "a request goes to %s and not to the host of base_url, %s", M.split(url),
      base_url)
  end
  return url
end

---@class banyan.Request
---@field method string
---@field url string with marks of secrets
---@field headers string[] "Name: value", with marks of secrets
---@field weight number what it costs of weighted limits

-- nil and why when the vendor named a next page that cannot be asked for.
local function url_of(provider, asked, job, options)
  if provider.paging and provider.paging.kind == "next_url" and job.token then
    local url, query = followed(provider, options.base_url, job.token)
    if not url then return nil, "the answer names a next page that is no URL" end
    return check_length(provider,
      join(join(url, query), query_of(provider, {}, options.auth, options.resolve)), job.token)
  end
  local url = asked.url and check_url(provider, asked.url, options.base_url)
    or trimmed(options.base_url) .. path_of(provider, asked.path)
  local query = add_page(provider, check_table(provider, "query", asked.query), job)
  return check_length(provider, join(url, query_of(provider, query, options.auth,
    options.resolve)), job.token)
end

local WITHOUT_ASKING = { empty = true, bad_symbol = true, bad_request = true, entitlement = true }

-- What a provider says of a job without asking.
local function check_decided(provider, class, message)
  if not WITHOUT_ASKING[class] then
    fail(provider, "request(job) may answer 'empty', 'bad_symbol', 'bad_request' or 'entitlement' "
      .. "for itself, not '%s'", tostring(class))
  elseif message ~= nil and type(message) ~= "string" then
    fail(provider, "request(job): the message is a %s, not a text", type(message))
  end
  return class, message
end

local function check_weight(provider, weight)
  if weight == nil then return 1 end
  if type(weight) ~= "number" or not (weight > 0 and weight <= WEIGHT_MAX) then
    fail(provider, "the 'weight' of a request is a number above 0, at most %d, not %s", WEIGHT_MAX,
      tostring(weight))
  end
  return weight
end

--- The request for a page of a job; or nil, class and message when the provider itself knows that
--- there is nothing to ask for.
---@param provider banyan.Provider
---@param job table as providers see it
---@param options { base_url: string, auth: table?, resolve: fun(name: string, optional: boolean): integer? }
--- auth: what goes with every request, `headers` and `query`
---@return banyan.Request? request
---@return string? class
---@return string? message
function M.build(provider, job, options)
  local asked, class, message = provider_of.call(provider, "request", job)
  if asked == nil and class ~= nil then return nil, check_decided(provider, class, message) end
  if type(asked) ~= "table" then
    fail(provider, "request(job) must return a table with a path, not %s", type(asked))
  end
  local url, fault = url_of(provider, asked, job, options)
  if not url then return nil, "bad_request", fault end
  local headers = {}
  add_headers(provider, headers, check_table(provider, "headers", asked.headers), options.resolve)
  add_headers(provider, headers, options.auth and options.auth.headers, options.resolve)
  return { method = "GET", url = url, headers = headers,
    weight = check_weight(provider, asked.weight) }
end

--- The request that a hook waits for.
---@param provider banyan.Provider
---@param asked { path: string|any[], query: table[]? }
---@param options table as of `build`
---@return banyan.Request
function M.of_hook(provider, asked, options)
  if type(asked) ~= "table" then
    fail(provider, "a hook waits for the answers of ctx.get(path, query) alone")
  end
  local headers = {}
  add_headers(provider, headers, options.auth and options.auth.headers, options.resolve)
  local url = trimmed(options.base_url) .. path_of(provider, asked.path)
  local query = check_table(provider, "query", asked.query)
  return { method = "GET", headers = headers, weight = 1,
    url = check_length(provider, join(url, query_of(provider, query, options.auth,
      options.resolve))) }
end

return M
