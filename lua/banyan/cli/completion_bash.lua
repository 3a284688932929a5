-- SPDX-License-Identifier: MIT
-- The completion script for bash. It needs nothing but bash itself.
local completion = require "banyan.cli.completion"
local lists = require "banyan.lists"
local options = require "banyan.cli.options"

local HEAD = [=[
# Completion of banyan for bash, made by `banyan completion bash`.
_banyan() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb= given=0 i
    COMPREPLY=()
    # Bash takes --name=value apart into three words.
    if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            %s) ((i++)) ;;
            -*) ;;
            *) case "$verb ${COMP_WORDS[i]}" in
                   %s) verb="${verb:+$verb }${COMP_WORDS[i]}" ;;
                   *) ((given++)) ;;
               esac ;;
        esac
    done
    local files= folders= words= flags=
    case "$verb" in
]=]

local TAIL = [=[
    esac
    if [[ $word == -* ]]; then words=$flags files= folders=; fi
    if [[ -n $files$folders ]]; then compopt -o filenames; fi
    mapfile -t COMPREPLY < <(
        if [[ -n $files ]]; then compgen -f -- "$word"; fi
        if [[ -n $folders ]]; then compgen -d -- "$word"; fi
        if [[ -n $words ]]; then compgen -W "$words" -- "$word"; fi
    )
}
complete -F _banyan banyan
]=]

local function set(what)
  if what.kind == "file" then return "files=1" end
  if what.kind == "folder" then return "folders=1" end
  return what.kind == "words" and ("words=%q"):format(table.concat(what.words, " ")) or ":"
end

-- Lines for the values of a verb's options; returns all the options' names.
local function add_options(lines, verb)
  local names = {}
  for option in options.each_option(verb) do
    names[#names + 1] = "--" .. option.name
    if option.short then names[#names + 1] = "-" .. option.short end
    local what = completion.of_option(option)
    if what then
      lines[#lines + 1] = ("                --%s%s) %s ;;"):format(option.name,
        option.short and " | -" .. option.short or "", set(what))
    end
  end
  return names
end

-- Lines for the verb's arguments, by how many were given before.
local function add_arguments(lines, verb)
  local arguments = completion.of_arguments(verb)
  if #arguments == 0 then return end
  lines[#lines + 1] = "                    case $given in"
  for i, what in ipairs(arguments) do
    local place = i == #arguments and verb.max > i and "*" or tostring(i - 1)
    lines[#lines + 1] = ("                        %s) %s ;;"):format(place, set(what))
  end
  lines[#lines + 1] = "                    esac"
end

local function add_verb(lines, verb, following)
  lines[#lines + 1] = ("        %q)"):format(verb.name)
  lines[#lines + 1] = "            case $before in"
  local names = add_options(lines, verb)
  lines[#lines + 1] = "                *)"
  lines[#lines + 1] = ("                    flags=%q words=%q"):format(table.concat(names, " "),
    table.concat(following, " "))
  add_arguments(lines, verb)
  lines[#lines + 1] = "                    ;;"
  lines[#lines + 1] = "            esac"
  lines[#lines + 1] = "            ;;"
end

local function last_words(verbs)
  local found = {}
  for i, verb in ipairs(verbs) do found[i] = verb.name:match "%S+$" end
  return found
end

-- The options that take a value, as alternatives of a pattern; no name is a flag of another verb.
local function with_values()
  local names = {}
  for _, verb in ipairs(options.verbs) do
    for option in options.each_option(verb) do
      if option.type ~= "flag" then
        names["--" .. option.name] = true
        if option.short then names["-" .. option.short] = true end
      end
    end
  end
  return table.concat(lists.sorted_keys(names), " | ")
end

local function quoted_verbs()
  local known = {}
  for _, word in ipairs(completion.first_words()) do known[#known + 1] = ("%q"):format(" " .. word) end
  for _, verb in ipairs(options.verbs) do
    if verb.name:find " " then known[#known + 1] = ("%q"):format(verb.name) end
  end
  return table.concat(known, " | ")
end

local function add_text(lines, text)
  for line in text:gmatch "[^\n]+" do lines[#lines + 1] = line end
end

--- The script.
---@return string[] lines
return function()
  local lines = {}
  add_text(lines, HEAD:format(with_values(), quoted_verbs()))
  lines[#lines + 1] = ("        '') flags='--help --version' words=%q ;;"):format(
    table.concat(completion.first_words(), " "))
  for _, verb in ipairs(options.verbs) do
    add_verb(lines, verb, last_words(completion.second_words(verb.name)))
  end
  for _, word in ipairs(completion.first_words()) do
    if not options.by_name[word] then
      lines[#lines + 1] = ("        %q) words=%q ;;"):format(word,
        table.concat(last_words(completion.second_words(word)), " "))
    end
  end
  add_text(lines, TAIL)
  return lines
end
