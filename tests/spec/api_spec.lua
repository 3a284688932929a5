-- SPDX-License-Identifier: MIT
-- The public headers and Lua: every function is bound or listed here with the reason, and the FFI lays out structs as
-- the C compiler does.
local ffi = require "ffi"
local helper = require "spec.helper"
require "banyan.ffi"

-- Public functions that no Lua module calls.
local NOT_BOUND = {
  by_indicator_compute = "for the C tests; scripts ask a trace for the values of a series",
  by_limits_look = "for the C tests; the loader asks by_limits_take",
  by_store_put = "by_import_start calls it in C, and the tests",
  by_panel_new = "bars alone, for the C tests; Lua calls by_panel_new_as_of",
  by_page_no_trade_count = "for the C tests; rows without trade are nothing to report",
  by_status_text = "messages are made where the failure is",
  by_results_put = "the workers of by_results_sweep call it, and the tests",
  by_space_grid = "by_space_walk calls it in C, and the tests",
  by_sweep_order = "by_space_arrange calls it in C, and the tests",
  by_trials_add_results = "by_results_trials calls it in C, and the tests",
  by_csv_parse = "by_import_start calls it in C",
  by_csv_free = "by_import_start calls it in C",
}

local function lines(command)
  local pipe = assert(io.popen(command))
  local list = {}
  for line in pipe:lines() do list[#list + 1] = line end
  pipe:close()
  return list
end

local function public_functions()
  local names = {}
  for _, path in ipairs(lines "ls engine/*.h cache/*.h") do
    for declaration in helper.read(path):gmatch "BY_API ([^;#]-);" do
      names[#names + 1] = declaration:match "([%w_]+)%("
    end
  end
  return names
end

local function lua_text()
  local parts = {}
  for _, path in ipairs(lines "find lua/banyan -name '*.lua'") do parts[#parts + 1] = helper.read(path) end
  return table.concat(parts)
end

describe("the public headers", function()
  local text = lua_text()

  it("declare functions that Lua binds, or that are listed with a reason", function()
    local names = public_functions()
    assert.truthy(#names > 40)
    for _, name in ipairs(names) do
      local used = text:find("C%." .. name .. "%f[^%w_]") ~= nil
      assert.truthy(used ~= (NOT_BOUND[name] ~= nil),
        used and name .. " is bound; take it off the list" or name .. " is not bound")
      assert(ffi.C[name], name)
    end
  end)

  it("lay out structs for the FFI as for C", function()
    local structs = {}
    for _, path in ipairs(lines "ls engine/*.h cache/*.h") do
      for name in helper.read(path):gmatch "typedef struct (by_[%w_]+) {" do
        if pcall(ffi.sizeof, name) and ffi.sizeof(name) then structs[#structs + 1] = name end
      end
    end
    assert.truthy(#structs > 15)
    local source = { '#include "lua/api.h"\n#include <stdio.h>\nint main(void) {\n' }
    for _, name in ipairs(structs) do
      source[#source + 1] = ('    printf("%s %%zu %%zu\\n", sizeof(%s), _Alignof(%s));\n'):format(name, name, name)
    end
    source[#source + 1] = "}\n"
    local folder = helper.scratch()
    helper.write(folder .. "/sizes.c", table.concat(source))
    local _, err, code = helper.shell(("cc -std=gnu11 -I. -o %s/sizes %s/sizes.c"):format(folder, folder))
    assert.equal(0, code, err)
    for _, line in ipairs(lines(folder .. "/sizes")) do
      local name, size, align = line:match "(%S+) (%d+) (%d+)"
      assert.equal(tonumber(size), ffi.sizeof(name), name)
      assert.equal(tonumber(align), ffi.alignof(name), name)
    end
  end)
end)
