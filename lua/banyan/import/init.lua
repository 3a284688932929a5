-- SPDX-License-Identifier: MIT
-- Foreign strategy formats -> banyan's tree of plain tables.
local failure = require "banyan.failure"
local json = require "banyan.json"
local text_of = require "banyan.text"

local BOM = "\239\187\191"
local JSON_DEPTH_MAX = 3000 -- levels of text: a node of a tree of 1000 levels takes two to four
local PIECE_SIZE = 2 ^ 20

local M = {}

--- What banyan.strategy takes. Trees are as in banyan.tree; of what stands there, an import leaves out
--- choice and at_least, and nodes are shared only where the foreign file shares them.
---@class banyan.import.strategy
---@field name string
---@field description string
---@field rebalance string a word of banyan.settings
---@field corridor number|nil with "none" only: the drift of a weight that makes it trade
---@field costs { slippage: number }|nil
---@field options table<string, any>|nil those in which the format differs from Composer
---@field root table a node; its id is the foreign node's own

-- The first byte that is neither blank nor in a comment of EDN.
local function first_byte(text)
  local i = 1
  while true do
    i = text:find("[^%s,]", i)
    if not i or text:sub(i, i) ~= ";" then return i and text:sub(i, i), i end
    i = text:find("\n", i, true)
    if not i then return nil end
  end
end

local supported = "banyan imports Composer JSON (an object with \"step\": \"root\"), defsymphony "
  .. "text, QuantMage JSON (\"incantation\") and flow JSON (\"nodes\" and \"edges\", or \"elements\")"

local function from_json(text, name)
  local value = json.decode(text, name, { depth = JSON_DEPTH_MAX })
  for _, name_of in ipairs { "composer", "quantmage", "flow" } do
    local format = require("banyan.import." .. name_of)
    if format.recognises(value) then return format.convert(value, name) end
  end
  failure.fail("STRATEGY", "%s: this JSON is not a strategy that banyan knows; %s", name, supported)
end

--- Imports a strategy from text; the format is recognised.
---@param text string
---@param name string what messages call the text, such as its file
---@return banyan.import.strategy
function M.text(text, name)
  if text:sub(1, 3) == BOM then text = text:sub(4) end
  local first = first_byte(text)
  local strategy
  if first == "{" or first == "[" then
    strategy = from_json(text, name)
  elseif first == "(" or first == "#" then
    strategy = require "banyan.import.defsymphony".convert(text, name)
  elseif not first then
    failure.fail("STRATEGY", "%s: the file is empty; %s", name, supported)
  else
    failure.fail("STRATEGY", "%s: the format is not known (it starts with '%s'); %s", name,
      text_of.shown(text:match("%S[^\r\n]*") or "", 20), supported)
  end
  if strategy.name == "" then strategy.name = name:match("([^/]+)$") or name end
  return strategy
end

-- The bytes of a file, in pieces: one that is endless (/dev/zero) stops at the limit.
local function read_up_to(file, limit)
  local pieces, size = {}, 0
  while size <= limit do
    local piece, reason = file:read(PIECE_SIZE)
    if reason then return nil, reason end
    if not piece then break end
    pieces[#pieces + 1] = piece
    size = size + #piece
  end
  return table.concat(pieces)
end

--- Imports a strategy from a file; the format is recognised.
---@param path string
---@return banyan.import.strategy
function M.file(path)
  local file, reason = io.open(path, "rb")
  if not file then failure.fail("STRATEGY", "cannot open %s", reason) end
  local text
  text, reason = read_up_to(file, json.SIZE_MAX)
  file:close()
  if not text then
    failure.fail("STRATEGY", "cannot read %s: %s%s", path, reason,
      path:find "%.sweep/?$" and "; results of a sweep are read with `banyan top`" or "")
  end
  return M.text(text, path)
end

return M
