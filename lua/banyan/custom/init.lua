-- SPDX-License-Identifier: MIT
-- Indicators that a script defines: b.indicator { ... }. A definition is checked and carried once; what
-- comes out stands beside what the engine knows of its own indicators.
local carry = require "banyan.custom.carry"
local check = require "banyan.api.check"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local host = require "banyan.host"
local tree_of = require "banyan.tree"

local C = engine.C
local fail = check.fail
local M = {}

local KEYS = { "name", "windows", "numbers", "reads", "first", "compute" }
local WINDOWS_MAX, NUMBERS_MAX = 3, 2
-- What is read, with its bit for the engine; times and closes are always there.
local READS = { open = C.BY_READS_OPEN, high = C.BY_READS_RANGE, low = C.BY_READS_RANGE,
  volume = C.BY_READS_VOLUME, other = C.BY_READS_OTHER, close = 0, time = 0 }

---@class banyan.Custom: banyan.Indicator an indicator that a script defines
---@field name string
---@field identity ffi.cdata* uint64_t, the same for functions that do the same
---@field kind userdata what the engine's threads compute it by
---@field read_bits integer BY_READS_ bits
local Custom = {}
Custom.__index = Custom
Custom.__tostring = function(self) return "indicator " .. self.name end

local function checked_name(name)
  if type(name) ~= "string" or not name:find "^[%a_][%w_]*$" or #name > 60 then
    fail("indicator: give it a name of letters, digits and _, such as name = \"vidya\"")
  end
  if tree_of.INDICATORS[name] then
    fail("indicator %s: banyan has one of that name; give it another one", name)
  end
  return name
end

local function count_of(fields, what, most)
  local count = fields[what]
  if count == nil then return 0 end
  if type(count) ~= "number" or count % 1 ~= 0 or count < 0 or count > most then
    fail("indicator %s: %s must be a whole number from 0 to %d, not %s", fields.name, what, most,
      tostring(count))
  end
  return count
end

local function reads_of(fields)
  local bits, names = 0, {}
  local list = fields.reads == nil and { "close" } or fields.reads
  if type(list) ~= "table" then
    fail("indicator %s: reads is a list such as { \"close\", \"volume\" }", fields.name)
  end
  for _, name in ipairs(list) do
    if not READS[name] then
      fail("indicator %s: reads %s; it can read open, high, low, close, volume, time and other",
        fields.name, tostring(name))
    end
    bits = bit.bor(bits, READS[name])
    names[#names + 1] = name
  end
  return bits, names
end

local function check_function(fields, key, needed)
  local value = fields[key]
  if type(value) == "function" or (value == nil and not needed) then return end
  fail("indicator %s: %s must be a function, not %s", fields.name, key, type(value))
end

---@class banyan.IndicatorFields what b.indicator takes
---@field name string what messages call it
---@field windows integer? how many it takes, up to 3; 0 when left out
---@field numbers integer? how many it takes, up to 2; 0 when left out
---@field reads string[]? of open, high, low, close, volume, time, other; { "close" } when left out
---@field first (fun(...: number): integer)? bars needed up to the first value
---@field compute fun(bars: table, out: table, n: integer, ...: number) fills out[1] to out[n]

--- What a definition is.
---@param fields banyan.IndicatorFields
---@return banyan.Custom
function M.new(fields)
  check.keys("indicator", fields, KEYS)
  local name = checked_name(fields.name)
  local bits, names = reads_of(fields)
  check_function(fields, "compute", true)
  check_function(fields, "first", false)
  local windows = count_of(fields, "windows", WINDOWS_MAX)
  local numbers = count_of(fields, "numbers", NUMBERS_MAX)
  local carried = carry.program(name, fields, { windows = windows, numbers = numbers, reads = names })
  local custom = setmetatable({
    name = name, title = name, options = {}, windows = windows, numbers = numbers, read_bits = bits,
    reads_range = bit.band(bits, C.BY_READS_RANGE) ~= 0,
    reads_open = bit.band(bits, C.BY_READS_OPEN) ~= 0,
    reads_volume = bit.band(bits, C.BY_READS_VOLUME) ~= 0,
    reads_other = bit.band(bits, C.BY_READS_OTHER) ~= 0,
    reads_time = false, identity = C.by_hash(carried.identity, #carried.identity, 0),
    kind = host.custom(carried.program),
  }, Custom)
  tree_of.CUSTOMS[custom.kind] = custom
  return custom
end

--- Fills a by_custom, which borrows from the definition.
---@param to ffi.cdata* by_custom
---@param custom banyan.Custom
function M.fill(to, custom)
  to.name, to.identity = custom.name, custom.identity
  to.window_count, to.number_count, to.reads = custom.windows, custom.numbers, custom.read_bits
  to.compute = ffi.cast("void *", host.custom_function())
  to.context = ffi.cast("void *", custom.kind)
end

return M
