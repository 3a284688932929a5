-- SPDX-License-Identifier: MIT
-- Pages that are one session from top to bottom, replayed word for word: commands of console blocks are typed into one
-- shell, one after the other, and must print what the page shows, on either stream; lines of a repl block behind its
-- prompt, `>> ` or `.. `, are given to the explorer that its first line starts; a Lua block that begins with
-- `-- NAME.lua` becomes that file in the folder where the shell is; what stands in other blocks is not replayed.
local helper = require "spec.helper"
local host = require "banyan.host"

local M = {}

local MARK = "@@end of a command@@"

--- What differs from run to run: times and rates.
---@param text string
---@return string
function M.steady(text)
  return (text:gsub("in %S[^\n]-, [%d,]+/s on %d+ threads?", "in TIME")
    :gsub("data [^\n]- a combo, parallelism [%d.]+\n", "STAGES\n")
    :gsub("[%d,]+ of [%d,]+ nodes computed.-\n", "NODES\n")
    :gsub("expected: about [^\n]*\n", "EXPECTED\n")
    :gsub("%.html  [%d.]+ %a*B\n", ".html  SIZE\n")
    :gsub("%([%d.:]+ %S*s, (%d+ of %d+ parts computed)%)", "(TIME, %1)"))
end

--- Blocks of a page.
---@param page string
---@return { language: string, text: string, line: integer }[]
function M.blocks(page)
  local blocks, open, number = {}, nil, 0
  for line in (assert(helper.read(page), page) .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    if open and line == "```" then
      open.text = table.concat(open, "\n") .. (#open > 0 and "\n" or "")
      blocks[#blocks + 1], open = open, nil
    elseif open then
      open[#open + 1] = line
    elseif line:find "^```" then
      open = { language = line:sub(4), line = number }
    end
  end
  assert(not open, page .. ": a block is not closed")
  return blocks
end

--- Commands of a console block, each with the output that the page shows.
---@return { typed: string, expected: string, line: integer }[]
function M.commands(block)
  local commands, number = {}, block.line
  for line in block.text:gmatch "(.-)\n" do
    number = number + 1
    if line:find "^%$ " then
      commands[#commands + 1] = { typed = line:sub(3), expected = "", line = number }
    else
      local last = assert(commands[#commands], "a console block begins with a command")
      last.expected = last.expected .. line .. "\n"
    end
  end
  return commands
end

--- The file that a Lua block is, if its first line names one.
---@return string?
function M.file_name(block)
  return block.language == "lua" and block.text:match "^%-%- ([%w_]+%.lua)\n" or nil
end

-- A repl block as the command that does the same without a terminal.
local function explored(block)
  local start, rest = block.text:match "^%$ ([^\n]*)\n(.*)$"
  local typed, expected = {}, {}
  for line in rest:gmatch "(.-)\n" do
    local code = line:match "^>> (.*)$" or line:match "^%.%. (.*)$"
    table.insert(code and typed or expected, (code or line) .. "\n")
  end
  return { typed = ("%s <<'%s'\n%s%s"):format(start, MARK, table.concat(typed), MARK),
    expected = table.concat(expected), line = block.line }
end

-- The page as a script for the shell, and its commands in their order.
local function script_of(page)
  local lines, commands = {}, {}
  for _, block in ipairs(M.blocks(page)) do
    local name = M.file_name(block)
    if name then
      lines[#lines + 1] = ("cat >%s <<'%s'\n%s%s"):format(name, MARK, block.text, MARK)
    elseif block.language == "console" or block.language == "repl" then
      for _, command in ipairs(block.language == "repl" and { explored(block) } or M.commands(block)) do
        commands[#commands + 1] = command
        lines[#lines + 1] = ("%s\nprintf '%s%%d\\n' $?"):format(command.typed, MARK)
      end
    end
  end
  return table.concat(lines, "\n") .. "\n", commands
end

--- Whether a page is one session: it says so in its first line.
---@param page string
function M.is_session(page)
  return assert(helper.read(page), page):find "^<!%-%- A session" ~= nil
end

--- Makes examples/ and strategies/ of a folder those of the sources.
---@param folder string
function M.link_sources(folder)
  for _, name in ipairs { "examples", "strategies" } do
    local from = helper.quote(assert(host.absolute(name)))
    assert(os.execute(("ln -s %s %s/%s"):format(from, helper.quote(folder), name)) == 0)
  end
end

--- Replays a page in a folder of its own, beside examples/ and strategies/.
---@param page string
---@return { typed: string, expected: string, line: integer, printed: string?, code: integer? }[]
function M.replay(page)
  local folder = helper.scratch()
  M.link_sources(folder)
  local script, commands = script_of(page)
  local path = helper.write(folder .. "/.session", script)
  local out = helper.shell(("export LC_ALL=C.UTF-8 HOME=%s; unset BANYAN_DATA XDG_DATA_HOME XDG_CONFIG_HOME; cd %s; "
    .. "banyan() { %s \"$@\"; }; . %s 2>&1"):format(folder, folder, helper.quote(assert(host.absolute(helper.program))),
    path))
  local at = 1
  for _, command in ipairs(commands) do
    local from, to, code = out:find(MARK .. "(%d+)\n", at)
    if not from then break end
    command.printed, command.code, at = out:sub(at, from - 1), tonumber(code), to + 1
  end
  return commands
end

return M
