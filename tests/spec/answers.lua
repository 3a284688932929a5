-- SPDX-License-Identifier: MIT
-- Providers without a network: the requests that they would send, and answers as if they had come.
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"
local answer_of = require "banyan.backfill.answer"
local dates = require "banyan.dates"
local provider_of = require "banyan.provider"
local request_of = require "banyan.backfill.request"
local store_of = require "banyan.store"
local task_of = require "banyan.backfill.task"

local C = ffi.C
local M = {}

M.NOW = dates.parse "2024-06-14"

--- A job of a provider that ships, as its functions see it: those of a whole day, unless `changes`
--- to the job (first, end_ as dates or seconds; symbols, timeframe, mode) or to the plan (adjustment,
--- feed, base_url, context) say otherwise.
---@return table plan
---@return table view
function M.job(name, changes)
  changes = changes or {}
  local function seconds(value) return type(value) == "string" and dates.parse(value) or value end
  local provider = type(name) == "table" and name or provider_of.named(name)
  local plan = { provider = provider, name = provider.name,
    base_url = changes.base_url or provider.base_url,
    adjustment = changes.adjustment or provider.adjustments[1],
    feed = changes.feed or provider.feeds and provider.feeds[1] }
  local timeframe = changes.timeframe or "1d"
  local symbols = changes.symbols or { "AAPL" }
  local view = task_of.new({ mode = changes.mode or (#symbols > 1 and "symbols" or "symbol"),
    timeframe = timeframe, seconds = store_of.TIMEFRAMES[timeframe], symbols = symbols,
    first = seconds(changes.first or "2024-01-02"), end_ = seconds(changes.end_ or "2024-01-06") },
    plan, changes.context).view
  view.now = changes.now or M.NOW
  view.page, view.token = changes.page or 0, changes.token
  return plan, view
end

--- The request for a page of a job; secrets are shown by their names.
---@return string? url
---@return string headers_or_class
---@return string? message
function M.request(name, changes)
  local plan, view = M.job(name, changes)
  local names, handles = {}, {}
  local request, class, message = request_of.build(plan.provider, view, {
    base_url = plan.base_url, auth = plan.provider.auth,
    resolve = function(secret, optional)
      if optional then return nil end
      handles[secret] = handles[secret] or #names + 1
      names[handles[secret]] = secret
      return handles[secret]
    end,
  })
  if not request then return nil, class, message end
  local function shown(text)
    return (text:gsub("\1(%d+)\2", function(handle) return "<" .. names[tonumber(handle)] .. ">" end))
  end
  return shown(request.url), shown(table.concat(request.headers, "\n"))
end

--- What an answer means.
---@param answer { status: integer?, headers: table?, body: string, retry_after_s: number? }
---@return banyan.Class
---@return ffi.cdata*? page by_page *
function M.take(name, answer, changes)
  local plan, view = M.job(name, changes)
  local lower = {}
  for header, value in pairs(answer.headers or {}) do lower[header:lower()] = value end
  local class, page = answer_of.take({ status = answer.status or 200, headers = lower,
    body = ffi_.cast("const char *", answer.body), size = #answer.body,
    retry_after_s = answer.retry_after_s or tonumber(lower["retry-after"]) }, plan, view)
  return class, page
end

--- The rows of a page as texts "SYMBOL DAY-OR-TIME open high low close volume", in their order; "-"
--- for what is not told.
---@return string[]
function M.rows(page)
  local list, rows = {}, ffi_.new "by_page_rows"
  local function shown(value) return value == value and ("%.15g"):format(value) or "-" end
  for index = 0, C.by_page_symbol_count(page) - 1 do
    C.by_page_rows_at(page, index, rows)
    for i = 0, rows.bars.count - 1 do
      local time = tonumber(rows.bars.time[i])
      list[#list + 1] = table.concat({ ffi_.string(rows.symbol),
        time % 86400 == 0 and dates.format(time) or dates.format_utc(time),
        shown(rows.bars.open[i]), shown(rows.bars.high[i]), shown(rows.bars.low[i]),
        shown(rows.bars.close[i]), shown(rows.bars.volume[i]) }, " ")
    end
  end
  return list
end

return M
