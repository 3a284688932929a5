-- SPDX-License-Identifier: MIT
-- The bar store for Lua: where it is, what it has, its bars. A store and its snapshots free their C
-- objects when they are closed or collected; a store takes its snapshots with it, as the map that
-- they point into goes.
local ffi_ = require "ffi"
local failure = require "banyan.failure"
local ffi = require "banyan.ffi"
local host = require "banyan.host"

local C = ffi.C
local M = {}

--- Names of timeframes and their seconds.
M.TIMEFRAMES = { ["1d"] = 86400, ["1h"] = 3600, ["5m"] = 300, ["1m"] = 60 }

--- Where the store has series from outside (cache/asof.h).
M.SERIES = { dataset = "series", timeframe = "asof" }

local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

local chosen -- for this process

--- Makes a folder that of the bar store for all that does not name another; nil: no more.
---@param directory string?
function M.choose(directory)
  chosen = directory
end

--- The folder of the bar store, nil when nothing says where it is.
---@param option string? what --data says
---@return string?
function M.find_directory(option)
  local directory = option or chosen or environment "BANYAN_DATA"
  if directory then return directory end
  local home = environment "XDG_DATA_HOME" or environment "HOME" and os.getenv "HOME" .. "/.local/share"
  return home and home .. "/banyan"
end

--- The folder of the bar store.
---@param option string? what --data says
---@return string
function M.directory(option)
  return M.find_directory(option)
    or ffi.fail("USAGE", "no folder for the bar store: HOME is not set; say it with --data DIR")
end

--- Whether a dataset is made up and must be labelled so wherever it shows.
---@param dataset string
---@return boolean
function M.is_simulated(dataset)
  return dataset == "sim" or dataset:find "^sim[^%w]" ~= nil
end

--- A series id, its texts checked for length.
---@return ffi.cdata* by_series_id
function M.id(dataset, timeframe, symbol)
  local id = ffi_.new "by_series_id"
  local function put(field, size, text)
    if text == "" or #text >= size or text:find "%c" then
      ffi.fail("USAGE", "the %s '%s' is not one: 1 to %d characters, none of them control "
        .. "characters", field, text:gsub("%c", "?"), size - 1)
    end
    ffi_.copy(id[field], text)
  end
  put("dataset", C.BY_DATASET_SIZE, dataset)
  put("timeframe", C.BY_TIMEFRAME_SIZE, timeframe)
  put("symbol", C.BY_SYMBOL_SIZE, symbol)
  return id
end

--- Makes a folder for a store, with its parents.
---@param directory string
function M.make_directory(directory)
  local path = directory:sub(1, 1) == "/" and "/" or ""
  for part in directory:gmatch "[^/]+" do
    path = path .. part
    local made, message, errno = host.mkdir(path)
    if not made and host.stat(path) ~= "directory" then
      ffi.fail(failure.status_of_errno(errno, "STORE"), "%s: cannot make the folder %s: %s", directory, path, message)
    end
    path = path .. "/"
  end
end

-- What must be freed lives in a table of its own, `held`, which a finalizer may refer to; the
-- object itself must not be reachable from its finalizer, or it would never be collected.
local function anchor(held, release)
  return ffi.hold(ffi_.new "char[1]", function() release(held) end)
end

-- Each is forgotten before it is freed: Ctrl-C may break in between, and nothing must be freed twice.
local function release_snapshot(held)
  local c = held.c
  if not c then return end
  held.store.snapshots[held], held.c = nil, nil
  C.by_snapshot_close(c)
end

local function release_store(held)
  if not held.c then return end
  for snapshot in pairs(held.snapshots) do release_snapshot(snapshot) end
  local c = held.c
  held.c = nil
  C.by_store_close(c)
end

---@class banyan.Snapshot
---@field c ffi.cdata* by_snapshot *
local Snapshot = {}
Snapshot.__index = Snapshot

--- Closes it; what was read from it must not be used any more.
function Snapshot:close()
  release_snapshot(self.held)
  self.c = nil
end

---@class banyan.SeriesInfo
---@field dataset string
---@field timeframe string
---@field symbol string
---@field bars integer
---@field first number seconds since 1970-01-01 UTC
---@field last number
---@field fetched number
---@field size_bytes number
---@field simulated boolean

local function info_of(c)
  local dataset = ffi_.string(c.id.dataset)
  return {
    dataset = dataset,
    timeframe = ffi_.string(c.id.timeframe),
    symbol = ffi_.string(c.id.symbol),
    bars = tonumber(c.bar_count),
    first = tonumber(c.first_time),
    last = tonumber(c.last_time),
    fetched = tonumber(c.fetched_time),
    size_bytes = tonumber(c.size_bytes),
    simulated = M.is_simulated(dataset),
  }
end

--- All series, by dataset, timeframe and symbol.
---@return banyan.SeriesInfo[]
function Snapshot:list()
  local infos, count = ffi_.new "by_series_info *[1]", ffi_.new "int32_t[1]"
  ffi.call(C.by_snapshot_list, self.c, infos, count)
  local found = {}
  for i = 0, count[0] - 1 do found[i + 1] = info_of(infos[0][i]) end
  C.by_snapshot_list_free(infos[0])
  return found
end

--- The bars of a series, as the snapshot's slices.
---@return ffi.cdata* slices const by_bars *
---@return integer count
function Snapshot:read(dataset, timeframe, symbol)
  local slices, count = ffi_.new "const by_bars *[1]", ffi_.new "int32_t[1]"
  ffi.call(C.by_snapshot_read, self.c, M.id(dataset, timeframe, symbol), slices, count)
  return slices[0], count[0]
end

--- In which spans a series has bars.
---@param spans ffi.cdata* by_span[count], rising
---@return ffi.cdata* present uint8_t[count]: 1 or 0
function Snapshot:presence(dataset, timeframe, symbol, spans, count)
  local present = ffi_.new("uint8_t[?]", math.max(count, 1))
  ffi.call(C.by_snapshot_presence, self.c, M.id(dataset, timeframe, symbol), spans, count, present)
  return present
end

---@class banyan.Coverage
---@field spans { [1]: number, [2]: number }[] what the source was asked for: seconds since 1970 UTC
--- from and before, rising, not touching
---@field stale boolean the source has adjusted its history anew
---@field fetched number time of the last page
---@field refusals { time: number, reason: string, kept: boolean, open: number, high: number,
--- low: number, close: number, volume: number }[] bars that were kept aside (kept: stored all the same)

local function refusals_of(c)
  local list = {}
  for i = 0, c.refusal_count - 1 do
    local each = c.refusals[i]
    list[i + 1] = { time = tonumber(each.time), reason = ffi_.string(each.reason),
      kept = each.kept ~= 0, open = each.open, high = each.high, low = each.low,
      close = each.close, volume = each.volume }
  end
  return list
end

--- What the source was asked for, of one series; nothing when it never was.
---@return banyan.Coverage
function Snapshot:coverage(dataset, timeframe, symbol)
  local c, spans = ffi_.new "by_coverage", {}
  ffi.call(C.by_snapshot_coverage, self.c, M.id(dataset, timeframe, symbol), c)
  for i = 0, c.span_count - 1 do
    spans[i + 1] = { tonumber(c.spans[i].first), tonumber(c.spans[i]["end"]) }
  end
  return { spans = spans, stale = c.stale ~= 0, fetched = tonumber(c.fetched_time),
    refusals = refusals_of(c) }
end

--- The splits of a series' symbol that its provider has told of, by date.
---@return { date: number, ratio: number }[] actions
---@return number? asked when the provider was asked last; nil: never
---@return number from it was asked for all from this date on
function Snapshot:actions(dataset, timeframe, symbol)
  local c, list = ffi_.new "by_actions", {}
  ffi.call(C.by_snapshot_actions, self.c, M.id(dataset, timeframe, symbol), c)
  for i = 0, c.count - 1 do
    list[i + 1] = { date = tonumber(c.list[i].date), ratio = c.list[i].ratio }
  end
  return list, c.asked_time ~= 0 and tonumber(c.asked_time) or nil, tonumber(c.from)
end

--- Checks a series; nil, or what is wrong with it.
---@return string? fault
function Snapshot:check(dataset, timeframe, symbol)
  local err = ffi_.new "by_error"
  local id = M.id(dataset, timeframe, symbol)
  if C.by_snapshot_check(self.c, id, err) == C.BY_OK then return nil end
  return ffi_.string(err.message)
end

---@class banyan.Store
---@field c ffi.cdata* by_store *
---@field directory string
local Store = {}
Store.__index = Store

--- Closes it, and its snapshots.
function Store:close()
  release_store(self.held)
  self.c = nil
end

--- Keeps what a provider told of the splits of a series' symbol, in the place of what it told before.
---@param from number it was asked for all from this date on
---@param asked number when
---@param actions { date: number, ratio: number }[] by date, each once
function Store:put_actions(dataset, timeframe, symbol, from, asked, actions)
  local c = ffi_.new("by_action[?]", #actions)
  for i, each in ipairs(actions) do c[i - 1].date, c[i - 1].ratio = each.date, each.ratio end
  ffi.call(C.by_store_put_actions, self.c, M.id(dataset, timeframe, symbol), from, asked, c,
    #actions)
end

--- Holds the jumps that are noted for a series against the actions on file, and corrects the notes.
---@param adjusted boolean whether its prices should be adjusted for splits
---@return { explained: integer, unadjusted: integer, open: integer, first_open: number, last_open: number }
function Store:explain_jumps(dataset, timeframe, symbol, adjusted)
  local c = ffi_.new "by_jumps"
  ffi.call(C.by_store_explain_jumps, self.c, M.id(dataset, timeframe, symbol), adjusted and 1 or 0, c)
  return { explained = c.explained, unadjusted = c.unadjusted, open = c.open,
    first_open = tonumber(c.first_open), last_open = tonumber(c.last_open) }
end

--- A view of the store as it is now, whatever is written meanwhile.
---@return banyan.Snapshot
function Store:snapshot()
  local out = ffi_.new "by_snapshot *[1]"
  ffi.call(C.by_snapshot_open, self.c, out)
  local held = { c = out[0], store = self.held }
  self.held.snapshots[held] = true
  return setmetatable({ c = out[0], held = held, store = self,
    anchor = anchor(held, release_snapshot) }, Snapshot)
end

--- Opens the bar store.
---@param directory string
---@param mode "read"|"write" "write" makes it, with its parent folders
---@return banyan.Store
function M.open(directory, mode)
  if mode == "write" then
    M.make_directory(directory)
  elseif not host.stat(directory .. "/data.mdb") and host.stat(directory) ~= "file" then
    ffi.fail("DATA", "no bar store in %s yet: fill one with `banyan data import PATH` or `banyan "
      .. "backfill PLAN.lua` (`banyan init` writes one that simulates prices)", directory)
  end
  local out = ffi_.new "by_store *[1]"
  ffi.call(C.by_store_open, directory, mode == "write" and C.BY_STORE_WRITE or C.BY_STORE_READ, out)
  local held = { c = out[0], snapshots = {} }
  return setmetatable({ c = out[0], held = held, directory = directory,
    anchor = anchor(held, release_store) }, Store)
end

return M
