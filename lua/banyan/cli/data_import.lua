-- SPDX-License-Identifier: MIT
-- banyan data import: CSV files into the bar store.
local data_file = require "banyan.cli.data_file"
local data_import_series = require "banyan.cli.data_import_series"
local dates = require "banyan.dates"
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local progress = require "banyan.cli.progress"
local store_of = require "banyan.store"

local C = ffi.C
local M = {}

local function files_in(directory)
  local paths, count = ffi_.new "char **[1]", ffi_.new "int32_t[1]"
  ffi.call(C.by_import_paths, directory, paths, count)
  local found = {}
  for i = 0, count[0] - 1 do found[i + 1] = ffi_.string(paths[0][i]) end
  C.by_import_paths_free(paths[0], count[0])
  if #found == 0 then
    ffi.fail("DATA", "%s: no .csv or .csv.gz files right inside this folder", directory)
  end
  return found
end

local function all_files(arguments)
  local files = {}
  for _, path in ipairs(arguments) do
    local kind = C.by_import_path_kind(path)
    if kind < 0 then ffi.fail("DATA", "%s: no such file or folder", path) end
    if kind == 0 then
      files[#files + 1] = path
    else
      for _, file in ipairs(files_in(path)) do files[#files + 1] = file end
    end
  end
  return files
end

-- "csv" and "all" make the dataset csv/all; a name that says its adjustment itself is taken, too.
-- Returns the dataset and its adjustment.
local function dataset_of(options)
  local name, said = options.dataset:match "^(.*)/(%a+)$"
  if not name then
    local adjustment = options.adjustment or "all"
    return options.dataset .. "/" .. adjustment, adjustment
  end
  if said ~= "raw" and said ~= "split" and said ~= "all" then
    ffi.fail("USAGE", "--dataset %s: behind the / stands the adjustment, raw, split or all",
      options.dataset)
  elseif options.adjustment and options.adjustment ~= said then
    ffi.fail("USAGE", "--dataset %s contradicts --adjustment %s", options.dataset,
      options.adjustment)
  end
  return options.dataset, said
end

-- Paths and ids for C; `texts` keeps the paths alive during the call.
local function series_of(files, options)
  local dataset, seen = dataset_of(options), {}
  local paths = ffi_.new("const char *[?]", #files)
  local ids = ffi_.new("by_series_id[?]", #files)
  for i, file in ipairs(files) do
    local symbol = options.symbol or data_file.symbol(file)
    if seen[symbol] then
      ffi.fail("USAGE", "%s and %s are both named %s; import them one at a time, with --symbol",
        seen[symbol], file, symbol)
    end
    seen[symbol] = file
    paths[i - 1] = file
    ids[i - 1] = store_of.id(dataset, options.timeframe, symbol)
  end
  return paths, ids
end

local function settings(options)
  local of_c = ffi_.new "by_import_options"
  of_c.csv.timeframe_seconds = store_of.TIMEFRAMES[options.timeframe]
  -- adj_close takes out dividends, too, so that it fits "all" only.
  of_c.csv.adjust = select(2, dataset_of(options)) == "all" and 1 or 0
  of_c.replace = options.replace and 1 or 0
  of_c.thread_count = options.threads or host.cores()
  of_c.fetched_time = host.now()
  return of_c
end

local function new_sums()
  return { files = 0, failed = 0, code = 4, refused = 0, repeated = 0, added = 0, unchanged = 0,
    changed = 0, replaced = 0 }
end

local function report_refusals(path, file)
  for i = 0, file.refusal_count - 1 do
    local refusal = file.refusals[i]
    output.report(("%s:%d: %s"):format(path, refusal.line, ffi_.string(refusal.reason)))
  end
  local more = file.refused_count - file.refusal_count
  if more > 0 then
    output.report(("%s: %s more refused"):format(path, print_.count(more, "row")))
  end
end

local function report_changed(symbol, counts, time_format)
  local n = tonumber(counts.changed)
  local one = n == 1
  local first = time_format(counts.first_changed_time)
  if counts.replaced ~= 0 then
    output.note(("%s: %s replaced, the first %s"):format(symbol, print_.count(n, "bar"), first))
  else
    output.report(("%s: %s %s from the store, the first %s; %s, use --replace to take %s"):format(
      symbol, print_.count(n, "bar"), one and "differs" or "differ", first,
      one and "it was not written" or "nothing of them was written", one and "it" or "them"))
  end
end

-- Tells of a file that failed. False when the store is what is wrong, and not the file: then the
-- next file has no better chance. The store speaks the same words whatever the file.
local function report_failure(sums, path, file)
  local message = ffi_.string(file.message)
  sums.failed = sums.failed + 1
  sums.code = math.max(sums.code, tonumber(C.by_status_exit_code(file.status)))
  if message == sums.last_failure then return false end
  sums.last_failure = message
  output.report("banyan: " .. (message:find(path, 1, true) and "" or path .. ": ") .. message)
  return file.status == C.BY_DATA
end

local function take(sums, path, symbol, file, time_format)
  sums.files = sums.files + 1
  report_refusals(path, file)
  sums.refused = sums.refused + file.refused_count
  if file.status ~= C.BY_OK then
    return report_failure(sums, path, file)
  end
  local counts = file.counts
  sums.repeated = sums.repeated + file.repeated_count
  sums.added = sums.added + tonumber(counts.added)
  sums.unchanged = sums.unchanged + tonumber(counts.unchanged)
  if counts.changed > 0 then
    local key = counts.replaced ~= 0 and "replaced" or "changed"
    sums[key] = sums[key] + tonumber(counts.changed)
    report_changed(symbol, counts, time_format)
  end
  return true
end

--- What an import did, in a line.
---@param sums table
---@param subject string the symbol of a single file
---@return string
function M.summary(sums, subject)
  local parts = { print_.thousands(sums.added) .. " new" }
  local function add(key, words)
    if sums[key] > 0 then parts[#parts + 1] = print_.thousands(sums[key]) .. " " .. words end
  end
  add("unchanged", "unchanged")
  add("replaced", "replaced")
  add("changed", "different and not taken")
  add("repeated", "repeated")
  add("refused", "refused")
  if sums.failed > 0 then parts[#parts + 1] = print_.count(sums.failed, "file") .. " failed" end
  if sums.files ~= 1 then
    local bars = sums.added + sums.unchanged + sums.replaced + sums.changed
    subject = print_.count(sums.files, "file") .. ", " .. print_.count(bars, "bar")
  end
  return subject .. ": " .. table.concat(parts, ", ")
end

local function import_files(store, files, options, sums)
  local paths, ids = series_of(files, options)
  local import = ffi.make("by_import", C.by_import_free, C.by_import_start, store.c, paths, ids,
    #files, settings(options))
  local bar = progress.start { terminal_only = true }
  local file = ffi_.new "by_import_file"
  local time_format = options.timeframe == "1d" and dates.format or dates.format_time
  while host.interrupted() == 0 and C.by_import_next(import, file) == 1 do
    if file.refusal_count > 0 or file.status ~= C.BY_OK or file.counts.changed > 0 then
      bar:clear()
    end
    local at = sums.files
    local symbol = ffi_.string(ids[at].symbol)
    if not take(sums, files[at + 1], symbol, file, time_format) then break end
    bar:update(function()
      return ("import %s/%s files  %s bars"):format(print_.thousands(sums.files),
        print_.thousands(#files), print_.thousands(sums.added + sums.unchanged + sums.replaced))
    end)
  end
  bar:clear()
  ffi.close(import, C.by_import_free)
end

--- The verb.
---@return integer exit_code
function M.import(options, arguments)
  if options.series then return data_import_series.import(options, arguments) end
  if options.known then ffi.fail("USAGE", "--known goes with --series: bars carry their own days") end
  local files = all_files(arguments)
  if options.symbol and #files ~= 1 then
    ffi.fail("USAGE", "--symbol names one file, and there are %d", #files)
  end
  series_of(files, options) -- what is wrong with names shows before a store is made
  local started = host.clock()
  local store = store_of.open(store_of.directory(options.data), "write")
  local sums = new_sums()
  import_files(store, files, options, sums)
  store:close()
  output.line(M.summary(sums, options.symbol or data_file.symbol(files[1])))
  if output.verbose then
    output.note(("%s into %s"):format(print_.duration(host.clock() - started), store.directory))
  end
  if sums.files < #files then
    output.report(("banyan: stopped after %d of %s; what is done is in the store, give the same "
      .. "command to go on"):format(sums.files, print_.count(#files, "file")))
    if host.interrupted() > 0 then return 130 end
  end
  return (sums.failed > 0 or sums.refused > 0) and sums.code or 0
end

return M
