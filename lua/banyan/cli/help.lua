-- SPDX-License-Identifier: MIT
-- Help texts, made from the table of options.
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local failure = require "banyan.failure"
local options = require "banyan.cli.options"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local WIDTH = 80

--- What the exit codes mean.
---@type { [1]: integer, [2]: string }[]
M.EXIT_CODES = { { 0, "done" }, { 1, "something was found, or differs" }, { 2, "wrong use" },
  { 3, "bad strategy, sweep or plan" }, { 4, "data missing or bad" }, { 5, "provider failed" },
  { 6, "limit or full disk" }, { 7, "store locked or of something else" }, { 70, "internal error" },
  { 130, "interrupted" } }

--- Variables of the environment that banyan looks at.
---@type { [1]: string, [2]: string }[]
M.VARIABLES = {
  { "BANYAN_DATA", "folder of the bar store; else $XDG_DATA_HOME/banyan, else ~/.local/share/banyan" },
  { "BANYAN_PROVIDER_URL", "another host of a provider, with the provider's name in capitals, such as "
    .. "BANYAN_ALPACA_URL" },
  { "BANYAN_CA_FILE", "a PEM file of certificates to trust beside the system's" },
  { "NO_COLOR", "no colours" } }

--- Files that banyan looks at or keeps.
---@type { [1]: string, [2]: string }[]
M.FILES = { { "~/.config/banyan/keys", "keys of vendors, readable by their owner alone ($XDG_CONFIG_HOME/banyan/keys "
    .. "where that is set)" },
  { "~/.local/share/banyan", "the bar store" },
  { "~/.local/state/banyan/history", "what was typed into the explorer ($XDG_STATE_HOME/banyan/history where that "
    .. "is set)" } }

-- "  term    text wrapped beside it"
local function definitions(lines, pairs_, column)
  for _, pair in ipairs(pairs_) do
    local wrapped = print_.wrap(pair[2], WIDTH - column)
    local term = "  " .. pair[1]
    if #term + 2 > column then
      lines[#lines + 1] = term
      term = ""
    end
    for _, text in ipairs(wrapped) do
      lines[#lines + 1] = term .. (" "):rep(column - #term) .. text
      term = ""
    end
  end
end

--- How an option is written: "-j, --threads N".
---@param option banyan.Option
---@return string
function M.option_term(option)
  local short = option.short and "-" .. option.short .. ", " or "    "
  return short .. "--" .. option.name .. (option.value and " " .. option.value or "")
end

local function option_pairs(list)
  local found = {}
  for i, option in ipairs(list) do found[i] = { M.option_term(option), option.help } end
  return found
end

--- How a verb is called: "banyan run STRATEGY [options]".
---@param verb banyan.Verb
---@return string
function M.usage(verb)
  local words = verb.rest and { "[options]", verb.arguments } or { verb.arguments or "[options]" }
  if verb.arguments and not verb.rest then words[2] = "[options]" end
  return ("banyan %s %s"):format(verb.name, table.concat(words, " "))
end

--- The help of one verb.
---@param verb banyan.Verb
---@return string[] lines
function M.of_verb(verb)
  local lines = { "banyan " .. verb.name .. " - " .. verb.summary, "", "usage: " .. M.usage(verb) }
  for _, paragraph in ipairs(verb.description) do
    lines[#lines + 1] = ""
    lists.append(lines, print_.wrap(paragraph, WIDTH))
  end
  if #verb.options > 0 then
    lists.append(lines, { "", "options:" })
    definitions(lines, option_pairs(verb.options), 30)
  end
  lists.append(lines, { "", "common options:" })
  definitions(lines, option_pairs(options.common), 30)
  lists.append(lines, { "", "examples:" })
  for _, example in ipairs(verb.examples) do lines[#lines + 1] = "  " .. example end
  return lines
end

local function verb_pairs(verbs)
  local found = {}
  for i, verb in ipairs(verbs) do
    found[i] = { (verb.name .. " " .. (verb.arguments or "")):gsub("%s+$", ""), verb.summary }
  end
  return found
end

--- The help of the program.
---@return string[] lines
function M.overview()
  local lines = { "banyan - backtests strategy trees written in Lua and sweeps their params", "",
    "usage: banyan VERB [arguments] [options]", "", "verbs:" }
  definitions(lines, verb_pairs(options.verbs), 26)
  lists.append(lines, { "", "common options:" })
  definitions(lines, option_pairs(options.common), 26)
  definitions(lines, { { "    --version", "show the version" } }, 26)
  lists.append(lines, { "", "`banyan help VERB` shows the options and examples of a verb.", "" })
  local codes = {}
  for i, code in ipairs(M.EXIT_CODES) do codes[i] = table.concat(code, " ") end
  return lists.append(lines, print_.wrap("exit codes: " .. table.concat(codes, ", "), WIDTH))
end

--- What a call without arguments shows.
---@return string[] lines
function M.short()
  return { "usage: banyan VERB [arguments] [options]", "",
    "  banyan init DIR            make a folder to begin with",
    "  banyan run STRATEGY        backtest a strategy",
    "  banyan sweep SWEEP.lua     backtest all combos of a space",
    "  banyan data import PATH    take price files into the store", "",
    "`banyan --help` lists everything." }
end

--- The help of a family of verbs, such as data.
---@param word string
---@return string[] lines
function M.of_family(word)
  local lines = { ("usage: banyan %s VERB [arguments] [options]"):format(word), "", "verbs:" }
  definitions(lines, verb_pairs(options.family(word)), 26)
  lists.append(lines, { "", ("`banyan %s VERB --help` shows the options of a verb."):format(word) })
  return lines
end

--- The verb `help`.
---@param arguments string[]
---@return integer exit_code
function M.verb(_, arguments)
  local name = table.concat(arguments, " ")
  local verb = options.by_name[name]
  if name == "" then
    output.line(M.overview())
  elseif verb then
    output.line(M.of_verb(verb))
  elseif #options.family(name) > 0 then
    output.line(M.of_family(name))
  else
    local names = {}
    for i, each in ipairs(options.verbs) do names[i] = each.name end
    local near = nearest(name, names)
    failure.fail("USAGE", "there is no verb '%s'%s (see `banyan --help`)", name,
      near and (", did you mean '%s'?"):format(near) or "")
  end
  return 0
end

return M
