-- SPDX-License-Identifier: MIT
-- Writes the man pages, made from the table of verbs and options: `banyan lua docs/man.lua FOLDER`, from the top of the
-- sources. One is about the program, the others about a verb or a family of verbs each: banyan-run.1, banyan-data.1.
local help = require "banyan.cli.help"
local options = require "banyan.cli.options"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local DAY = "November 22, 2026" -- of the release
local WIDTH = 66

-- Text as roff takes it.
local function escape(text)
  return (text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("`", "\\(ga"):gsub("~", "\\(ti"):gsub("%^", "\\(ha")
    :gsub("'", "\\(aq"))
end

-- A word as an argument of a macro.
local function argument(text)
  local escaped = escape(text):gsub('"', "\\(dq")
  return escaped:find " " and '"' .. escaped .. '"' or escaped
end

-- Prose: a line a sentence at least, `code` in bold. Hyphens within words stay hyphens.
local function prose(out, text)
  local bold = false
  local function quote()
    bold = not bold
    return bold and "\\fB" or "\\fR"
  end
  for sentence in text:gsub("([%.:;%)]%)?) (%u)", "%1\n%2"):gmatch "[^\n]+" do
    for _, line in ipairs(print_.wrap(sentence, WIDTH)) do
      line = line:gsub("\\", "\\e"):gsub("%f[%S]%-%-?%f[%w]", function(dashes) return ("\\-"):rep(#dashes) end)
      out[#out + 1] = line:gsub("~", "\\(ti"):gsub("%^", "\\(ha"):gsub("^([%.'])", "\\&%1"):gsub("`", quote)
    end
  end
end

local function head(out, name, summary)
  out[#out + 1] = ".\\\" Made by docs/man.lua from lua/banyan/cli/."
  out[#out + 1] = ".Dd " .. DAY
  out[#out + 1] = ".ds doc-volume-operating-system banyan" -- groff's head line says "BSD" otherwise
  out[#out + 1] = (".Dt %s 1"):format(name:upper())
  out[#out + 1] = ".Os banyan"
  out[#out + 1] = ".Sh NAME\n.Nm " .. name
  out[#out + 1] = ".Nd " .. escape(summary)
end

local function add_options(out, list)
  out[#out + 1] = ".Bl -tag -width Ds"
  for _, option in ipairs(list) do
    local short = option.short and ("Fl %s , "):format(option.short) or ""
    local value = option.value and " Ar " .. argument(option.value) or ""
    out[#out + 1] = (".It %sFl Fl %s%s"):format(short, escape(option.name), value)
    prose(out, option.help)
  end
  out[#out + 1] = ".El"
end

local function add_pairs(out, title, rows, macro)
  out[#out + 1] = ".Sh " .. title
  out[#out + 1] = ".Bl -tag -width Ds"
  for _, row in ipairs(rows) do
    out[#out + 1] = (".It %s%s"):format(macro, argument(tostring(row[1])))
    prose(out, row[2])
  end
  out[#out + 1] = ".El"
end

local function add_usage(out, verb)
  out[#out + 1] = (".Nm %s"):format(argument("banyan " .. verb.name))
  local arguments = verb.arguments and ".Ar " .. argument(verb.arguments) or nil
  local words = verb.rest and { ".Op Ar options", arguments } or { arguments or ".Op Ar options",
    arguments and ".Op Ar options" or nil }
  for _, word in ipairs(words) do out[#out + 1] = word end
end

local function add_description(out, verb)
  for i, paragraph in ipairs(verb.description) do
    if i > 1 then out[#out + 1] = ".Pp" end
    prose(out, paragraph)
  end
end

local function add_examples(out, verbs)
  out[#out + 1] = ".Sh EXAMPLES\n.Bd -literal -offset indent"
  for _, verb in ipairs(verbs) do
    for _, example in ipairs(verb.examples) do out[#out + 1] = escape(example) end
  end
  out[#out + 1] = ".Ed"
end

local function add_related(out, related)
  out[#out + 1] = ".Sh SEE ALSO"
  for i, name in ipairs(related) do out[#out + 1] = (".Xr %s 1%s"):format(name, i < #related and " ," or "") end
end

-- What is near to each verb.
local RELATED = {
  run = "explain sweep", sweep = "top stats", top = "show export stats sweep", show = "run top", export = "top",
  stats = "sweep top", explain = "run tree", tree = "explain lint", lint = "audit tree", audit = "lint",
  import = "run", backfill = "data run", data = "backfill",
}

-- The page of a verb, or of a family of them: one section of description and options each.
local function page_of(word, verbs)
  local out, name = {}, "banyan-" .. word
  local own = options.by_name[word]
  head(out, name, own and own.summary or ("verbs about %s"):format(word == "data" and "the bar store" or word))
  out[#out + 1] = ".Sh SYNOPSIS"
  for _, verb in ipairs(verbs) do add_usage(out, verb) end
  out[#out + 1] = ".Sh DESCRIPTION"
  for _, verb in ipairs(verbs) do
    if #verbs > 1 then out[#out + 1] = ".Ss banyan " .. escape(verb.name) end
    add_description(out, verb)
    if #verb.options > 0 then add_options(out, verb.options) end
  end
  out[#out + 1] = ".Pp\nOptions that all verbs have stand in\n.Xr banyan 1 ."
  out[#out + 1] = ".Sh EXIT STATUS\nThat of all verbs, see\n.Xr banyan 1 ."
  add_examples(out, verbs)
  local related = { "banyan" }
  for each in (RELATED[word] or ""):gmatch "%S+" do related[#related + 1] = "banyan-" .. each end
  table.sort(related)
  add_related(out, related)
  return table.concat(out, "\n") .. "\n"
end

-- Verbs by their first word, in the order of the table.
local function families()
  local list, by_word = {}, {}
  for _, verb in ipairs(options.verbs) do
    local word = verb.name:match "^%S+"
    if not by_word[word] then
      by_word[word] = { word = word, verbs = {} }
      list[#list + 1] = by_word[word]
    end
    table.insert(by_word[word].verbs, verb)
  end
  return list
end

local function overview()
  local out = {}
  head(out, "banyan", "backtest strategy trees written in Lua and sweep their params")
  out[#out + 1] = ".Sh SYNOPSIS\n.Nm banyan\n.Ar VERB\n.Op Ar arguments\n.Op Ar options"
  out[#out + 1] = ".Sh DESCRIPTION"
  prose(out, "A strategy is a tree of choices, written in Lua or imported from a file of another program. banyan runs "
    .. "it over the prices of a local store, runs it for all combos of the values of its params, and tells how much "
    .. "of the best of them is luck. What a verb finds goes to standard output, everything else to standard error; "
    .. "options and arguments may stand in any order.")
  out[#out + 1] = ".Pp\nVerbs:\n.Bl -tag -width Ds"
  for _, verb in ipairs(options.verbs) do
    local arguments = verb.arguments and " Ar " .. argument(verb.arguments) or ""
    out[#out + 1] = (".It Cm %s%s"):format(escape(verb.name), arguments)
    prose(out, verb.summary .. ":")
    out[#out + 1] = (".Xr banyan-%s 1"):format(verb.name:match "^%S+")
  end
  out[#out + 1] = ".El\n.Pp\nOptions that all verbs have:"
  add_options(out, options.common)
  add_pairs(out, "ENVIRONMENT", help.VARIABLES, "Ev ")
  add_pairs(out, "FILES", help.FILES, "Pa ")
  add_pairs(out, "EXIT STATUS", help.EXIT_CODES, "")
  out[#out + 1] = ".Sh EXAMPLES"
  prose(out, "A project folder with a strategy, a sweep and a plan that fills a store with simulated prices:")
  out[#out + 1] = ".Bd -literal -offset indent\nbanyan init mine\ncd mine\nexport BANYAN_DATA=$PWD/data\n"
    .. "banyan backfill plan.lua\nbanyan run strategy.lua\nbanyan sweep sweep.lua\n.Ed"
  return table.concat(out, "\n") .. "\n"
end

--- The pages by the name of their file.
---@return table<string, string>
function M.pages()
  local pages = { ["banyan.1"] = overview() }
  for _, family in ipairs(families()) do
    pages[("banyan-%s.1"):format(family.word)] = page_of(family.word, family.verbs)
  end
  return pages
end

if arg and arg[0] and arg[0]:find "man%.lua$" then
  local folder = assert(arg[1], "banyan lua docs/man.lua FOLDER")
  for name, text in pairs(M.pages()) do
    output.file(folder .. "/" .. name, function(put) put(text) end)
  end
end

return M
