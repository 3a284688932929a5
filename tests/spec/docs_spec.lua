-- SPDX-License-Identifier: MIT
-- Every code block of the README and the docs works: Lua blocks load and run, commands print what the page shows, and
-- what a shell would be given runs. Pages that are one session from top to bottom are replayed by tutorial_spec; the
-- examples of docs/reference_lua.md are run by reference_spec, those of docs/reference_cli.md by reference_pages_spec.
local helper = require "spec.helper"
local sessions = require "spec.sessions"

-- Pages whose blocks are tested by specs of their own.
local ELSEWHERE = { ["docs/tutorial.md"] = true, ["docs/providers.md"] = true, ["docs/reference_lua.md"] = true,
  ["docs/reference_cli.md"] = true }

-- Lines for the shell that no test types: what installs packages or builds, and what goes out to the network or stays.
local NOT_TYPED = { "^make ", "^sudo ", "^export PATH", "%-%-watch", "^git clone",
  "%-%-on slurm" }

local function pages()
  local list = { "README.md" }
  local pipe = assert(io.popen "ls docs/*.md")
  for page in pipe:lines() do
    if not ELSEWHERE[page] and not sessions.is_session(page) then list[#list + 1] = page end
  end
  pipe:close()
  return list
end

local stores = {}

-- A store for each page, so that what it shows does not hang on the pages before it.
local function environment(page)
  stores[page] = stores[page] or helper.scratch() .. "/data"
  return { BANYAN_DATA = stores[page], LC_ALL = "C.UTF-8" }
end

local filled = {}

local function fill_store(page)
  if filled[page] then return end
  filled[page] = true
  local _, stderr, code = helper.run { "backfill", "examples/demo_plan.lua", env = environment(page) }
  assert.equal(0, code, stderr)
end

local function shell(page, line)
  return helper.shell(("export BANYAN_DATA=%s LC_ALL=C.UTF-8; banyan() { %s \"$@\"; }; %s"):format(
    helper.quote(environment(page).BANYAN_DATA), helper.quote(assert(require "banyan.host".absolute(helper.program))),
    line))
end

local folders = {}

-- What one block of a page leaves behind is there for the next, up to the next sweep.
local function folder_of(page, block)
  if not folders[page] or block.text:find "%$ banyan sweep %S+%.lua" then
    folders[page] = helper.scratch()
  end
  return folders[page]
end

local function run_console(page, block)
  local folder = folder_of(page, block)
  for _, command in ipairs(sessions.commands(block)) do
    local typed = command.typed
    for _, name in ipairs { "ftlt%.sweep", "ftlt%.db", "ftlt%.html", "branches%.csv" } do
      typed = typed:gsub(name, folder .. "/%0")
    end
    local stdout, stderr, code = shell(page, typed)
    assert.equal(0, code, stderr)
    stdout = stdout:gsub(helper.escape(folder .. "/"), "")
    assert.equal(sessions.steady(command.expected), sessions.steady(stdout),
      ("%s:%d: %s"):format(page, command.line, command.typed))
  end
end

local function run_lua(page, block)
  local path = helper.write(("%s/block%d.lua"):format(helper.scratch(), block.line), block.text)
  local words = { block.text:find "return b.sweep" and "sweep" or "run", path, env = environment(page) }
  if not block.text:find "return " then words[1] = "lua" end
  if block.text:find "return b.backfill" then words = { "backfill", path, "--dry-run", env = environment(page) } end
  local _, stderr, code = helper.run(words)
  assert.equal(0, code, ("%s:%d: %s"):format(page, block.line, stderr))
end

-- What a reader could have: some prices, the files that the page names, and the examples of the sources.
local READER = "cd %s; export HOME=%s; set -e; banyan data export SPY TLT -o my_prices; "
  .. "cp strategies/tqqq_ftlt.lua tqqq.lua\n%s"

local function write_named(page, folder)
  for _, block in ipairs(sessions.blocks(page)) do
    local name = sessions.file_name(block)
    if name then helper.write(folder .. "/" .. name, block.text) end
  end
end

local function run_sh(page, block)
  local lines = {}
  for line in block.text:gmatch "[^\n]+" do
    local typed = true
    for _, pattern in ipairs(NOT_TYPED) do typed = typed and not line:find(pattern) end
    if typed then lines[#lines + 1] = line end
  end
  local folder, name = helper.scratch(), ("%s:%d"):format(page, block.line) -- with a store of its own
  sessions.link_sources(folder)
  write_named(page, folder)
  fill_store(name)
  local quoted = helper.quote(folder)
  local _, stderr, code = shell(name, READER:format(quoted, quoted, table.concat(lines, "\n")))
  assert.equal(0, code, ("%s:%d: %s"):format(page, block.line, stderr))
end

local RUN = { lua = run_lua, console = run_console, sh = run_sh }

if helper.thread_sanitized then
  describe("code blocks", function()
    it("work", function() pending "the thread sanitizer has smaller sweeps to look at: skipped" end)
  end)
  return
end

describe("code blocks", function()
  for _, page in ipairs(pages()) do
    for _, block in ipairs(sessions.blocks(page)) do
      if RUN[block.language] then
        it(("of %s, line %d, work"):format(page, block.line), function()
          if block.language ~= "sh" and not block.text:find "backfill" then fill_store(page) end
          RUN[block.language](page, block)
        end)
      end
    end
  end

  it("shows strategies/tqqq_ftlt.lua whole", function()
    assert.truthy(helper.read "README.md":find(helper.read "strategies/tqqq_ftlt.lua", 1, true))
  end)
end)
