-- SPDX-License-Identifier: MIT
-- How the pages of a job follow each other: which comes next, which is the last, and which cannot be
-- believed.
local bit = require "bit"
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"

local C = ffi.C
local M = {}

local PAGES_MAX = 100000
local EMPTY_MOST = 200 -- pages without a row, one after the other
local ROWS_MOST = 2 -- times as many rows as there can be bars

---@class banyan.Chain
---@field kind string of the provider's paging, "none" without
local Chain = {}
Chain.__index = Chain

local rows = ffi_.new "by_page_rows"

--- The rows of a chain, at most; beyond, it has no end.
local function most_rows(job, page_rows)
  if job.mode == "date" then return math.huge end
  return ROWS_MOST * (#job.symbols * math.ceil((job.end_ - job.first) / job.seconds) + page_rows)
end

---@param job banyan.Job
---@param paging table? of the provider
---@param view table the job as the provider sees it; what it is to ask for next is written there
---@param page_rows number? most rows of a page
---@return banyan.Chain
function M.new(job, paging, view, page_rows)
  return setmetatable({ job = job, kind = paging and paging.kind or "none", paging = paging,
    view = view, page_rows = page_rows, row_count = 0, empty = 0,
    rows_most = most_rows(job, page_rows or 0) }, Chain)
end

--- The latest time before another one among the rows of a symbol; -math.huge when there is none.
---@param symbol_rows ffi.cdata* by_page_rows
---@param end_ number
---@return number
function M.last_before(symbol_rows, end_)
  local last = tonumber(symbol_rows.last_time)
  if last < end_ then return last end
  last = -math.huge
  local time = symbol_rows.bars.time
  for i = 0, tonumber(symbol_rows.bars.count) - 1 do
    local at = tonumber(time[i])
    if at < end_ and at > last then last = at end
  end
  return last
end

-- The earliest and the latest time of a page, and the latest before the end of the job.
local function times_of(page, end_)
  local first, last, inside = math.huge, -math.huge, -math.huge
  for i = 0, C.by_page_symbol_count(page) - 1 do
    C.by_page_rows_at(page, i, rows)
    if rows.bars.count > 0 then
      first = math.min(first, tonumber(rows.first_time))
      last = math.max(last, tonumber(rows.last_time))
      inside = math.max(inside, M.last_before(rows, end_))
    end
  end
  return first, last, inside
end

-- What stands beside the rows of a page.
local function field_of(page)
  return function(path)
    local value = C.by_page_field(page, path)
    return value ~= nil and ffi_.string(value) or nil
  end
end

-- By kind: true when the chain has ended; or nil and what is wrong.
local advance = {}

function advance.none()
  return true
end

-- The token of each page whose number is a power of two is kept, so that any circle is found.
function advance.token(self, _, field)
  local token, view = field(self.paging.field), self.view
  if not token or token == "" or token == "false" then return true end
  if token == view.token or token == self.landmark then
    return nil, "the same next page came twice"
  end
  if bit.band(view.page, view.page - 1) == 0 then self.landmark = token end
  view.token = token
  return false
end

advance.next_url = advance.token

function advance.number(self, page, field)
  local last = field(self.paging.last)
  if last == nil then return C.by_page_row_count(page) == 0 end
  return last == "true"
end

function advance.time(self, page)
  if C.by_page_row_count(page) == 0 then return true end
  local first, _, inside = times_of(page, self.job.end_)
  if first >= self.job.end_ then return true end
  local cursor = inside + self.job.seconds
  if cursor >= self.job.end_ then return true end
  if cursor <= self.view.cursor then return nil, "the page does not go on from where it was asked" end
  self.view.cursor = cursor
  return false
end

-- What is wrong with a chain that goes on and on.
local function endless(self, page)
  local count = tonumber(C.by_page_row_count(page))
  self.row_count = self.row_count + count
  self.empty = count == 0 and self.empty + 1 or 0
  if self.row_count > self.rows_most or self.empty > EMPTY_MOST or self.view.page >= PAGES_MAX then
    return ("the pages do not end: %d of them with %d rows so far"):format(self.view.page + 1,
      self.row_count)
  end
end

--- Takes a page in.
---@param page ffi.cdata* by_page *
---@param field (fun(path: string): string?)? what stands beside its rows, where the page does not know
---@return boolean? ended nil when it cannot follow the pages before it
---@return string? fault
function Chain:advance(page, field)
  local page_number, token, cursor = self.view.page, self.view.token, self.view.cursor
  local ended, fault = advance[self.kind](self, page, field or field_of(page))
  if ended == false then
    fault = endless(self, page)
    if fault then
      self.view.token, self.view.cursor, ended = token, cursor, nil
    end
  end
  if ended ~= nil then self.view.page = page_number + 1 end
  return ended, fault
end

--- Whether the last page may lack rows: it is as full as a page can be, and the vendor did not say
--- that it is the last one.
---@param page ffi.cdata* by_page *
---@return boolean
function Chain:may_be_cut(page)
  local told = self.kind == "number" or self.view.page > 1 and self.kind ~= "time"
  if told or tonumber(C.by_page_row_count(page)) ~= self.page_rows then return false end
  local first, last = times_of(page, self.job.end_)
  return first >= self.job.first and last < self.job.end_
end

return M
