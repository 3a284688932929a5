-- SPDX-License-Identifier: MIT
-- Makes docs/reference_cli.md from the table of verbs and options:
-- `banyan lua docs/generate_reference_cli.lua > docs/reference_cli.md`, from the top of the sources.
local help = require "banyan.cli.help"
local options = require "banyan.cli.options"

local M = {}

local HEAD = [[
<!-- Made by docs/generate_reference_cli.lua from lua/banyan/cli/; `make docs` makes it anew. -->

# The command line

`banyan VERB [arguments] [options]`. What a verb finds goes to standard output, everything else to standard error;
options and arguments may stand in any order. `banyan help VERB` shows what this page says of it, and so do the man
pages (`man banyan-run`).
]]

local function cell(text)
  return (text:gsub("|", "\\|"):gsub("<", "&lt;"))
end

local function add_options(out, list)
  out[#out + 1] = "| option | |\n|---|---|"
  for _, option in ipairs(list) do
    local term = help.option_term(option):match "^%s*(.*)$"
    out[#out + 1] = ("| `%s` | %s |"):format(term, cell(option.help)
      .. (option.repeatable and not option.help:find "several times" and " (may be given several times)" or ""))
  end
  out[#out + 1] = ""
end

local function add_verb(out, verb)
  out[#out + 1] = ("## banyan %s\n"):format(verb.name)
  out[#out + 1] = ("`%s`: %s\n"):format(help.usage(verb), verb.summary)
  for _, paragraph in ipairs(verb.description) do out[#out + 1] = cell(paragraph) .. "\n" end
  if #verb.options > 0 then add_options(out, verb.options) end
  out[#out + 1] = ("```sh\n%s\n```\n"):format(table.concat(verb.examples, "\n"))
end

local function add_table(out, title, rows)
  out[#out + 1] = ("## %s\n\n| | |\n|---|---|"):format(title)
  for _, row in ipairs(rows) do out[#out + 1] = ("| `%s` | %s |"):format(row[1], cell(row[2])) end
  out[#out + 1] = ""
end

--- The page.
---@return string
function M.page()
  local out = { HEAD, "| verb | |\n|---|---|" }
  for _, verb in ipairs(options.verbs) do
    out[#out + 1] = ("| [%s](#banyan-%s) | %s |"):format(verb.name, verb.name:gsub(" ", "-"), cell(verb.summary))
  end
  out[#out + 1] = "\nOptions that all verbs have:\n"
  add_options(out, options.common)
  for _, verb in ipairs(options.verbs) do add_verb(out, verb) end
  add_table(out, "Exit codes", help.EXIT_CODES)
  add_table(out, "Variables", help.VARIABLES)
  add_table(out, "Files", help.FILES)
  out[#out + 1] = "[The formats](formats.md) of what verbs write have a page of their own."
  return (table.concat(out, "\n"):gsub("\n+$", "\n"))
end

if arg and arg[0] and arg[0]:find "generate_reference_cli%.lua$" then io.write(M.page()) end

return M
