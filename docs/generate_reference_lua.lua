-- SPDX-License-Identifier: MIT
-- Makes docs/reference_lua.md from the annotations of the modules:
-- `banyan lua docs/generate_reference_lua.lua > docs/reference_lua.md`, from the top of the sources.
local reference = require "banyan.reference"

local M = {}

-- What stands where: names of b, or of classes with all their methods.
local SECTIONS = {
  { "Strategies", "strategy import sweep symbols_of", "Strategy" },
  { "Nodes", "asset cash void settle equal weighted inverse_vol when switch enter_exit mixed top bottom choice group",
    "When" },
  { "Conditions", "all any none at_least", "Condition" },
  { "Series", "indicator on series ratio leverage", "Series" },
  { "Params and selections", "param range log_range", "Selection" },
  { "Backtests and values", "run eval bars metrics", "Backtest Values Bars" },
  { "Results of sweeps", "results", "Store" },
  { "What is luck", "probabilistic_sharpe deflated_sharpe min_track_record min_backtest_length expected_maximum pbo "
    .. "reality_check spa stationary_bootstrap", "" },
  { "Plans and providers", "backfill provider secret basic utc", "" },
}

local HEAD = [[
<!-- Made by docs/generate_reference_lua.lua from the annotations in lua/banyan/; `make docs` makes it anew. -->

# The API

Everything that `local b = require "banyan"` has, with an example each. [The language](language.md) is the place to
begin; this page is for looking up. `banyan repl` shows the same for `?b.top`, and `banyan init` hands out a file by
which editors complete all of it.

A *param* stands wherever a type says so for a plain value: `b.param(...)`, or arithmetic with one. A *node* is a
ticker, a strategy, or what the functions below make.
]]

local WORDS = { ["banyan.Bound"] = "param", ["banyan.Node"] = "node", ["banyan.Series"] = "series",
  ["banyan.Condition"] = "condition", ["banyan.Strategy"] = "strategy", ["banyan.Param"] = "param",
  ["banyan.Sweep"] = "sweep", ["banyan.Plan"] = "plan", ["banyan.Provider"] = "provider",
  ["banyan.Secret"] = "secret", ["banyan.When"] = "choice that goes on", ["banyan.Selection"] = "selection",
  ["banyan.Backtest"] = "backtest", ["banyan.Bars"] = "bars", ["banyan.Values"] = "values", ["banyan.Store"] = "store",
  ["banyan.Plot"] = "plot", ["banyan.Heatmap"] = "heat map", ["banyan.Luck"] = "luck",
  ["banyan.Attribution"] = "branches", ["nil"] = "nothing" }
local LISTS = { node = "list of nodes", condition = "list of conditions", param = "list of params",
  number = "list of numbers", string = "list of texts", integer = "list of integers", any = "list" }

-- The alternatives of a type, split at bars outside brackets.
local function alternatives(kind)
  local parts, depth, from = {}, 0, 1
  for i = 1, #kind + 1 do
    local c = kind:sub(i, i)
    if c:find "[%({<%[]" then depth = depth + 1 elseif c:find "[%)}>%]]" then depth = depth - 1 end
    if c == "|" and depth == 0 or i > #kind then
      parts[#parts + 1] = kind:sub(from, i - 1)
      from = i + 1
    end
  end
  return parts
end

-- One alternative in words.
local function word_of(kind)
  if kind:find "^fun%(" then return "`" .. kind:gsub("banyan%.", "") .. "`" end
  local base, is_list = kind:gsub("%[%]$", "")
  local word = WORDS[base] or base
  if is_list > 0 then
    local inner = word:match "^%((.*)%)$"
    if inner then return "list of " .. M.type_text(inner) end
    return LISTS[word] or "list of " .. word_of(base)
  end
  if word == "string" then return "text" end
  if reference.classes()[word] then return "table" end
  if word == "table" or word == "function" or word:find "^[%l ]+$" then return word end
  return "`" .. word:gsub("banyan%.", "") .. "`"
end

--- A type in words: "integer or param".
---@param kind string
---@return string text
---@return boolean optional
function M.type_text(kind)
  local words, optional = {}, kind:find "%?$" ~= nil
  for _, each in ipairs(alternatives((kind:gsub("%?$", "")))) do
    if each == "nil" then
      optional = true
    else
      words[#words + 1] = word_of((each:gsub("^%((fun.*)%)$", "%1")))
    end
  end
  return table.concat(words, " or "), optional
end

local function escape(text)
  return (text:gsub("|", "\\|"))
end

-- The class of a table of fields, if that is what a param may be.
local function fields_class(kind)
  for _, each in ipairs(alternatives((kind:gsub("%?$", "")))) do
    if reference.classes()[each] and not WORDS[each] then return reference.classes()[each] end
  end
end

local function term(name, kind, text, indent)
  local words, optional = M.type_text(kind)
  return ("%s- `%s` (%s%s)%s"):format(indent, name, words, optional and ", optional" or "",
    text ~= "" and ": " .. text or "")
end

local function add_fields(out, class, indent)
  if class.parent then add_fields(out, reference.classes()[class.parent], indent) end
  for _, field in ipairs(class.fields) do
    out[#out + 1] = term(field.name, field.type, field.text, indent)
    local inner = fields_class(field.type)
    if inner then add_fields(out, inner, indent .. "  ") end
  end
end

local function add_entry(out, entry, level)
  out[#out + 1] = ("%s %s\n"):format(("#"):rep(level), entry.name)
  out[#out + 1] = ("`%s`\n"):format(entry.signature)
  out[#out + 1] = escape(entry.summary) .. "\n"
  for _, param in ipairs(entry.params) do
    out[#out + 1] = term(param.name, param.type, param.text, "")
    local class = fields_class(param.type)
    if class then add_fields(out, class, "  ") end
  end
  for i, result in ipairs(entry.kind == "field" and {} or entry.returns) do
    local class = fields_class(result.type)
    out[#out + 1] = ("- %s %s%s"):format(i == 1 and "returns" or "and", (M.type_text(result.type)),
      result.text ~= "" and ": " .. result.text or "")
    if class then add_fields(out, class, "  ") end
  end
  if out[#out]:sub(-1) ~= "\n" then out[#out] = out[#out] .. "\n" end
  out[#out + 1] = ("```lua\n%s\n```\n"):format(entry.example)
end

-- Fields of what the calls of a section return, which are objects with a name.
local function add_objects(out, names)
  local classes = reference.classes()
  for name in names:gmatch "%S+" do
    local class = classes["banyan." .. name]
    out[#out + 1] = ("### Fields of %s\n"):format(name:lower():gsub("[^s]$", "%0s"))
    if class.summary ~= "" then
      out[#out + 1] = class.summary:sub(1, 1):upper() .. class.summary:sub(2) .. ".\n"
    end
    add_fields(out, class, "")
    out[#out + 1] = ""
  end
end

local OBJECTS = { ["Backtests and values"] = "Backtest Values Bars", ["Results of sweeps"] = "Store",
  ["Params and selections"] = "Param" }

local function families_of_indicators()
  return assert(loadfile "docs/generate_indicators.lua")().FAMILIES
end

local function add_indicators(out)
  out[#out + 1] = "## Indicators\n"
  out[#out + 1] = "Each makes a series; [the indicators](indicators.md) tells formula, unit, first bar and options.\n"
  for _, family in ipairs(families_of_indicators()) do
    local names = {}
    for name in family[2]:gmatch "%S+" do names[#names + 1] = ("[%s](indicators.md#%s)"):format(name, name) end
    out[#out + 1] = ("- %s: %s"):format(family[1], table.concat(names, " "))
  end
  local others = {}
  for _, entry in ipairs(reference.entries()) do
    local own = entry.name:match "[%w_]+$"
    if entry.indicator and entry.indicator ~= own then
      others[#others + 1] = ("[%s](indicators.md#%s)"):format(own, entry.indicator)
    end
  end
  out[#out + 1] = ("- Other names of the same: %s\n"):format(table.concat(others, " "))
end

--- The page.
---@return string
function M.page()
  local out, by_name, told = { HEAD }, {}, {}
  for _, entry in ipairs(reference.entries()) do by_name[entry.name] = entry end
  local function add(entry)
    told[entry.name] = true
    add_entry(out, entry, 3)
  end
  for _, section in ipairs(SECTIONS) do
    out[#out + 1] = ("## %s\n"):format(section[1])
    for name in section[2]:gmatch "%S+" do add(assert(by_name["b." .. name], name)) end
    for class in section[3]:gmatch "%S+" do
      for _, entry in ipairs(reference.entries()) do
        if entry.example and entry.holder == "banyan." .. class then add(entry) end
      end
    end
    if OBJECTS[section[1]] then add_objects(out, OBJECTS[section[1]]) end
    if section[1] == "Series" then add_indicators(out) end
  end
  for name, entry in pairs(by_name) do
    assert(told[name] or entry.indicator or entry.kind == "field",
      name .. " is in no section of docs/generate_reference_lua.lua")
  end
  return (table.concat(out, "\n"):gsub("\n+$", "\n"))
end

if arg and arg[0] and arg[0]:find "generate_reference_lua%.lua$" then io.write(M.page()) end

return M
