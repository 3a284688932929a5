-- SPDX-License-Identifier: MIT
-- The completion script for fish.
local completion = require "banyan.cli.completion"
local options = require "banyan.cli.options"

local HEAD = [=[
# Completion of banyan for fish, made by `banyan completion fish`.
# Whether the line's first words that are no options are these.
function __banyan_at
    set -l words
    for word in (commandline -opc)[2..]
        string match -q -- '-*' $word; or set -a words $word
    end
    test "$words[1..$(count $argv)]" = "$argv"
end
function __banyan_empty
    for word in (commandline -opc)[2..]
        string match -q -- '-*' $word; or return 1
    end
end
complete -c banyan -f
complete -c banyan -n __banyan_empty -l help -s h -d 'show help'
complete -c banyan -n __banyan_empty -l version -d 'show the version']=]

local function quoted(text)
  return "'" .. text:gsub("[\\']", "\\%0") .. "'"
end

local function values(what)
  if what.kind == "file" then return " -r -F" end
  if what.kind == "folder" then return " -x -a '(__fish_complete_directories)'" end
  return what.kind == "words" and " -x -a " .. quoted(table.concat(what.words, " ")) or " -x"
end

-- A verb of two words is another one than its first.
local function place(verb)
  local condition = "__banyan_at " .. verb.name
  for _, other in ipairs(completion.second_words(verb.name)) do
    condition = condition .. "; and not __banyan_at " .. other.name
  end
  return condition
end

local function add_verb(lines, verb)
  local condition = quoted(place(verb))
  for option in options.each_option(verb) do
    local what = completion.of_option(option)
    lines[#lines + 1] = ("complete -c banyan -n %s -l %s%s -d %s%s"):format(condition, option.name,
      option.short and " -s " .. option.short or "", quoted(option.help), what and values(what) or "")
  end
  for _, what in ipairs(completion.of_arguments(verb)) do
    if what.kind ~= "none" then
      lines[#lines + 1] = ("complete -c banyan -n %s%s"):format(condition, values(what):gsub(" %-[rx]", "", 1))
      return
    end
  end
end

--- The script.
---@return string[] lines
return function()
  local lines = {}
  for line in HEAD:gmatch "[^\n]+" do lines[#lines + 1] = line end
  for _, word in ipairs(completion.first_words()) do
    lines[#lines + 1] = ("complete -c banyan -n __banyan_empty -a %s -d %s"):format(word,
      quoted(completion.summary_of(word)))
    for _, verb in ipairs(completion.second_words(word)) do
      lines[#lines + 1] = ("complete -c banyan -n '__banyan_at %s; and not __banyan_at %s' -a %s -d %s"):format(
        word, verb.name, verb.name:match "%S+$", quoted(verb.summary))
    end
  end
  for _, verb in ipairs(options.verbs) do add_verb(lines, verb) end
  return lines
end
