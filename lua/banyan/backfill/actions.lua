-- SPDX-License-Identifier: MIT
-- Splits of shares, as far as they may explain noted jumps of prices: which symbols have jumps that
-- no action on file explains, the questions for these alone, and what the answers explain.
--
-- What is noted in the store decides, so that nothing is forgotten when a run ends early. Bars
-- matter more: whatever goes wrong here is a remark, and no failure of the run.
local classify = require "banyan.backfill.classify"
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local provider_of = require "banyan.provider"
local request_of = require "banyan.backfill.request"
local retry = require "banyan.backfill.retry"

local M = {}

local BEFORE_S = 10 * dates.DAY -- an action may lie so much before its jump
local LATE_S = 30 * dates.DAY -- vendors may tell of an action so long after it
local AGAIN_S = dates.DAY -- and are not asked again sooner
local QUESTIONS_MOST = 50 -- the others come in the next run
local PAGES_MOST = 100
local GARBLED_MOST = 3
local PATIENCE_S = 120

-- Questions ------------------------------------------------------------------------------------

---@class banyan.Question takes the place of a hook among the driver's tasks
---@field from number all actions from this date on are asked for
---@field told table<string, table<number, number>> by symbol and date: ratio
---@field ended boolean?
local Question = {}
Question.__index = Question

local function view_of(plan, symbols, from, now)
  local provider = plan.provider
  local end_ = now - now % dates.DAY + dates.DAY
  local view = { first = from, end_ = end_, first_date = dates.format(from),
    last_date = dates.format(end_ - dates.DAY), base_url = plan.base_url, page = 0, symbols = {} }
  for i, symbol in ipairs(symbols) do
    view.symbols[i] = provider.symbol and provider.symbol(symbol, view) or symbol
  end
  view.symbol = view.symbols[1]
  return view
end

local function question(driver, symbols, from, now)
  local plan = driver.plan
  local provider = plan.provider
  local self = setmetatable({ driver = driver, symbols = symbols, from = from,
    provider = { name = provider.name, paging = provider.paging,
      request = provider.actions.request, decode = provider.actions.decode },
    view = view_of(plan, symbols, from, now), told = {}, plan_symbol = {},
    is_hook = true, failures = 0, timeouts = 0, ready_at = 0, garbled = 0 }, Question)
  for i, symbol in ipairs(symbols) do
    self.told[symbol], self.plan_symbol[self.view.symbols[i]] = {}, symbol
  end
  return self
end

--- The request for the next page.
---@param options table of banyan.backfill.request
---@param now number
---@return banyan.Request
function Question:request(options, now)
  if self.driver.throttled_until > now + PATIENCE_S then
    failure.fail("PROVIDER", "the rate limit leaves no room for it")
  end
  self.view.now = now
  local request, _, message = request_of.build(self.provider, self.view, options)
  if not request then failure.fail("PROVIDER", "%s", message or "there is nothing to ask") end
  return request
end

-- Entries that cannot be are left out: they explain nothing.
function Question:add(list)
  for _, each in ipairs(list) do
    local told, date, ratio = self.told[self.plan_symbol[each.symbol]], dates.parse(each.date),
      tonumber(each.ratio)
    if told and date and date >= self.from and ratio and ratio >= 1e-6 and ratio <= 1e6 then
      told[date] = ratio
    end
  end
end

-- What names the next page, nil on the last one.
local function next_token(paging, response)
  if not paging or paging.kind ~= "token" and paging.kind ~= "next_url" then return nil end
  local token = (response.json() or {})[paging.field]
  return type(token) == "string" and token ~= "" and token or nil
end

--- Takes an answer in.
---@param response table status, text, json()
function Question:resume(response)
  local view = self.view
  if response.status < 200 or response.status >= 300 then
    failure.fail("PROVIDER", "HTTP %d %s", response.status, classify.message(response))
  end
  local list = provider_of.call(self.provider, "decode", response, view)
  if type(list) ~= "table" then
    self.garbled = self.garbled + 1
    if self.garbled > GARBLED_MOST then
      failure.fail("PROVIDER", "answers that tell of none: %s", classify.message(response))
    end
    self.ready_at = clock.now() + retry.delay(self.garbled, nil, self.driver.random)
    return
  end
  self:add(list)
  local token = next_token(self.provider.paging, response)
  view.page, self.failures, self.garbled = view.page + 1, 0, 0
  self.driver.useful = clock.now()
  if token and (token == view.token or view.page >= PAGES_MOST) then
    failure.fail("PROVIDER", "the pages do not end")
  end
  view.token, self.ended = token, not token
end

-- What to ask ----------------------------------------------------------------------------------

local function try(f, ...)
  local results = { pcall(f, ...) }
  if not results[1] and not failure.failure_of(results[2]) then error(results[2], 0) end
  return unpack(results, 1, 4)
end

-- The series of the plan for which jumps are noted. Damaged records are told of by others.
local function noted(driver, store)
  local snapshot, rows = store:snapshot(), {}
  for _, row in ipairs(driver.summary.series) do
    local ok, coverage = try(snapshot.coverage, snapshot, driver.plan.dataset, row.timeframe,
      row.symbol)
    for _, refusal in ipairs(ok and coverage.refusals or {}) do
      if refusal.kept then
        rows[#rows + 1] = row
        break
      end
    end
  end
  snapshot:close()
  return rows
end

local function explain(driver, store, rows)
  local plan, jumps = driver.plan, {}
  for i, row in ipairs(rows) do
    jumps[i] = store:explain_jumps(plan.dataset, row.timeframe, row.symbol,
      plan.adjustment ~= "raw")
    row.noted = math.min(row.noted, jumps[i].open + jumps[i].unadjusted)
  end
  return jumps
end

local function has_actions(provider, symbol)
  local groups = provider.actions.groups
  if not groups or not provider.group then return true end
  return lists.contains(groups, (provider_of.call(provider, "group", symbol)))
end

-- From which date on to ask for each symbol.
local function wanted(driver, store, rows, jumps, now)
  local plan, snapshot, from_of = driver.plan, store:snapshot(), {}
  for i, row in ipairs(rows) do
    if jumps[i].open > 0 and has_actions(plan.provider, row.symbol) then
      local from = math.floor(jumps[i].first_open / dates.DAY) * dates.DAY - BEFORE_S
      local ok, _, asked, asked_from = try(snapshot.actions, snapshot, plan.dataset, row.timeframe,
        row.symbol)
      if not ok or not asked or from < asked_from
        or jumps[i].last_open + LATE_S > asked and now - asked >= AGAIN_S then
        from_of[row.symbol] = math.min(from, from_of[row.symbol] or math.huge)
      end
    end
  end
  snapshot:close()
  return from_of
end

local function questions(driver, from_of, now)
  local symbols, list = lists.sorted_keys(from_of), {}
  local most = driver.plan.provider.actions.symbols or 1
  for first = 1, #symbols, most do
    if #list == QUESTIONS_MOST then break end
    local batch, from = {}, math.huge
    for i = first, math.min(first + most - 1, #symbols) do
      batch[#batch + 1], from = symbols[i], math.min(from, from_of[symbols[i]])
    end
    list[#list + 1] = question(driver, batch, from, now)
  end
  return list
end

-- What came ------------------------------------------------------------------------------------

local function keep(driver, store, asked, now)
  local plan = driver.plan
  for _, each in ipairs(asked) do
    for symbol, told in pairs(each.ended and each.told or {}) do
      local list = {}
      for date, ratio in pairs(told) do list[#list + 1] = { date = date, ratio = ratio } end
      table.sort(list, function(a, b) return a.date < b.date end)
      store:put_actions(plan.dataset, plan.timeframes[1], symbol, each.from, now, list)
    end
  end
end

-- The first bar that a row of the summary shows may be a jump that is explained now.
local function retell(driver, store, rows)
  local snapshot = store:snapshot()
  for _, row in ipairs(rows) do
    local first = row.first_refusal
    if first and first.reason:find "^jump: " then
      row.first_refusal = nil
      local refusals = snapshot:coverage(driver.plan.dataset, row.timeframe, row.symbol).refusals
      for _, each in ipairs(row.refused + row.noted > 0 and refusals or {}) do
        if each.time >= first.time then
          row.first_refusal = { time = each.time, reason = each.reason }
          break
        end
      end
    end
  end
  snapshot:close()
end

local function run(driver, store)
  local rows, now = noted(driver, store), clock.now()
  local jumps = explain(driver, store, rows)
  local asked = questions(driver, wanted(driver, store, rows, jumps, now), now)
  if #asked > 0 then
    driver.jobs, driver.next_job = {}, 1
    driver.useful, driver.give_up_s = now, math.min(driver.give_up_s, PATIENCE_S)
    for i, each in ipairs(asked) do driver.tasks[i] = each end
    local ok, raised = try(driver.loop, driver)
    keep(driver, store, asked, now)
    explain(driver, store, rows)
    if not ok then driver.aborted = raised.message end
  end
  retell(driver, store, rows)
end

--- Explains what jumps the store has noted for the series of a plan, as far as splits do; asks the
--- provider for those that are not on file.
---@param driver banyan.Driver after its rounds
---@param store banyan.Store
function M.run(driver, store)
  if not driver.plan.provider.actions or driver.aborted or driver.stopping() then return end
  local ok, raised = try(run, driver, store)
  local why = not ok and raised.message or driver.aborted
  if why then
    driver.summary.remark = "jumps of prices could not be compared with splits: " .. why
  end
end

return M
