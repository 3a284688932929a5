-- SPDX-License-Identifier: MIT
-- The command line as data: every verb with its arguments and options. Parsing, --help and the man
-- page all come from this table.

---@class banyan.Option
---@field name string long name; `options.no_color` holds the value of --no-color
---@field short string? one letter
---@field type "flag"|"string"|"number"|"integer"|"size"|"date"|"choice"|"assignment"
---@field value string? what the help calls the value; none for a flag
---@field choices string[]? of a choice
---@field min number? smallest number
---@field max number? largest number
---@field default any?
---@field repeatable boolean? the value is a list
---@field help string

---@class banyan.Verb
---@field name string
---@field summary string
---@field arguments string? how the help writes the arguments
---@field choices string[]? what the only argument may be
---@field min integer fewest arguments
---@field max integer most arguments
---@field rest boolean? everything behind the first argument belongs to it, options too
---@field passes boolean? what stands behind -- is for another program: values.passed
---@field graceful boolean? it watches for Ctrl-C itself and finishes what it began
---@field module string
---@field call string function of the module: f(options, arguments) -> exit code
---@field description string[] paragraphs
---@field options banyan.Option[]
---@field examples string[]

local M = {}

---@type banyan.Option[]
M.common = {
  { name = "data", type = "string", value = "DIR",
    help = "folder of the bar store (default: $BANYAN_DATA, else $XDG_DATA_HOME/banyan, "
      .. "else ~/.local/share/banyan)" },
  { name = "quiet", short = "q", type = "flag", help = "no progress and no remarks" },
  { name = "verbose", short = "v", type = "flag", help = "say more, such as where the time went" },
  { name = "no-color", type = "flag", help = "no colours (also: NO_COLOR in the environment)" },
  { name = "no-progress", type = "flag", help = "no progress line" },
  { name = "help", short = "h", type = "flag", help = "show this help" },
}

---@type banyan.Verb[] in the order of the help
M.verbs = {}
for _, group in ipairs { "results", "strategy", "data", "program" } do
  for _, verb in ipairs(require("banyan.cli.verbs_" .. group)) do M.verbs[#M.verbs + 1] = verb end
end

M.by_name = {}
for _, verb in ipairs(M.verbs) do M.by_name[verb.name] = verb end

--- The verbs of a family ("data" -> data import, data ls, ...); empty for a word that has none or is a verb itself.
---@param word string
---@return banyan.Verb[]
function M.family(word)
  local found = {}
  if M.by_name[word] then return found end
  for _, verb in ipairs(M.verbs) do
    if verb.name:sub(1, #word + 1) == word .. " " then found[#found + 1] = verb end
  end
  return found
end

--- A verb's own options, then the common ones.
---@param verb banyan.Verb
---@return fun(): banyan.Option
function M.each_option(verb)
  return coroutine.wrap(function()
    for _, option in ipairs(verb.options) do coroutine.yield(option) end
    for _, option in ipairs(M.common) do coroutine.yield(option) end
  end)
end

return M
