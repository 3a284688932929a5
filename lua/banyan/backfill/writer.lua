-- SPDX-License-Identifier: MIT
-- Pages into the store: what each symbol of a page becomes, and what the writer's thread made of it.
local ffi_ = require "ffi"
local clock = require "banyan.clock"
local ffi = require "banyan.ffi"
local store_of = require "banyan.store"

local C = ffi.C
local M = {}

---@class banyan.Writer
---@field c ffi.cdata* by_writer *
local Writer = {}
Writer.__index = Writer

--- Opens a writer on a store; `transport` is woken when a page is done.
---@param store banyan.Store
---@param transport banyan.Transport?
---@return banyan.Writer
function M.new(store, transport)
  local wake = transport and C.by_fetch_wake or nil
  return setmetatable({
    c = ffi.make("by_writer", C.by_writer_free, C.by_writer_new, store.c, wake,
      transport and ffi_.cast("void *", transport.c)),
    store = store, transport = transport,
    done = ffi_.new "by_writer_done", stats = ffi_.new "by_writer_stats",
    pages = {}, last = 0,
  }, Writer)
end

---@class banyan.Part
---@field dataset string
---@field timeframe string
---@field symbol string
---@field index integer of the symbol in the page, -1 when it has no rows there
---@field window { [1]: number, [2]: number } span that was asked for
---@field cover { [1]: number, [2]: number }? becomes coverage
---@field final_end number bars from there on are not finished

local FLAGS = { adjusted = C.BY_PUT_ADJUSTED, previous_close = C.BY_PUT_OPEN_PREVIOUS,
  close = C.BY_PUT_OPEN_CLOSE }

local function flags_of(traits)
  local flags = 0
  if traits.adjusted then flags = flags + FLAGS.adjusted end
  return flags + (FLAGS[traits.missing_open] or 0)
end

--- Hands a page over.
---@param page ffi.cdata*? by_page *, the writer's from now on
---@param parts banyan.Part[]
---@param traits { seconds: number, adjusted: boolean, missing_open: string?, grid_offset: number? }
---@param tag any comes back with the results
function Writer:put(page, parts, traits, tag)
  local c = ffi_.new("by_put_part[?]", #parts)
  local flags = flags_of(traits)
  for i, part in ipairs(parts) do
    local to = c[i - 1]
    to.id = store_of.id(part.dataset, part.timeframe, part.symbol)
    to.symbol, to.flags = part.index, flags
    to.window.first, to.window["end"] = part.window[1], part.window[2]
    if part.cover then to.cover.first, to.cover["end"] = part.cover[1], part.cover[2] end
    to.final_end, to.timeframe_seconds = part.final_end, traits.seconds
    to.grid_seconds, to.grid_offset = traits.seconds, traits.grid_offset or 0
  end
  self.last = self.last + 1
  self.pages[self.last] = { parts = parts, tag = tag }
  ffi.call(C.by_writer_put, self.c, self.last, page, c, #parts, clock.now())
end

--- Pages that are not done yet, or not taken.
---@return integer
function Writer:pending()
  return C.by_writer_pending(self.c)
end

local function refusal_of(c)
  return { time = tonumber(c.time), reason = ffi_.string(c.reason) }
end

local function result_of(c, part)
  return {
    part = part,
    added = tonumber(c.counts.added), unchanged = tonumber(c.counts.unchanged),
    changed = tonumber(c.counts.changed), refused = tonumber(c.refused_count),
    repeated = tonumber(c.repeated_count), unfinished = tonumber(c.unfinished_count),
    noted = tonumber(c.noted_count),
    readjusted = c.readjusted ~= 0 and c.ratio or nil,
    first_refusal = c.refused_count + c.noted_count > 0 and refusal_of(c.refusal) or nil,
  }
end

--- What became of the next page. Raises when it could not be written.
---@param seconds number how long to wait for it
---@return table[]? results one a part, with `part`
---@return any tag
function Writer:next(seconds)
  local done = self.done
  if C.by_writer_next(self.c, math.ceil(clock.real(seconds) * 1000), done) == 0 then return nil end
  local id = tonumber(done.id)
  local page = self.pages[id]
  self.pages[id] = nil
  local status, message = done.status, ffi_.string(done.message)
  local results = {}
  if status == C.BY_OK then
    for i, part in ipairs(page.parts) do results[i] = result_of(done.results[i - 1], part) end
  end
  C.by_writer_done_free(done)
  if status ~= C.BY_OK then ffi.fail(ffi.status_name(status), "%s", message) end
  return results, page.tag
end

--- Seconds spent so far, and transactions.
---@return { check_seconds: number, store_seconds: number, wait_seconds: number, transactions: integer }
function Writer:statistics()
  C.by_writer_get_stats(self.c, self.stats)
  return { check_seconds = self.stats.check_seconds, store_seconds = self.stats.store_seconds,
    wait_seconds = self.stats.wait_seconds,
    transactions = tonumber(self.stats.transactions) }
end

--- Finishes what waits.
function Writer:close()
  ffi.close(self.c, C.by_writer_free)
  self.c = nil
end

return M
