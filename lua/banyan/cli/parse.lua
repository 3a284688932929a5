-- SPDX-License-Identifier: MIT
-- Words of the command line -> verb, options, arguments. What is wrong is a USAGE failure.
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local nearest = require "banyan.nearest"
local options = require "banyan.cli.options"

local M = {}

local function usage(verb, message, ...)
  local hint = verb and "banyan " .. verb.name .. " --help" or "banyan --help"
  failure.fail("USAGE", "%s (see `%s`)", message:format(...), hint)
end

local function did_you_mean(word, candidates, form)
  local found = nearest(word, candidates)
  return found and (", did you mean '%s'?"):format((form or "%s"):format(found)) or ""
end

local function list(words)
  return #words == 1 and words[1]
    or table.concat(words, ", ", 1, #words - 1) .. " or " .. words[#words]
end

-- A number written in decimal. tonumber would take "nan", "inf" and "0x10", too, and there is a
-- fund with the ticker NAN.
local function decimal(text)
  local mantissa = text:gsub("[eE][+-]?%d+$", "", 1)
  local plain = mantissa:find "^[+-]?%d+%.?%d*$" or mantissa:find "^[+-]?%.%d+$"
  return plain and tonumber(text)
end

-- What a value of each type must look like: value or nil, what was expected.
local readers = {}

function readers.string(text)
  if text == "" then return nil, "a text that is not empty" end
  return text
end

function readers.number(text, option)
  local value = decimal(text)
  local whole = option.type == "integer"
  if value and value >= (option.min or value) and value <= (option.max or value)
    and not (whole and value % 1 ~= 0) then
    return value
  end
  local range = option.min and (" from %.16g to %.16g"):format(option.min, option.max) or ""
  return nil, (whole and "a whole number" or "a number") .. range
end
readers.integer = readers.number

local UNITS = { [""] = 1, K = 1024, M = 1024 ^ 2, G = 1024 ^ 3 }

function readers.size(text)
  local digits, unit = text:match "^(%d+%.?%d*)([KMG]?)i?B?$"
  local bytes = digits and tonumber(digits) * UNITS[unit]
  return bytes and bytes >= 1 and bytes <= 2 ^ 50 and bytes, "a size such as 512M or 2G"
end

function readers.date(text)
  return dates.parse(text) and text, "a day as YYYY-MM-DD"
end

function readers.choice(text, option)
  for _, choice in ipairs(option.choices) do
    if choice == text then return text end
  end
  return nil, list(option.choices)
end

function readers.assignment(text)
  local name, value = text:match "^([^=]+)=(.*)$"
  return name and { name = name, value = decimal(value) or value }, "NAME=VALUE"
end

local function store_value(verb, option, text, values)
  local key = option.name:gsub("%-", "_")
  if option.type == "flag" then
    values[key] = true
    return
  end
  local value, expected = readers[option.type](text, option)
  if not value then
    usage(verb, "--%s wants %s, not '%s'", option.name, expected, text)
  end
  if option.repeatable then
    values[key] = values[key] or {}
    table.insert(values[key], value)
  else
    values[key] = value
  end
end

local function find_option(verb, key, wanted)
  for option in options.each_option(verb) do
    if option[key] == wanted then return option end
  end
end

local function long_option(verb, word, words, at, values)
  local name, text = word:match "^%-%-([^=]*)=(.*)$"
  name = name or word:sub(3)
  local option = find_option(verb, "name", name)
  if not option then
    local names = {}
    for each in options.each_option(verb) do names[#names + 1] = each.name end
    usage(verb, "banyan %s has no option '--%s'%s", verb.name, name,
      did_you_mean(name, names, "--%s"))
  end
  if option.type == "flag" then
    if text then usage(verb, "--%s takes no value", name) end
  elseif not text then
    at = at + 1
    text = words[at] or usage(verb, "--%s needs a value, %s", name, option.value)
  end
  store_value(verb, option, text, values)
  return at
end

-- -j4, -j 4, -qv
local function short_options(verb, word, words, at, values)
  local i = 2
  while i <= #word do
    local letter = word:sub(i, i)
    local option = find_option(verb, "short", letter)
    if not option then usage(verb, "banyan %s has no option '-%s'", verb.name, letter) end
    local text
    if option.type ~= "flag" then
      text = word:sub(i + 1):gsub("^=", "")
      if i == #word then
        at = at + 1
        text = words[at] or usage(verb, "-%s needs a value, %s", letter, option.value)
      end
      i = #word
    end
    store_value(verb, option, text, values)
    i = i + 1
  end
  return at
end

local function defaults(verb)
  local values = {}
  for option in options.each_option(verb) do
    if option.default ~= nil then values[option.name:gsub("%-", "_")] = option.default end
  end
  return values
end

local function check_count(verb, arguments)
  local form = ("banyan %s %s"):format(verb.name, verb.arguments or ""):gsub("%s+$", "")
  if #arguments < verb.min then
    usage(verb, "banyan %s needs %s", verb.name, verb.arguments)
  elseif #arguments > verb.max then
    usage(verb, "'%s' is too much: %s", arguments[verb.max + 1], form)
  end
end

-- The verb that the first words name, and the position behind it.
local function find_verb(words)
  local first, second = words[1], words[2]
  local family = options.family(first)
  local two = second and options.by_name[first .. " " .. second]
  if two then return two, 3 end
  if #family > 0 then
    local names = {}
    for i, verb in ipairs(family) do names[i] = verb.name:sub(#first + 2) end
    if not second then
      usage({ name = first }, "banyan %s needs a verb: %s", first, list(names))
    end
    usage({ name = first }, "there is no 'banyan %s %s'%s", first, second,
      did_you_mean(second, names))
  end
  local verb = options.by_name[first]
  if verb then return verb, 2 end
  if first:sub(1, 1) == "-" then
    usage(nil, "the verb comes first: banyan VERB %s ...", first)
  end
  local names, seen = {}, {}
  for i, each in ipairs(options.verbs) do
    local name = each.name:match "^%S+"
    if not seen[name] then names[#names + 1], seen[name] = name, i end
  end
  usage(nil, "there is no verb '%s'%s", first, did_you_mean(first, names))
end

--- Takes the words of a command line apart.
---@param words string[] at least one, the verb
---@return banyan.Verb verb
---@return table<string, any> values of the options
---@return string[] arguments
function M.parse(words)
  local verb, at = find_verb(words)
  local values, arguments, ended = defaults(verb), {}, false
  while words[at] do
    local word = words[at]
    if ended or word == "-" or word:sub(1, 1) ~= "-" then
      arguments[#arguments + 1] = word
      ended = ended or verb.rest
    elseif word == "--" and verb.passes and #arguments == verb.max then
      values.passed = { unpack(words, at + 1) }
      break
    elseif word == "--" then
      ended = true
    elseif word:sub(1, 2) == "--" then
      at = long_option(verb, word, words, at, values)
    else
      at = short_options(verb, word, words, at, values)
    end
    at = at + 1
  end
  if not values.help then check_count(verb, arguments) end
  return verb, values, arguments
end

local function value_text(value)
  if type(value) == "number" then return ("%.17g"):format(value) end
  return type(value) == "table" and value.name .. "=" .. value_text(value.value) or value
end

--- The words that say a verb's own options again: the reverse of parsing.
---@param verb banyan.Verb
---@param values table<string, any>
---@return string[]
function M.words(verb, values)
  local words = {}
  for _, option in ipairs(verb.options) do
    local value = values[option.name:gsub("%-", "_")]
    for _, each in ipairs(option.repeatable and value or { value }) do
      words[#words + 1] = "--" .. option.name .. (option.type ~= "flag" and "=" .. value_text(each) or "")
    end
  end
  return words
end

return M
