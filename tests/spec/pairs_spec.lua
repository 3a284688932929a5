-- SPDX-License-Identifier: MIT
-- pairs() within pairs(): every key, however hot the loop (see lua/banyan/compiler.lua).

-- The shape of LuaJIT's issue 827, which needs a chunk of its own: a short hot loop behind a call, then pairs
-- within pairs.
local wrong_rounds = assert(loadstring [[
  local list = { 1, 2, 3, 4, 5 }
  local outer = { a = list, b = list, c = list, d = list, e = list }
  local function short_loop(...)
    for _ = 1, 100 do end
  end
  local wrong = 0
  for _ = 1, 100000 do
    short_loop()
    local count = 0
    for _, inner in pairs(outer) do
      for _ in pairs(inner) do end
      count = count + 1
    end
    if count ~= 5 then wrong = wrong + 1 end
  end
  return wrong
]])

describe("pairs", function()
  it("visits every key of tables within tables, compiled or not", function()
    assert.are.equal(0, wrong_rounds())
  end)

  it("refuses what is no table in Lua's own words, at the caller", function()
    local ok, err = pcall(function() for _ in pairs(nil) do error "unreachable" end end)
    assert.is_false(ok)
    assert.truthy(err:find("pairs_spec.lua", 1, true))
    assert.truthy(err:find("bad argument #1 to 'pairs' (table expected, got nil)", 1, true))
  end)
end)
