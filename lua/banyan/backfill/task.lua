-- SPDX-License-Identifier: MIT
-- A job on its way: what its pages so far stand for.
--
-- Rows of a chain of pages come by time, of one symbol after the other or of several together. So a
-- symbol is covered up to its last row, as soon as the next page shows that the chain does not run
-- backwards; and to the end of the job when the chain has ended. Nothing else is ever taken for
-- covered: a page that is short, or a symbol that is absent, proves nothing before the end.
local ffi_ = require "ffi"
local chain_of = require "banyan.backfill.chain"
local dates = require "banyan.dates"
local ffi = require "banyan.ffi"
local provider_of = require "banyan.provider"
local request_of = require "banyan.backfill.request"
local text_of = require "banyan.text"

local C = ffi.C
local M = {}

local FAR_S = 366 * dates.DAY -- rows so far from what was asked for are no answer to it

---@class banyan.Task
---@field job table as the planner made it
---@field view table what the functions of the provider see of the job
---@field failures integer in a row, of the next page
---@field ready_at number when it may go on
local Task = {}
Task.__index = Task

--- A copy of a job with other symbols.
---@param job table
---@param symbols string[]
---@return table
function M.with_symbols(job, symbols)
  local copy = {}
  for key, value in pairs(job) do copy[key] = value end
  copy.symbols = symbols
  return copy
end

local function view_of(job, plan, context)
  local provider = plan.provider
  local view = {
    mode = job.mode, timeframe = job.timeframe, seconds = job.seconds,
    vendor_timeframe = provider.timeframes[job.timeframe],
    first = job.first, end_ = job.end_, last = job.end_ - job.seconds,
    first_date = dates.format(job.first), last_date = dates.format(job.end_ - job.seconds),
    adjustment = plan.adjustment, feed = plan.feed, base_url = plan.base_url, context = context,
    page = 0, cursor = job.first, symbols = {},
  }
  for i, symbol in ipairs(job.symbols) do
    view.symbols[i] = provider_of.symbol(provider, symbol)
  end
  view.symbol = view.symbols[1]
  return view
end

---@param job table
---@param plan table checked
---@param context any what the provider's `prepare` returned
---@return banyan.Task
function M.new(job, plan, context)
  local view, asked = view_of(job, plan, context), {}
  for _, symbol in ipairs(view.symbols) do asked[symbol] = true end
  return setmetatable({
    job = job, plan = plan, view = view, asked = asked,
    chain = chain_of.new(job, plan.provider.paging, view, provider_of.rows(plan.provider, view)),
    failures = 0, timeouts = 0, faults = 0, ready_at = 0,
    ordered = plan.provider.order ~= "desc",
    reached = {}, -- up to where a symbol is covered; nil: nothing of it yet
    sure = {}, -- up to where it will be when the next page shows that the chain runs forwards
    began = {}, -- the first time of its latest rows
    passed = {}, -- symbols that the chain has left behind
  }, Task)
end

--- The request for the next page; or nil, class and message when the provider itself knows that there
--- is nothing to ask for.
---@param options table of banyan.backfill.request
---@param now number
function Task:request(options, now)
  self.view.now = now
  return request_of.build(self.plan.provider, self.view, options)
end

local rows = ffi_.new "by_page_rows"

function Task:part(symbol, index, cover)
  local job = self.job
  local shadow = job.shadow and job.shadow[symbol]
  return {
    dataset = self.plan.dataset .. (shadow and "~" or ""), timeframe = job.timeframe,
    symbol = symbol, index = index, window = { job.first, job.end_ }, cover = cover,
    final_end = job.final_end or job.end_,
  }
end

function Task:cover(symbol, to)
  local from = self.reached[symbol] or self.job.first
  to = math.min(to, self.job.end_)
  self.reached[symbol] = math.max(from, to)
  return to > from and { from, to } or nil
end

-- Looks at all rows of a page: the places of its symbols, and up to where they reach.
local function look(self, page)
  local places, reach, found = {}, {}, 0
  for i, symbol in ipairs(self.job.symbols) do
    local index = page ~= nil and C.by_page_find(page, self.view.symbols[i]) or -1
    if index >= 0 then C.by_page_rows_at(page, index, rows) end
    if index >= 0 and rows.bars.count > 0 then
      local first = tonumber(rows.first_time)
      if first < (self.began[symbol] or first) then self.ordered = false end
      self.began[symbol], places[symbol], found = first, index, found + 1
      if rows.rising == 1 then
        reach[symbol] = chain_of.last_before(rows, self.job.end_) + self.job.seconds
      end
    end
  end
  return places, reach, found
end

-- A symbol with rows in a page that nobody asked for.
local function stranger_of(self, page)
  for i = 0, C.by_page_symbol_count(page) - 1 do
    C.by_page_rows_at(page, i, rows)
    local name = ffi_.string(rows.symbol)
    if rows.bars.count > 0 and not self.asked[name] then return name end
  end
end

-- A part for each symbol that has rows here, and for each whose coverage grows.
local function parts_of(self, page, ended)
  local parts, job = {}, self.job
  local places, reach, found = look(self, page)
  if page ~= nil and job.mode ~= "date" and found < C.by_page_symbol_count(page) then
    self.stranger = self.stranger or stranger_of(self, page)
  end
  for _, symbol in ipairs(job.symbols) do
    local cover
    if ended and self.stranger and not self.began[symbol] then
      self.absent = self.absent or {}
      table.insert(self.absent, symbol)
    elseif ended then
      cover = self:cover(symbol, job.end_)
    elseif self.ordered and self.sure[symbol] then
      cover = self:cover(symbol, self.sure[symbol])
    end
    if places[symbol] or cover then
      parts[#parts + 1] = self:part(symbol, places[symbol] or -1, cover)
    end
    if cover and not ended and not places[symbol] then
      self.passed[symbol], parts[#parts].passed = true, true
    end
  end
  self.sure = self.ordered and reach or {}
  return parts
end

-- What is wrong with a page whose rows are all of quite another time: their coverage would be a lie.
local function misplaced(self, page)
  local job, near, far = self.job, false, nil
  for _, symbol in ipairs(self.view.symbols) do
    local index = C.by_page_find(page, symbol)
    if index >= 0 then C.by_page_rows_at(page, index, rows) end
    if index >= 0 and rows.bars.count > 0 then
      near = near or rows.last_time >= job.first - FAR_S and rows.first_time < job.end_ + FAR_S
      far = far or tonumber(rows.first_time)
    end
  end
  if not far or near then return nil end
  return ("rows from %s on came, where those from %s to %s were asked for; if that is a mistake of the "
    .. "provider's 'decode', look at the unit of its times"):format(dates.format(far),
    self.view.first_date, self.view.last_date)
end

--- Takes a page in.
---@param page ffi.cdata*? by_page *; nil: the answer says that there is nothing
---@param field (fun(path: string): string?)? what stands beside its rows
---@param split (fun(job: table): table?, table?)? cuts a job in two
---@return banyan.Part[]? parts nil when the page is not to be believed
---@return boolean|string ended whether the chain has ended, "cut" when rows may be missing at its
--- end; or what is wrong
function Task:accept(page, field, split)
  local ended = true
  if page ~= nil then
    local fault = misplaced(self, page)
    if fault then return nil, fault end
    ended, fault = self.chain:advance(page, field)
    if ended == nil then return nil, fault end
    if ended and split and self.chain:may_be_cut(page) and split(self:remainder()) then
      self.sure, ended = {}, "cut"
    end
  end
  local parts = parts_of(self, page, ended == true)
  self.failures, self.timeouts = 0, 0
  return parts, ended
end

--- The symbols of which no row came, though rows of others did that were not asked for; and why that is
--- no answer.
---@return string[]
---@return string message
function Task:unanswered()
  return self.absent or {}, ("rows of '%s' came, which was not asked for, and none of this symbol; is it "
    .. "written as the provider writes it?"):format(text_of.shown(self.stranger))
end

--- Whether the end of the job is open for symbols that the chain has left behind: nothing says that
--- they have no more rows, and the next round asks.
---@return boolean
function Task:leaves_ends()
  for symbol in pairs(self.passed) do
    if self.reached[symbol] < self.job.end_ then return true end
  end
  return false
end

--- The job of what is not covered yet, without some symbols and those that the chain has left behind;
--- nil when nothing is left.
---@param without table<string, boolean>? symbols to leave out
---@return table?
function Task:remainder(without)
  local left = {}
  for _, symbol in ipairs(self.job.symbols) do
    if not self.passed[symbol] and not (without and without[symbol]) then left[#left + 1] = symbol end
  end
  if #left == 0 then return nil end
  local job = M.with_symbols(self.job, left)
  if #left == 1 then job.first = self.reached[left[1]] or job.first end
  return job.first < job.end_ and job or nil
end

--- The plan's name of a vendor's symbol.
---@param name string
---@return string? symbol
function Task:symbol_of(name)
  for i, vendor in ipairs(self.view.symbols) do
    if vendor == name then return self.job.symbols[i] end
  end
end

return M
