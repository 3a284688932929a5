-- SPDX-License-Identifier: MIT
-- An answer as the functions of a provider see it: decoded into a page when it went well, and
-- classified.
local ffi_ = require "ffi"
local checks = require "banyan.provider_checks"
local classify = require "banyan.backfill.classify"
local clip = require "banyan.backfill.clip"
local ffi = require "banyan.ffi"
local json = require "banyan.json"
local provider_of = require "banyan.provider"

local C = ffi.C
local M = {}

local TEXT_MOST = 65536 -- of a body that was decoded, as text

local LAYOUTS = { rows = C.BY_LAYOUT_ROWS, map_of_rows = C.BY_LAYOUT_MAP_OF_ROWS,
  columns = C.BY_LAYOUT_COLUMNS, keyed = C.BY_LAYOUT_KEYED, csv = C.BY_LAYOUT_CSV }
local UNITS = { text = C.BY_TIME_TEXT, s = C.BY_TIME_S, ms = C.BY_TIME_MS, us = C.BY_TIME_US,
  ns = C.BY_TIME_NS }
local UNREADABLE = { DATA = true, LIMIT = true } -- what else goes wrong is a fault of the provider
local FIELDS = { "time", "open", "high", "low", "close", "volume" }

--- The description of an answer's shape for the decoder. The texts belong to `decode` and `view`,
--- which must live as long as it is used.
---@param decode table as in a provider
---@param view table the job
---@return ffi.cdata* by_decode_spec
function M.spec(decode, view)
  local spec = ffi_.new "by_decode_spec"
  spec.layout = LAYOUTS[decode.layout]
  spec.time_unit = UNITS[decode.time or "text"]
  spec.path = decode.path or ""
  spec.symbol = decode.symbol
  spec.default_symbol = view.symbol
  for _, name in ipairs(FIELDS) do spec[name] = decode.fields and decode.fields[name] end
  spec.adjusted = decode.fields and decode.fields.adjusted
  spec.timeframe_seconds = view.seconds
  spec.day_shift_seconds = decode.day_shift_s or 0
  spec.stamp_end = decode.stamp == "end" and 1 or 0
  spec.no_trade_rows = decode.no_trade_rows and 1 or 0
  spec.final_newline = decode.final_newline and 1 or 0
  spec.local_time = decode.zone_s and 1 or 0
  spec.zone_seconds = decode.zone_s or 0
  return spec
end

-- A column for C. What is no number in an array of Lua is refused.
local function column(name, values, count, c_type)
  if values == nil or type(values) == "cdata" then return values end
  if type(values) ~= "table" then
    return nil, ("'%s' is a %s, not an array"):format(name, type(values))
  end
  local c = ffi_.new(c_type, math.max(count, 1))
  for i = 1, count do
    local value = values[i]
    if type(value) ~= "number" and (value ~= nil or name == "time") then
      return nil, ("element %d of '%s' is a %s, not a number"):format(i, name, type(value))
    end
    c[i - 1] = value or 0 / 0
  end
  return c
end

-- The columns of a symbol; nil and what is wrong with them.
local function bars_of(of_symbol)
  local time = type(of_symbol) == "table" and of_symbol.time
  if type(time) ~= "table" and not (type(time) == "cdata" and of_symbol.count) then
    return nil, "there is no array 'time'"
  elseif of_symbol.close == nil then
    return nil, "there is no 'close'"
  end
  local bars, held = ffi_.new "by_bars", {}
  bars.count = type(time) == "table" and #time or of_symbol.count
  for _, name in ipairs(FIELDS) do
    local c_type = name == "time" and "int64_t[?]" or "double[?]"
    local values, fault = column(name, of_symbol[name], tonumber(bars.count), c_type)
    if fault then return nil, fault end
    held[name], bars[name] = values, values
  end
  return bars, held
end

--- A page of columns that a provider's own Lua code made.
---@param columns table<string, table> by vendor symbol; arrays of Lua, or of the FFI with `count`
---@param provider banyan.Provider
---@param name string of the function that made them
---@return ffi.cdata* by_page *, freed when it is collected
function M.page_of(columns, provider, name)
  if type(columns) ~= "table" then
    ffi.fail("PROVIDER", "provider %s: %s returned no table of columns", provider.name, name)
  end
  local page = ffi.make("by_page", C.by_page_free, C.by_page_new)
  for symbol, of_symbol in pairs(columns) do
    local bars, held = bars_of(of_symbol)
    if not bars or type(symbol) ~= "string" then
      ffi.fail("PROVIDER", "provider %s: %s: columns of '%s': %s", provider.name, name,
        tostring(symbol), bars and "that is no text" or held)
    end
    ffi.call(C.by_page_add, page, symbol, bars)
    held.time = nil -- named behind the call, so that nothing is collected before
  end
  return page
end

local function decode(answer, provider, view, response)
  if provider.decode_lua then
    response.text = ffi_.string(answer.body, answer.size)
    local columns, fields = provider_of.call(provider, "decode_lua", response, view)
    if columns == nil and type(fields) == "string" then ffi.fail("DATA", "%s", fields) end
    response.own_fields = type(fields) == "table" and fields or {}
    response.has_rows = true
    return M.page_of(columns, provider, "decode_lua")
  end
  local shape = provider.decode
  if type(shape) == "function" then
    shape = provider_of.call(provider, "decode", view)
    checks.decode(provider, shape)
  end
  local spec = M.spec(shape, view)
  return ffi.make("by_page", C.by_page_free, C.by_decode, spec, answer.body, answer.size,
    provider.name)
end

local function response_of(answer)
  local response = { status = answer.status, headers = answer.headers, row_count = 0,
    has_rows = false, retry_after_s = answer.retry_after_s }
  function response.json()
    if response.parsed == nil then
      local ok, value = pcall(json.decode, ffi_.string(answer.body, answer.size))
      response.parsed = ok and type(value) == "table" and value
    end
    return response.parsed or nil
  end
  function response.field(path)
    if response.own_fields then
      local value = response.own_fields[path]
      return value ~= nil and tostring(value) or nil
    end
    local value = response.page and C.by_page_field(response.page, path)
    return value ~= nil and ffi_.string(value) or nil
  end
  return response
end

local function add_text(response, answer)
  if answer.size <= TEXT_MOST or not response.page then
    response.text = ffi_.string(answer.body, math.min(answer.size, TEXT_MOST))
  end
end

--- Decodes and classifies the answer to a request of a job.
---@param answer banyan.Answer that ended as ANSWERED
---@param plan table
---@param view table the job as the provider sees it
---@return banyan.Class
---@return ffi.cdata*? page by_page *, when it could be decoded
---@return fun(path: string): string? field what stands beside the rows
function M.take(answer, plan, view)
  local provider = plan.provider
  local response = response_of(answer)
  if answer.status >= 200 and answer.status < 300 then
    local ok, page = pcall(decode, answer, provider, view, response)
    if ok then
      response.page = page
      response.row_count = tonumber(C.by_page_row_count(page))
      response.has_rows = response.has_rows or C.by_page_has_rows(page) == 1
    elseif ffi.failure_of(page) and UNREADABLE[page.status] then
      response.decode_error = page.message
    else
      error(page, 0)
    end
  end
  add_text(response, answer)
  local class, page = classify.of(provider, response, view), response.page
  if page and provider.whole_series then page = clip.page(page, view.first, view.end_) end
  return class, page, response.field
end

--- The answer to a request of a hook.
---@param answer banyan.Answer
---@return table response status, headers, text, json()
function M.plain(answer)
  local response = response_of(answer)
  response.text = ffi_.string(answer.body, answer.size)
  return response
end

return M
