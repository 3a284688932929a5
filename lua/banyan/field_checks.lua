-- SPDX-License-Identifier: MIT
-- Checks of what users write in tables. A check is a function(value, at, refuse) that calls `refuse`
-- with a message for what is wrong; `at` is the path to the value.
local dates = require "banyan.dates"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"

local M = {}

local function shown(value)
  if type(value) == "string" then return ("'%s'"):format(value:sub(1, 40):gsub("%c", "?")) end
  return type(value) == "number" and ("%.10g"):format(value) or "a " .. type(value)
end

--- Refuses a value, saying what it must be.
function M.must(refuse, at, expected, value)
  refuse(("'%s' must be %s%s"):format(at, expected, value ~= nil and ", not " .. shown(value) or ""))
end

local function of_type(name, expected)
  return function(value, at, refuse)
    if type(value) ~= name then M.must(refuse, at, expected or "a " .. name, value) end
  end
end

M.func = of_type "function"
M.flag = of_type("boolean", "true or false")

--- A text of at most `most` bytes that has the form of a pattern.
function M.pattern(form, most, expected)
  return function(value, at, refuse)
    if type(value) ~= "string" or #value > most or not value:find(form) then
      M.must(refuse, at, expected, value)
    end
  end
end

M.text = M.pattern("^[^%c]+$", 1024, "a text")

--- A number within bounds.
function M.number(least, most, expected)
  return function(value, at, refuse)
    if type(value) ~= "number" or not (value >= least and value <= most) then
      M.must(refuse, at, expected or ("a number from %.10g to %.10g"):format(least, most), value)
    end
  end
end

--- A whole number within bounds.
function M.whole(least, most)
  local expected = ("a whole number from %.10g to %.10g"):format(least, most)
  return function(value, at, refuse)
    M.number(least, most, expected)(value, at, refuse)
    if value % 1 ~= 0 then M.must(refuse, at, expected, value) end
  end
end

--- One of some words.
function M.one_of(words)
  local known = {}
  for _, word in ipairs(words) do known[word] = true end
  return function(value, at, refuse)
    if not known[value] then
      M.must(refuse, at, "one of '" .. table.concat(words, "', '") .. "'", value)
    end
  end
end

--- A function, or what `check` takes.
function M.or_function(check)
  return function(value, at, refuse)
    if type(value) ~= "function" then check(value, at, refuse) end
  end
end

--- A list of at least one of what `check` takes, each once.
function M.list(check)
  return function(value, at, refuse)
    if type(value) ~= "table" or #value == 0 then
      M.must(refuse, at, "a list of at least one", value)
    end
    local seen = {}
    for i, item in ipairs(value) do
      check(item, ("%s[%d]"):format(at, i), refuse)
      if seen[item] then refuse(("'%s[%d]' is in the list twice"):format(at, i)) end
      seen[item] = true
    end
  end
end

--- A table of keys that are texts.
function M.map(check_key, check)
  return function(value, at, refuse)
    if type(value) ~= "table" then M.must(refuse, at, "a table", value) end
    for key in pairs(value) do
      if type(key) ~= "string" then M.must(refuse, "a key of " .. at, "a text", key) end
    end
    for _, key in ipairs(lists.sorted_keys(value)) do
      check_key(key, "a key of " .. at, refuse)
      check(value[key], at .. "." .. key, refuse)
    end
  end
end

local function refuse_unknown(refuse, prefix, key, fields)
  local known = lists.sorted_keys(fields)
  local near = type(key) == "string" and nearest(key, known)
  refuse(("unknown field '%s%s'%s"):format(prefix, tostring(key), near
    and (", did you mean '%s'?"):format(near) or "; known are " .. table.concat(known, " ")))
end

--- A table whose keys are known; those in `needed` must be there.
function M.record(fields, needed)
  return function(value, at, refuse)
    if type(value) ~= "table" then M.must(refuse, at, "a table", value) end
    local prefix = at == "" and "" or at .. "."
    for key in pairs(value) do
      if not fields[key] then refuse_unknown(refuse, prefix, key, fields) end
    end
    for _, key in ipairs(needed or {}) do
      if value[key] == nil then refuse(("'%s%s' is missing"):format(prefix, key)) end
    end
    for _, key in ipairs(lists.sorted_keys(value)) do fields[key](value[key], prefix .. key, refuse) end
  end
end

--- A day.
function M.date(value, at, refuse)
  if type(value) ~= "string" or not dates.parse(value) then
    M.must(refuse, at, "a date like \"2016-01-01\"", value)
  end
end

return M
