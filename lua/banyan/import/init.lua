-- SPDX-License-Identifier: MIT
-- Foreign strategy formats -> banyan's tree of plain tables.
local failure = require "banyan.failure"
local composer = require "banyan.import.composer"
local defsymphony = require "banyan.import.defsymphony"
local json = require "banyan.json"
local text_of = require "banyan.text"

local BOM = "\239\187\191"
local JSON_DEPTH_MAX = 3000 -- levels of text: a node of a tree of 1000 levels takes two to four
local PIECE_SIZE = 2 ^ 20

local M = {}

---@class banyan.import.strategy
---@field name string
---@field description string
---@field rebalance "daily"|"weekly"|"monthly"|"quarterly"|"yearly"|"none"
---@field corridor number|nil with "none" only: the drift of a weight that makes it trade
---@field root banyan.import.node

---@class banyan.import.node
---@field kind "cash"|"asset"|"weighted"|"inverse_vol"|"if"|"filter"|"group"
---@field id string|nil the foreign node's own
---@field ticker string|nil asset
---@field mode "equal"|"specified"|nil weighted
---@field weights number[]|nil weighted, specified: one a child
---@field children banyan.import.node[]|nil weighted, inverse_vol, filter
---@field window integer|nil inverse_vol
---@field condition banyan.import.condition|nil if
---@field yes banyan.import.node|nil if
---@field no banyan.import.node|nil if
---@field indicator banyan.import.indicator|nil filter
---@field bottom boolean|nil filter
---@field count integer|nil filter
---@field name string|nil group
---@field child banyan.import.node|nil group

---@class banyan.import.condition
---@field kind "compare"|"all"|"any"|"none"
---@field id string|nil
---@field left banyan.import.indicator|nil compare
---@field comparator "gt"|"gte"|"lt"|"lte"|"eq"|nil compare
---@field right banyan.import.indicator|nil compare, unless it has a threshold
---@field threshold number|nil compare
---@field conditions banyan.import.condition[]|nil all, any, none

---@class banyan.import.indicator
---@field fn string as in BY_INDICATOR_MAP of engine/tree.h
---@field ticker string|nil not in filters
---@field window integer|nil all but close; the short one of ppo and ppo_signal
---@field window2 integer|nil ppo, ppo_signal: the long one
---@field window3 integer|nil ppo_signal: the smoothing

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

local supported = "banyan imports Composer JSON (an object with \"step\": \"root\") and "
  .. "defsymphony text"

local function from_json(text, name)
  local value = json.decode(text, name, { depth = JSON_DEPTH_MAX })
  if composer.recognises(value) then return composer.convert(value, name) end
  if type(value) == "table" and value.incantation ~= nil then
    failure.fail("STRATEGY", "%s: QuantMage JSON is not supported yet; %s", name, supported)
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
    strategy = defsymphony.convert(text, name)
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
  if not text then failure.fail("STRATEGY", "cannot read %s: %s", path, reason) end
  return M.text(text, path)
end

return M
