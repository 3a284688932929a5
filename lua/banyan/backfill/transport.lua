-- SPDX-License-Identifier: MIT
-- The transport for Lua: requests go out, and what became of them comes back one by one.
local ffi_ = require "ffi"
local clock = require "banyan.clock"
local ffi = require "banyan.ffi"

local C = ffi.C
local M = {}

local CONNECT_S, STALL_S, TOTAL_S = 10, 20, 120
-- A clock that runs fast must not make the watchdog bite before a machine can answer at all.
local LEAST_MS = 500

---@class banyan.Transport
---@field c ffi.cdata* by_fetcher *
local Transport = {}
Transport.__index = Transport

local function milliseconds(seconds)
  return math.max(LEAST_MS, clock.real(seconds) * 1000)
end

---@param options { ca_file: string?, http1: boolean? }
---@param secrets banyan.Secrets
---@return banyan.Transport
function M.new(options, secrets)
  local c = ffi_.new "by_fetch_options"
  c.ca_file = options.ca_file
  c.http1 = options.http1 and 1 or 0
  c.connect_ms, c.stall_ms = milliseconds(CONNECT_S), milliseconds(STALL_S)
  c.total_ms = milliseconds(TOTAL_S)
  local transport = {
    c = ffi.make("by_fetcher", C.by_fetcher_free, C.by_fetcher_new, c, secrets.c),
    secrets = secrets, -- the fetcher borrows them
    event = ffi_.new "by_fetch_event", stats = ffi_.new "by_fetch_stats",
    in_flight = 0,
  }
  return setmetatable(transport, Transport)
end

--- Sends a request.
---@param id integer comes back with the answer
---@param request { method: string?, url: string, headers: string[], body: string? }
function Transport:start(id, request)
  local c = ffi_.new "by_fetch_request"
  local headers = ffi_.new("const char *[?]", #request.headers + 1, request.headers)
  c.id, c.method, c.url, c.body = id, request.method or "GET", request.url, request.body
  c.headers, c.header_count = headers, #request.headers
  ffi.call(C.by_fetch_start, self.c, c)
  self.in_flight = self.in_flight + 1
end

--- Ends a request early; it comes back as CANCELLED.
---@param id integer
function Transport:cancel(id)
  C.by_fetch_cancel(self.c, id)
end

local ENDS = {}
for _, name in ipairs { "ANSWERED", "UNREACHABLE", "TLS", "TIMEOUT", "CUT", "TOO_LARGE", "REFUSED",
  "CANCELLED" } do
  ENDS[tonumber(C["BY_FETCH_" .. name])] = name
end

local function headers_of(event)
  local headers = {}
  for i = 0, event.header_count - 1 do
    headers[ffi_.string(event.headers[i].name)] = ffi_.string(event.headers[i].value)
  end
  return headers
end

---@class banyan.Answer
---@field id integer
---@field ended string name of a by_fetch_end without BY_FETCH_
---@field status integer of HTTP
---@field headers table<string, string> names in lower case
---@field body ffi.cdata* const char *; valid until the next wait
---@field size integer
---@field bytes integer received
---@field retry_after_s number? what Retry-After says
---@field message string

--- What ended next, waiting up to a time of the clock. The body lives until the next wait.
---@param seconds number
---@return banyan.Answer?
function Transport:wait(seconds)
  self:release()
  local ms = math.min(1000, clock.real(seconds) * 1000)
  local event = self.event
  if C.by_fetch_wait(self.c, math.ceil(ms), event) == 0 then return nil end
  self.held = true
  self.in_flight = self.in_flight - 1
  return {
    id = tonumber(event.id),
    ended = ENDS[event["end"]],
    status = event.status,
    headers = headers_of(event),
    body = event.body,
    size = tonumber(event.body_size),
    bytes = tonumber(event.wire_bytes),
    retry_after_s = event.retry_after_s >= 0 and event.retry_after_s or nil,
    message = ffi_.string(event.message),
  }
end

--- How many connections were opened so far.
---@return integer
function Transport:connections()
  C.by_fetcher_stats(self.c, self.stats)
  return tonumber(self.stats.connections)
end

--- Frees the last answer.
function Transport:release()
  if self.held then C.by_fetch_event_free(self.event) end
  self.held = false
end

function Transport:close()
  self:release()
  ffi.close(self.c, C.by_fetcher_free)
  self.c = nil
end

return M
