-- SPDX-License-Identifier: MIT
-- What may stand at the cursor. Nothing is run to find out: of a call, its annotation says what it gives.
local line = require "banyan.line"
local lists = require "banyan.lists"
local reference = require "banyan.reference"
local store_of = require "banyan.store"
local strategy_of = require "banyan.strategy"
local tree_of = require "banyan.tree"
local view_of = require "banyan.api.view"

local M = {}

local KEYWORDS = { "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local",
  "nil", "not", "or", "repeat", "return", "then", "true", "until", "while" }

-- Names of values ---------------------------------------------------------------------------------

local function is_name(key)
  return type(key) == "string" and key:find "^[%a_][%w_]*$" ~= nil
end

-- Names of a table and of what stands behind it.
local function names_of(value, mark, names)
  local seen, depth = value, 0
  while type(seen) == "table" and depth < 5 do
    for key, member in pairs(seen) do
      if is_name(key) and key:sub(1, 2) ~= "__" and (mark == "." or type(member) == "function") then
        names[#names + 1] = key
      end
    end
    local meta = getmetatable(seen)
    seen, depth = type(meta) == "table" and rawget(meta, "__index") or nil, depth + 1
  end
  if type(value) == "string" then names_of(string, mark, names) end
  return names
end

-- What a class of the reference has, by its name such as "banyan.Series".
local function names_of_class(class, mark)
  local names = {}
  for _, entry in ipairs(reference.entries()) do
    if entry.holder == class and (mark == "." or entry.kind == "method") then
      names[#names + 1] = entry.name:match "[%w_]+$"
    end
  end
  return names
end

-- A member without asking metatables that raise errors.
local function member_of(value, key)
  local depth = 0
  while type(value) == "table" and depth < 5 do
    local found = rawget(value, key)
    if found ~= nil then return found end
    local meta = getmetatable(value)
    value, depth = type(meta) == "table" and rawget(meta, "__index") or nil, depth + 1
  end
end

-- What an expression is: its value, or the class of it. `tokens` are names, members and calls.
local function resolve(env, tokens)
  local value, class, name = rawget(env, tokens[1].text), nil, tokens[1].text
  local at = 2
  while tokens[at] do
    local text = tokens[at].text
    if text == "." or text == ":" then
      name = (view_of.is(value) and "b" or class and class:match "[%w_]+$":lower() or "?") .. text
        .. tokens[at + 1].text
      value = value ~= nil and member_of(value, tokens[at + 1].text) or nil
      at = at + 2
    elseif text == "[" then
      local number = tonumber(tokens[at + 1].text)
      if type(value) ~= "table" or not number then return nil end
      value, at = rawget(value, number), at + 3
    else -- a call
      local depth = 0
      repeat
        local each = tokens[at].text
        if each == "(" or each == "{" then depth = depth + 1 end
        if each == ")" or each == "}" then depth = depth - 1 end
        at = at + 1
      until depth == 0 or not tokens[at]
      local entry = reference.find(name)[1]
      class = entry and entry.returns[1] and entry.returns[1].type:match "banyan%.[%w_]+"
      value = nil
      if not class then return nil end
    end
  end
  return value, class
end

local function describe_as(prefix)
  return function(name)
    local entry = reference.find(prefix .. name)[1]
    return entry and entry.summary
  end
end

-- Of the methods of an object those that the reference has, where it has any: the others are the program's own.
local function for_users(value, names)
  local behind = type(value) == "table" and getmetatable(value)
  behind = type(behind) == "table" and rawget(behind, "__index")
  if type(behind) ~= "table" then return names end
  local kept, told = {}, false
  for _, name in ipairs(names) do
    local known = rawget(value, name) ~= nil or #reference.find(name) > 0
    told = told or known and rawget(behind, name) ~= nil
    if known then kept[#kept + 1] = name end
  end
  return told and kept or names
end

local function members(repl, context)
  local value, class = resolve(repl.env, context.object)
  if value ~= nil then
    return { names = for_users(value, names_of(value, context.mark, {})),
      describe = describe_as(view_of.is(value) and "b." or "") }
  elseif class then
    return { names = names_of_class(class, context.mark),
      describe = describe_as(class:match "[%w_]+$":lower() .. ":") }
  end
  return { names = {} }
end

-- Words of texts ----------------------------------------------------------------------------------

-- Symbols of the bar store, or names of series from outside; those of the strategy at hand as well.
local function tickers(repl, series)
  local names = {}
  local ok, list = pcall(function()
    local store = store_of.open(store_of.directory(repl.options.data), "read")
    local found = store:snapshot():list()
    store:close()
    return found
  end)
  for _, info in ipairs(ok and list or {}) do
    if (info.timeframe == store_of.SERIES.timeframe) == series then names[#names + 1] = info.symbol end
  end
  local s = rawget(repl.env, "s")
  if not series and strategy_of.is_strategy(s) then lists.append(names, s:describe().tickers) end
  return names
end

local function params_of(repl)
  local s, names, by_name = rawget(repl.env, "s"), {}, {}
  for i, param in ipairs(strategy_of.is_strategy(s) and s:params() or {}) do
    names[i], by_name[param.name] = param.name, param
  end
  return names, by_name
end

local function files(typed)
  local path = typed:gsub("^~/", (os.getenv "HOME" or "~") .. "/")
  local folder, names = typed:match "^(.*/)" or "", line.files(path)
  for i, name in ipairs(names) do names[i] = folder .. name end
  return names
end

local WORDS = { rebalance = { "daily", "weekly", "monthly", "quarterly", "yearly", "none" },
  fill = { "close", "open" }, costs = { "none", "composer", "alpaca" }, timeframe = { "1d", "1h", "5m", "1m" } }
local OF_FILES = { ["b.import"] = true, ["require"] = true, ["run"] = true, ["sweep"] = true }

local function texts(repl, context)
  if OF_FILES[context.callee] or context.typed:find "[/~]" then return { names = files(context.typed) } end
  if WORDS[context.key] then return { names = WORDS[context.key] } end
  return { names = tickers(repl, context.callee == "b.series") }
end

-- Arguments of commands ---------------------------------------------------------------------------

local function values_of(repl, name)
  local _, by_name = params_of(repl)
  local names = {}
  for i, value in ipairs(by_name[name] and by_name[name].values or {}) do names[i] = tostring(value) end
  return names
end

local function arguments(repl, context)
  local command = require "banyan.repl.commands".find(context.command)
  local kinds = {}
  for kind in (command and command.arguments or ""):gmatch "%u+" do kinds[#kinds + 1] = kind end
  local kind = kinds[math.min(#kinds, #context.before + 1)]
  if kind == "FILE" or kind == "STRATEGY" then return { names = files(context.typed) } end
  if kind == "TICKER" then return { names = tickers(repl, false) } end
  if kind == "VALUE" then return { names = values_of(repl, context.before[#context.before]), ordered = true } end
  if kind == "NAME" and context.command ~= "help" then return { names = (params_of(repl)), ending = " " } end
  return kind == "NAME" and M.of(repl, { kind = "question", typed = context.typed }) or { names = {} }
end

-- All ---------------------------------------------------------------------------------------------

local kinds = { member = members, string = texts, argument = arguments }

function kinds.command(repl)
  local names, summaries = {}, {}
  for i, command in ipairs(repl.commands) do names[i], summaries[command.name] = command.name, command.summary end
  return { names = names, describe = function(name) return summaries[name] end, ending = " " }
end

function kinds.question(repl, context)
  local names = {}
  for _, entry in ipairs(reference.entries()) do
    names[#names + 1] = entry.name
    if not context.typed:find "[.:]" then names[#names + 1] = entry.name:match "[%w_]+$" end
  end
  for _, command in ipairs(repl.commands) do names[#names + 1] = command.name end
  return { names = names, describe = describe_as "" }
end

local OPTION_KEYS = "{ *([%w_]+%??: .*) *}"

-- Keys of the table that a function takes, by its annotation.
local function keys_of(callee)
  local keys = {}
  local entry = callee and reference.find(callee)[1]
  for _, param in ipairs(entry and entry.params or {}) do
    local inside = param.type and param.type:match(OPTION_KEYS)
    for key in (inside or ""):gmatch "([%a_][%w_]*)%??:" do keys[#keys + 1] = key end
    local class = reference.classes()[(param.type or ""):match "banyan%.[%w_]+"]
    for _, field in ipairs(class and class.fields or {}) do
      if is_name(field.name) then keys[#keys + 1] = field.name end
    end
  end
  return keys
end

function kinds.name(repl, context)
  if context.key == "params" then return { names = (params_of(repl)), ending = " = " } end
  local names = names_of(repl.env, ".", {})
  lists.append(names, KEYWORDS)
  if context.typed ~= "" then lists.append(names, keys_of(context.callee)) end
  return { names = names, describe = function(name)
    return tree_of.INDICATORS[name] and "b." .. name or nil
  end }
end

function kinds.nothing() return { names = {} } end

--- What may stand at the cursor.
---@param repl banyan.Repl
---@param context banyan.ReplContext
---@return { names: string[], describe: (fun(name: string): string?)?, ending: string?, ordered: boolean? } ending: what
--- stands behind the only one; ordered: they are in an order of their own
function M.of(repl, context)
  return kinds[context.kind](repl, context)
end

return M
