-- SPDX-License-Identifier: MIT
-- banyan data import --series: a CSV file into a series from outside.
local as_of = require "banyan.as_of"
local dates = require "banyan.dates"
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local store_of = require "banyan.store"

local C = ffi.C
local M = {}

local OF_BARS = { symbol = "names the ticker of bars", adjustment = "is of prices" }

local function check(options, arguments)
  for option, why in pairs(OF_BARS) do
    if options[option] then ffi.fail("USAGE", "--%s %s; leave it out with --series", option, why) end
  end
  if #arguments ~= 1 or C.by_import_path_kind(arguments[1]) == 1 then
    ffi.fail("USAGE", "--series takes one file; import them one at a time")
  elseif not as_of.is_name(options.series) then
    ffi.fail("USAGE", "--series %s: the name must be up to %d letters, digits, _, - and points",
      options.series, as_of.NAME_MAX)
  end
end

--- Tells of rows that were refused.
---@param path string
---@param file ffi.cdata* by_asof_file
function M.report_refusals(path, file)
  for i = 0, file.refusal_count - 1 do
    local refusal = file.refusals[i]
    output.report(("%s:%d: %s"):format(path, refusal.line, ffi_.string(refusal.reason)))
  end
  local more = file.refused_count - file.refusal_count
  if more > 0 then output.report(("%s: %s more refused"):format(path, print_.count(more, "row"))) end
end

--- Tells of values that differ from the store.
---@param name string
---@param counts ffi.cdata* by_put_counts
function M.report_changed(name, counts)
  local n, first = tonumber(counts.changed), dates.format_time(counts.first_changed_time)
  if counts.replaced ~= 0 then
    output.note(("%s: %s replaced, the first known since %s"):format(name, print_.count(n, "value"), first))
  elseif n > 0 then
    output.report(("%s: %s %s from the store, the first known since %s, and %s not written; --replace takes "
      .. "%s, and a column `known` tells revisions apart"):format(name, print_.count(n, "value"),
      n == 1 and "differs" or "differ", first, n == 1 and "was" or "were", n == 1 and "it" or "them"))
  end
end

--- What an import did, in a line.
---@param name string
---@param file ffi.cdata* by_asof_file
---@return string
function M.summary(name, file)
  local counts, parts = file.counts, {}
  local function add(count, words)
    if count > 0 then parts[#parts + 1] = print_.thousands(tonumber(count)) .. " " .. words end
  end
  parts[1] = print_.thousands(tonumber(counts.added)) .. " new"
  add(counts.unchanged, "unchanged")
  add(counts.changed, counts.replaced ~= 0 and "replaced" or "different and not taken")
  add(file.unseen_count, "never seen")
  add(file.empty_count, "without a value")
  add(file.repeated_count, "repeated")
  add(file.refused_count, "refused")
  return ("series %s: %s"):format(name, table.concat(parts, ", "))
end

--- The verb with --series.
---@return integer exit_code
function M.import(options, arguments)
  check(options, arguments)
  local path, name = arguments[1], options.series
  if C.by_import_path_kind(path) < 0 then ffi.fail("DATA", "%s: no such file", path) end
  local store = store_of.open(store_of.directory(options.data), "write")
  local file = ffi_.new "by_asof_file"
  local ok, err = pcall(ffi.call, C.by_asof_import, store.c, path, name, options.known == "start" and 1 or 0,
    options.replace and 1 or 0, host.now(), file)
  store:close()
  M.report_refusals(path, file)
  if not ok then error(err, 0) end
  M.report_changed(name, file.counts)
  output.line(M.summary(name, file))
  return file.refused_count > 0 and 4 or 0
end

return M
