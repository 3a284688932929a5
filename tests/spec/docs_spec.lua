-- SPDX-License-Identifier: MIT
-- Every code block of the README and the docs works: Lua blocks load and run, commands print what the page shows.
local helper = require "spec.helper"

local PAGES = { "README.md", "docs/language.md", "docs/architecture.md", "docs/explain.md", "docs/backfill.md",
  "docs/audit.md", "docs/results.md", "docs/walk_forward.md", "docs/luck.md", "docs/metrics.md" }

-- Blocks of a page: { language =, text =, line = }.
local function blocks_of(page)
  local blocks, open, number = {}, nil, 0
  for line in (helper.read(page) .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    if open and line == "```" then
      open.text = table.concat(open, "\n") .. "\n"
      blocks[#blocks + 1], open = open, nil
    elseif open then
      open[#open + 1] = line
    elseif line:find "^```" then
      open = { language = line:sub(4), line = number }
    end
  end
  return blocks
end

local stores = {}

-- A store for each page, so that what it shows does not hang on the pages before it.
local function environment(page)
  stores[page] = stores[page] or helper.scratch() .. "/data"
  return { BANYAN_DATA = stores[page], LC_ALL = "C.UTF-8" }
end

local function fill_store(page)
  local _, stderr, code = helper.run { "backfill", "examples/demo_plan.lua", env = environment(page) }
  assert.equal(0, code, stderr)
end

-- What differs from run to run: times, rates, and where the store of the page lies.
local function steady(text)
  return (text:gsub("in [%d%.]+ m?s, [%d,]+/s on %d+ threads?", "in TIME")
    :gsub("data [^\n]- a combo, parallelism [%d.]+\n", "STAGES\n")
    :gsub("[%d,]+ of [%d,]+ nodes computed.-\n", "NODES\n"))
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
  local commands, folder = {}, folder_of(page, block)
  for line in block.text:gmatch "(.-)\n" do
    if line:find "^%$ " then
      commands[#commands + 1] = { line = line:sub(3), expected = {} }
    else
      table.insert(commands[#commands].expected, line)
    end
  end
  for _, command in ipairs(commands) do
    local typed = command.line:gsub("ftlt%.sweep", folder .. "/%0"):gsub("ftlt%.db", folder .. "/%0")
    local stdout, stderr, code = helper.shell(
      ("export BANYAN_DATA=%s LC_ALL=C.UTF-8; banyan() { %s \"$@\"; }; %s"):format(
      helper.quote(environment(page).BANYAN_DATA), helper.quote(helper.program), typed))
    assert.equal(0, code, stderr)
    stdout = stdout:gsub(helper.escape(folder .. "/"), "")
    local expected = table.concat(command.expected, "\n")
    if expected ~= "" then expected = expected .. "\n" end
    assert.equal(steady(expected), steady(stdout), ("%s:%d: %s"):format(page, block.line, command.line))
  end
end

local function run_lua(page, block, folder)
  local path = helper.write(("%s/block%d.lua"):format(folder, block.line), block.text)
  local words = { block.text:find "return b.sweep" and "sweep" or "run", path, env = environment(page) }
  if not block.text:find "return " then words[1] = "lua" end
  if block.text:find "return b.backfill" then words = { "backfill", path, "--dry-run", env = environment(page) } end
  local _, stderr, code = helper.run(words)
  assert.equal(0, code, ("%s:%d: %s"):format(page, block.line, stderr))
end

describe("code blocks", function()
  for _, page in ipairs(PAGES) do
    for _, block in ipairs(blocks_of(page)) do
      if block.language == "console" or block.language == "lua" then
        it(("of %s, line %d, work"):format(page, block.line), function()
          local folder = helper.scratch()
          if not block.text:find "backfill" then fill_store(page) end
          local run_block = block.language == "lua" and run_lua or run_console
          run_block(page, block, folder)
        end)
      end
    end
  end

  it("shows strategies/tqqq_ftlt.lua whole", function()
    assert.truthy(helper.read "README.md":find(helper.read "strategies/tqqq_ftlt.lua", 1, true))
  end)
end)
