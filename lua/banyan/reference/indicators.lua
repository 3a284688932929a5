-- SPDX-License-Identifier: MIT
-- What there is to know of the engine's indicators: the comment on top of each one's file, and how a script calls it.
local notes = require "banyan.indicator_notes"
local tree_of = require "banyan.tree"

local M = {}

M.LABELS = { "First value", "Units", "Options", "Flat or empty", "Agrees", "Differs", "Source" }

-- Values with which an example calls one.
local WINDOWS = { { 20 }, { 10, 30 }, { 12, 26, 9 } }
local NUMBERS = { sar = { 0.02, 0.2 } }
local OTHER_NAMES = { roc = "cumulative_return", bollinger_middle = "sma", keltner_middle = "ema" }

-- The comment on top of a file as running text, behind the licence.
local function comment_of(name)
  local comment = assert(notes[name] and notes[name]:match "^%s*/%* SPDX[^\n]*\n %*\n(.-)%*/",
    "engine/indicators/" .. name .. ".c has no comment on top")
  return (comment:gsub("\n ?%*", "\n"):gsub("^ ?%*", ""):gsub("%s+", " "):match "^%s*(.-)%s*$")
end

---@class banyan.IndicatorNote
---@field signature string such as "rsi(w)"
---@field meaning string
---@field labelled table<string, string> by the words of LABELS

--- What the comment of an indicator says.
---@param name string
---@return banyan.IndicatorNote
function M.note(name)
  local text = comment_of(name)
  local starts = {}
  for _, label in ipairs(M.LABELS) do
    local at = (" " .. text):find(" " .. label .. ": ", 1, true)
    if at then starts[#starts + 1] = { label = label, at = at } end
  end
  table.sort(starts, function(a, b) return a.at < b.at end)
  local head = text:sub(1, (starts[1] and starts[1].at or #text + 2) - 2)
  local signature, meaning = head:match "^([%w_]+%b()):?%s*(.*)$"
  if not signature then signature, meaning = head:match "^([%w_]+):%s*(.*)$" end
  assert(signature and signature:match "^[%w_]+" == name,
    name .. ": the comment on top must begin with the name, such as \"rsi(w): ...\"")
  local labelled = {}
  for i, start in ipairs(starts) do
    labelled[start.label] = text:sub(start.at + #start.label + 2, (starts[i + 1] and starts[i + 1].at or #text + 2) - 2)
  end
  for _, label in ipairs { "First value", "Units" } do
    assert(labelled[label], ("%s does not say: %s"):format(name, label))
  end
  return { signature = signature, meaning = meaning, labelled = labelled }
end

-- The options that there are, as a script writes their defaults: { ddof = 1 }.
local function options_of(known)
  local out = {}
  for _, option in ipairs(known.options) do
    local word = option.words[1]
    out[#out + 1] = tonumber(word) and ("%s = %s"):format(option.name, word) or ("%s = %q"):format(option.name, word)
  end
  return #out > 0 and "{ " .. table.concat(out, ", ") .. " }" or nil
end

-- The names of its windows and numbers, out of its signature.
local function own_names(name, known, signature)
  local names, inside = {}, signature:match "%((.*)%)$" or ""
  for word in inside:gmatch "[^,]+" do names[#names + 1] = word:match "^%s*(.-)%s*$" end
  local wanted = known.windows + known.numbers
  assert(#names >= wanted, ("%s has %d windows and numbers, and its comment says %s"):format(name, wanted, signature))
  return { unpack(names, #names - wanted + 1) }
end

--- How a script calls it: b.ema(ticker, w, { seed = "first" }).
---@param name string
---@return string
function M.call(name)
  local known = tree_of.INDICATORS[name]
  local arguments = { not known.reads_time and "ticker" or nil }
  if known.reads_other then arguments[#arguments + 1] = "other" end
  for _, own in ipairs(own_names(name, known, M.note(name).signature)) do arguments[#arguments + 1] = own end
  arguments[#arguments + 1] = options_of(known)
  return ("b.%s(%s)"):format(name, table.concat(arguments, ", "))
end

local function example_of(name, known, called)
  local arguments = { not known.reads_time and '"SPY"' or nil }
  if known.reads_other then arguments[#arguments + 1] = '"TLT"' end
  for _, value in ipairs(WINDOWS[known.windows] or {}) do arguments[#arguments + 1] = tostring(value) end
  local numbers = NUMBERS[name] or { 2, 2 }
  for i = 1, known.numbers do arguments[#arguments + 1] = tostring(numbers[i]) end
  return ("b.%s(%s)%s"):format(called, table.concat(arguments, ", "), known.reads_time and ":eq(12)" or "")
end

local function params_of(name, known, note)
  local params = {}
  local function add(param, kind, text) params[#params + 1] = { name = param, type = kind, text = text } end
  if not known.reads_time then
    add("ticker", "string|banyan.Bound|banyan.Series|banyan.Node",
      "what is measured; left out in a ranking, which measures each of its nodes")
  end
  if known.reads_other then add("other", "string|banyan.Bound|banyan.Series", "the series to measure against") end
  for i, own in ipairs(own_names(name, known, note.signature)) do
    local is_window = i <= known.windows
    add(own, is_window and "integer|banyan.Bound" or "number|banyan.Bound", is_window and "bars" or "")
  end
  if #known.options > 0 then add("options", "table?", options_of(known) .. " when left out") end
  return params
end

local function entry(called, name)
  local known, note = tree_of.INDICATORS[name], M.note(name)
  local title = known.title:sub(1, 1):upper() .. known.title:sub(2)
  if called ~= name then title = ("Another name of b.%s, the %s"):format(name, known.title) end
  return { name = "b." .. called, kind = "function", holder = "b", indicator = name,
    summary = ("%s: %s"):format(title, note.meaning),
    signature = M.call(name):gsub("^b%.[%w_]+", "b." .. called), params = params_of(name, known, note),
    returns = { { type = "banyan.Series", text = "" } }, example = example_of(name, known, called),
    module = "engine/indicators/" .. name .. ".c", note = note }
end

--- Entries of the reference for all of them, in the engine's order.
---@return banyan.ReferenceEntry[]
function M.entries()
  local entries = {}
  for _, name in ipairs(tree_of.indicator_names) do entries[#entries + 1] = entry(name, name) end
  for _, called in ipairs(require "banyan.lists".sorted_keys(OTHER_NAMES)) do
    entries[#entries + 1] = entry(called, OTHER_NAMES[called])
  end
  return entries
end

return M
