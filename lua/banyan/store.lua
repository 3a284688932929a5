-- SPDX-License-Identifier: MIT
-- The bar store for Lua: where it is, what it has, its bars. A store and its snapshots free their C
-- objects when they are closed or collected; a store takes its snapshots with it, as the map that
-- they point into goes.
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"
local host = require "banyan.host"

local C = ffi.C
local M = {}

--- Names of timeframes and their seconds.
M.TIMEFRAMES = { ["1d"] = 86400, ["1h"] = 3600, ["5m"] = 300, ["1m"] = 60 }

local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

--- The folder of the bar store.
---@param option string? what --data says
---@return string
function M.directory(option)
  local directory = option or environment "BANYAN_DATA"
  if directory then return directory end
  local home = environment "XDG_DATA_HOME"
  if home then return home .. "/banyan" end
  if not environment "HOME" then
    ffi.fail("USAGE", "no folder for the bar store: HOME is not set; say it with --data DIR")
  end
  return os.getenv "HOME" .. "/.local/share/banyan"
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
    local made, message = host.mkdir(path)
    if not made and host.stat(path) ~= "directory" then
      ffi.fail("STORE", "%s: cannot make the folder %s: %s", directory, path, message)
    end
    path = path .. "/"
  end
end

-- What must be freed lives in a table of its own, `held`, which a finalizer may refer to; the
-- object itself must not be reachable from its finalizer, or it would never be collected.
local function anchor(held, release)
  return ffi_.gc(ffi_.new "char[1]", function() release(held) end)
end

local function release_snapshot(held)
  if not held.c then return end
  held.store.snapshots[held] = nil
  C.by_snapshot_close(held.c)
  held.c = nil
end

local function release_store(held)
  if not held.c then return end
  for snapshot in pairs(held.snapshots) do release_snapshot(snapshot) end
  C.by_store_close(held.c)
  held.c = nil
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
    ffi.fail("DATA", "no bar store in %s yet: fill one with `banyan data import PATH`, or with "
      .. "simulated prices by `make demo`", directory)
  end
  local out = ffi_.new "by_store *[1]"
  ffi.call(C.by_store_open, directory, mode == "write" and C.BY_STORE_WRITE or C.BY_STORE_READ, out)
  local held = { c = out[0], snapshots = {} }
  return setmetatable({ c = out[0], held = held, directory = directory,
    anchor = anchor(held, release_store) }, Store)
end

return M
