-- SPDX-License-Identifier: MIT
-- banyan completion SHELL: a script that completes verbs, options and their values, made from the table of
-- options. Of each verb the shells are told the words that may follow: what an option's value is, and what
-- the arguments are.
local lists = require "banyan.lists"
local options = require "banyan.cli.options"
local output = require "banyan.cli.output"

local M = {}

---@class banyan.Completion what may stand in the place of a value or an argument
---@field kind "none"|"file"|"folder"|"words"
---@field words string[]? of kind words

local FILES = { FILE = true, PATH = true, STRATEGY = true, A = true, B = true, ["SWEEP.lua"] = true,
  ["PLAN.lua"] = true, ["STRATEGY|STORE"] = true }
local FOLDERS = { DIR = true, STORE = true }

local function of_name(name)
  if FILES[name] then return { kind = "file" } end
  if FOLDERS[name] then return { kind = "folder" } end
  return { kind = "none" }
end

--- What an option's value may be; nil for a flag.
---@param option banyan.Option
---@return banyan.Completion?
function M.of_option(option)
  if option.type == "flag" then return nil end
  if option.choices then return { kind = "words", words = option.choices } end
  return of_name(option.value)
end

--- What a verb's arguments may be, by position; the last one stands for all behind it where a verb takes more.
---@param verb banyan.Verb
---@return banyan.Completion[]
function M.of_arguments(verb)
  if verb.choices then return { { kind = "words", words = verb.choices } } end
  local found = {}
  for name in (verb.arguments or ""):gsub("[%[%]]", ""):gsub("%.%.%.", ""):gmatch "%S+" do
    found[#found + 1] = name == "VERB" and { kind = "words", words = M.first_words() } or of_name(name)
  end
  return found
end

--- The words that may stand first: verbs, and families such as data.
---@return string[]
function M.first_words()
  local seen = {}
  for _, verb in ipairs(options.verbs) do seen[verb.name:match "^%S+"] = true end
  return lists.sorted_keys(seen)
end

--- What the help says of a first word.
---@param word string
---@return string
function M.summary_of(word)
  local verb = options.by_name[word]
  if verb then return verb.summary end
  local names = {}
  for i, member in ipairs(options.family(word)) do names[i] = member.name:match "%S+$" end
  return table.concat(names, ", ")
end

--- The verbs of two words that begin with a word: data -> data import, ...; sweep -> sweep status.
---@param word string
---@return banyan.Verb[]
function M.second_words(word)
  local found = {}
  for _, verb in ipairs(options.verbs) do
    if verb.name:sub(1, #word + 1) == word .. " " then found[#found + 1] = verb end
  end
  return found
end

--- The verb.
---@param arguments string[] the shell
---@return integer exit_code
function M.verb(_, arguments)
  local shell = arguments[1]
  if not lists.contains({ "bash", "zsh", "fish" }, shell) then
    require "banyan.ffi".fail("USAGE", "completion: there is none for '%s'; take bash, zsh or fish "
      .. "(see `banyan completion --help`)", shell)
  end
  output.line(require("banyan.cli.completion_" .. shell)())
  return 0
end

return M
