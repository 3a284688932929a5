-- SPDX-License-Identifier: MIT
-- What of the compiler of Debian 12's LuaJIT must not be used; loaded before any other module.
--
-- It crashes, once in some ten runs over small sweeps, when it sinks allocations out of loops.
require("jit.opt").start "-sink"

-- pairs() whose loops are not compiled. The LuaJIT of Debian 12 ends compiled loops over pairs within each
-- other too early (LuaJIT issue 827), so that keys go missing. The parser's own instruction for such loops
-- works with the built-in next alone: with any other function in its place, loops fall back to calls, and
-- to the interpreter where that function must not be compiled.
local next, type = next, type

local function following(t, key)
  return next(t, key)
end
jit.off(following)

--- As Lua's own.
function pairs(t) -- luacheck: globals pairs
  if type(t) ~= "table" then
    error(("bad argument #1 to 'pairs' (table expected, got %s)"):format(t == nil and "nil" or type(t)), 2)
  end
  return following, t, nil
end
