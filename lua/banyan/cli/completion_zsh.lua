-- SPDX-License-Identifier: MIT
-- The completion script for zsh.
local completion = require "banyan.cli.completion"
local options = require "banyan.cli.options"

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- What _arguments and _describe read as their own signs.
local function escaped(text, signs)
  return (text:gsub("[" .. signs .. "\\]", "\\%0"))
end

local function values(what)
  if what.kind == "file" then return "_files" end
  if what.kind == "folder" then return "_files -/" end
  return what.kind == "words" and "(" .. table.concat(what.words, " ") .. ")" or " "
end

local function option_line(option)
  local what = completion.of_option(option)
  local names = option.short and ("{-%s,--%s}"):format(option.short, option.name) or "--" .. option.name
  local excludes = option.repeatable and "*"
    or option.short and ("(-%s --%s)"):format(option.short, option.name) or ""
  local text = "[" .. escaped(option.help, "%[%]:") .. "]"
  if what then text = text .. ":" .. escaped(option.value, "%[%]:") .. ":" .. values(what) end
  return ("                %s%s%s"):format(excludes ~= "" and quoted(excludes) or "", names, quoted(text))
end

local function add_verb(lines, verb)
  lines[#lines + 1] = ("            %s)"):format(quoted(verb.name))
  lines[#lines + 1] = "                _arguments -s \\"
  for option in options.each_option(verb) do lines[#lines + 1] = option_line(option) .. " \\" end
  local arguments = completion.of_arguments(verb)
  for i, what in ipairs(arguments) do
    local place = i == #arguments and verb.max > i and "*" or tostring(i)
    lines[#lines + 1] = ("                %s \\"):format(quoted(("%s:argument:%s"):format(place, values(what))))
  end
  lines[#lines] = lines[#lines]:gsub(" \\$", "")
  lines[#lines + 1] = "                ;;"
end

local function described(word, summary)
  return quoted(escaped(word, ":") .. ":" .. summary)
end

-- The second words behind a first one, and files where that is a verb of its own.
local function add_second_words(lines, word)
  local verbs = completion.second_words(word)
  if #verbs == 0 then return end
  lines[#lines + 1] = ("        %s)"):format(quoted(word))
  local rows = {}
  for i, verb in ipairs(verbs) do rows[i] = described(verb.name:match "%S+$", verb.summary) end
  lines[#lines + 1] = "            verbs=(" .. table.concat(rows, " ") .. ")"
  lines[#lines + 1] = "            if (( CURRENT == 3 )); then _describe verb verbs; fi"
  lines[#lines + 1] = "            ;;"
end

--- The script.
---@return string[] lines
return function()
  local lines = { "#compdef banyan", "# Completion of banyan for zsh, made by `banyan completion zsh`.",
    "_banyan() {", "    local -a verbs", "    local verb=$words[2]", "    if (( CURRENT == 2 )); then",
    "        verbs=(" }
  for _, word in ipairs(completion.first_words()) do
    lines[#lines + 1] = "            " .. described(word, completion.summary_of(word))
  end
  for _, line in ipairs { "        )", "        _describe verb verbs", "        _values option --help --version",
    "        return", "    fi", "    case $verb in" } do
    lines[#lines + 1] = line
  end
  for _, word in ipairs(completion.first_words()) do add_second_words(lines, word) end
  local two = {}
  for _, verb in ipairs(options.verbs) do
    if verb.name:find " " then two[#two + 1] = quoted(verb.name) end
  end
  for _, line in ipairs { "    esac", "    case \"$words[2] $words[3]\" in",
    "        " .. table.concat(two, "|") .. ")",
    "            if (( CURRENT > 3 )); then verb=\"$words[2] $words[3]\"; shift 2 words; (( CURRENT -= 2 )); fi",
    "            ;;", "        *) shift words; (( CURRENT-- )) ;;", "    esac", "    case $verb in" } do
    lines[#lines + 1] = line
  end
  for _, verb in ipairs(options.verbs) do add_verb(lines, verb) end
  lines[#lines + 1] = "    esac"
  lines[#lines + 1] = "}"
  lines[#lines + 1] = "if [ \"$funcstack[1]\" = _banyan ]; then _banyan \"$@\"; else compdef _banyan banyan; fi"
  return lines
end
