-- SPDX-License-Identifier: MIT
-- What a function does, as text that is the same in every run of the program: instructions and
-- constants, without lines and names of variables.
local util = require "jit.util"

local M = {}

local function opcode_of(text, at)
  return bit.band(util.funcbc(loadstring(text), at), 0xff)
end

local GET_GLOBAL, SET_GLOBAL = opcode_of("return x", 1), opcode_of("x = 1", 2)

local read_proto

-- Tables that are constants have their keys in an order that differs from run to run.
local function constant_text(value)
  if type(value) ~= "table" then
    return type(value) == "number" and ("%.17g"):format(value)
      or type(value) .. ("%q"):format(tostring(value))
  end
  local parts = {}
  for key, each in pairs(value) do
    parts[#parts + 1] = constant_text(key) .. "=" .. constant_text(each)
  end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

local function add_constants(f, info, parts, globals)
  for i = 0, info.nconsts - 1 do parts[#parts + 1] = ("%.17g"):format(util.funck(f, i)) end
  for i = 1, info.gcconsts do
    local value = util.funck(f, -i)
    if type(value) == "proto" then
      read_proto(value, parts, globals)
    else
      parts[#parts + 1] = constant_text(value)
    end
  end
end

function read_proto(f, parts, globals)
  local info = util.funcinfo(f)
  parts[#parts + 1] = ("function %d %d %s"):format(info.params, info.upvalues, tostring(info.isvararg))
  for at = 1, info.bytecodes - 1 do -- at 0 is the head, which counts calls
    local instruction = util.funcbc(f, at)
    local opcode = bit.band(instruction, 0xff)
    if opcode == GET_GLOBAL or opcode == SET_GLOBAL then
      globals[#globals + 1] = util.funck(f, -bit.rshift(instruction, 16) - 1)
    end
    parts[#parts + 1] = bit.tohex(instruction)
  end
  add_constants(f, info, parts, globals)
end

--- Reads a function out of string.dump: loaded anew, it has not been compiled yet.
---@param code string
---@return string text
---@return string[] globals whose names it asks for
function M.read(code)
  local parts, globals = {}, {}
  read_proto(loadstring(code), parts, globals)
  return table.concat(parts, " "), globals
end

return M
