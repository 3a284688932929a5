-- SPDX-License-Identifier: MIT
-- banyan data compact: the bar store without the room that changes have left free in its file.
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local store_of = require "banyan.store"

local C = ffi.C
local M = {}

local function size_of(directory)
  return select(2, host.stat(directory .. "/data.mdb"))
end

-- A store that is there and sound.
local function check(directory)
  store_of.open(directory, "read"):close()
end

local function copy(directory, target)
  local store = store_of.open(directory, "read")
  local ok, err = pcall(ffi.call, C.by_store_copy, store.c, target)
  store:close()
  if not ok then error(err, 0) end
end

--- The verb.
---@return integer exit_code
function M.compact(options)
  local directory, target = store_of.directory(options.data), options.output
  check(directory)
  local before = size_of(directory)
  if target then
    copy(directory, target)
  else
    ffi.call(C.by_store_compact, directory)
  end
  output.line(("%s: %s, was %s"):format(target or directory, print_.bytes(size_of(target or directory)),
    print_.bytes(before)))
  return 0
end

return M
