-- SPDX-License-Identifier: MIT
-- banyan init: a folder to begin with.
local failure = require "banyan.failure"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local meta = require "banyan.reference.meta"
local output = require "banyan.cli.output"

local M = {}

local TYPES = "types/banyan.lua"

local STRATEGY = [[
-- When everybody has bought, wait; above its long average hold the market; below it, whatever did best of late.
local b = require "banyan"

local hot = b.param("hot", 80, b.range(70, 90, 2))          -- a name, a default, the values that a sweep walks
local average = b.param("average", 200, b.range(50, 300, 10))

local shelter = b.top(1, b.cumulative_return(60), { "TLT", "GLD", "BIL" })

return b.strategy {
  name = "My first",
  rebalance = "daily",
  costs = { slippage = 0.0005 },
  b.when(b.rsi("QQQ", 10):gt(hot), "BIL")
    :elsewhen(b.close("SPY"):gt(b.sma("SPY", average)), "QQQ")
    :otherwise(shelter),
}
]]

local SWEEP = [[
-- All combos of the params of strategy.lua: `banyan sweep sweep.lua`, then `banyan top sweep.sweep`.
local b = require "banyan"

return b.sweep {
  strategy = require "strategy",
  from = "2015-06-01",
  rank = "sharpe",
}
]]

local PLAN = [[
-- The bars that strategy.lua needs: `banyan backfill plan.lua`. The provider sim makes them up. Real ones come from a
-- vendor, such as provider = "alpaca", with its keys in the environment; then "to" can go, and --watch stays.
local b = require "banyan"

return b.backfill {
  provider = "sim",
  symbols = b.symbols_of "strategy.lua",
  timeframes = { "1d" },
  from = "2014-01-02",
  to = "2023-12-29",
}
]]

local README = [[
# A banyan project

```sh
export BANYAN_DATA="$PWD/data"      # a bar store of this folder's own
banyan backfill plan.lua            # fill it, with simulated prices at first
banyan run strategy.lua             # a backtest
banyan explain strategy.lua 2020-03-16
banyan report strategy.lua          # the run as a page for the browser
banyan sweep sweep.lua              # all combos of the params, into sweep.sweep
banyan top sweep.sweep              # the best of them
banyan stats sweep.sweep            # and how much of that is luck
```

`strategy.lua` is the place to change something. An editor with the Lua language server completes and checks it:
`.luarc.json` tells it where `types/banyan.lua` is, which `banyan init --types` writes anew when banyan has become
newer.
]]

local LUARC = [[
{
  "runtime.version": "LuaJIT",
  "workspace.library": ["types"],
  "workspace.checkThirdParty": false
}
]]

-- What stands in the folder: paths and texts.
local function files()
  return { { ".gitignore", "/data/\n*.sweep/\n*.html\n" }, { ".luarc.json", LUARC }, { "README.md", README },
    { "plan.lua", PLAN }, { "strategy.lua", STRATEGY }, { "sweep.lua", SWEEP }, { TYPES, meta.text() } }
end

-- Makes a folder, and remembers it where it was not there.
local function make_folder(path, made_here)
  local was_there = host.stat(path) ~= nil
  local made, message, errno = host.mkdir(path)
  if not made then
    ffi.fail(failure.status_of_errno(errno, "USAGE"), "init: cannot make the folder %s: %s", path, message)
  end
  if host.stat(path) ~= "directory" then ffi.fail("USAGE", "init: %s is no folder", path) end
  if not was_there then made_here[#made_here + 1] = path end
end

-- Makes folders and files, or leaves nothing behind, so that it can be done again.
local function write_all(folder, prefix, list, replaces)
  local made_here = {}
  local ok, err = pcall(function()
    make_folder(folder, made_here)
    make_folder(prefix .. "types", made_here)
    for _, file in ipairs(list) do
      local path = prefix .. file[1]
      if not replaces then made_here[#made_here + 1] = path end
      output[replaces and "replace" or "file"](path, function(put) put(file[2]) end)
    end
  end)
  if ok then return end
  for i = #made_here, 1, -1 do os.remove(made_here[i]) end
  error(err, 0)
end

-- A path as it is typed.
local function for_shell(path)
  if path:sub(1, 1) == "-" then path = "./" .. path end
  return path:find "[^%w_./-]" and "'" .. path:gsub("'", "'\\''") .. "'" or path
end

--- The verb.
---@return integer exit_code
function M.make(options, arguments)
  local folder = (arguments[1] or "."):gsub("(.)/+$", "%1")
  local prefix = arguments[1] and folder:gsub("/$", "") .. "/" or ""
  local list = files()
  if options.types then
    list = { list[#list] }
  else
    for _, file in ipairs(list) do
      if host.stat(prefix .. file[1]) then
        ffi.fail("USAGE", "init: %s is there already and stays as it is; name another folder, such as "
          .. "`banyan init mine`", prefix .. file[1])
      end
    end
  end
  write_all(folder, prefix, list, options.types)
  for _, file in ipairs(list) do output.line(prefix .. file[1]) end
  if not options.types then
    output.note(('next: %sexport BANYAN_DATA="$PWD/data"; banyan backfill plan.lua; banyan run strategy.lua')
      :format(arguments[1] and ("cd %s; "):format(for_shell(folder)) or ""))
    output.note(("%sREADME.md has the rest"):format(prefix))
  end
  return 0
end

return M
