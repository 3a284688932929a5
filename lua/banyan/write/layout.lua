-- SPDX-License-Identifier: MIT
-- Lua text on lines of at most 100 columns. A document is a text that stays on one line, or a form
-- that may be broken, made by list, call, when, row or operation. Each knows its width on one line,
-- and what fits stays on one.
local print_ = require "banyan.print"

local M = {}

local COLUMNS = 100
local STEP = 2 -- columns of indentation

--- The columns that a document takes on one line.
---@param doc string|table
---@return integer
function M.width(doc)
  return type(doc) == "string" and print_.width(doc) or doc.width
end

local width = M.width

--- Whether a document is a text, such as a name, which an operator takes as it is.
---@param doc string|table
---@return boolean
function M.is_whole(doc)
  return type(doc) == "string"
end

local function total_width(items)
  local total = 2 * math.max(0, #items - 1)
  for _, item in ipairs(items) do total = total + width(item) end
  return total
end

--- Items in braces: b.equal { "SPY", "TLT" }.
---@param open string up to the brace
---@param items (string|table)[]
function M.list(open, items)
  return { form = "list", open = open, items = items, close = "}",
    width = #open + total_width(items) + 3 }
end

--- Arguments in brackets: b.group("hedge", ...). Broken, the last one begins a line, unless it is a
--- list, which then opens on the first one.
---@param open string
---@param items (string|table)[]
---@param close string
function M.call(open, items, close)
  return { form = "call", open = open, items = items, close = close,
    width = print_.width(open) + total_width(items) + #close }
end

local WHEN, ELSEWHEN, OTHERWISE = "b.when(", ":elsewhen(", ":otherwise("

--- A choice. When `no` is a choice as well, it becomes the next link of this one.
function M.when(condition, yes, no)
  local doc = { form = "when", arguments = { condition, yes }, no = no }
  doc.width = #WHEN + total_width(doc.arguments) + 1
  if no.form == "when" then
    doc.width = doc.width + #ELSEWHEN - #WHEN + no.width
  else
    doc.width = doc.width + #OTHERWISE + width(no) + 1
  end
  return doc
end

--- Documents side by side, with nothing between them.
---@param items (string|table)[]
function M.row(items)
  return { form = "row", items = items, width = total_width(items) - 2 * (#items - 1) }
end

--- Two documents with an operator between them, which begins a line when they are broken.
---@param left string|table
---@param sign string
---@param right string|table
function M.operation(left, sign, right)
  return { form = "operation", items = { left, " " .. sign .. " ", right },
    width = width(left) + #sign + 2 + width(right) }
end

-- Calls visit(link) for each link of a choice: b.when(...), :elsewhen(...) ..., :otherwise(...).
local function each_link(doc, visit)
  local open = WHEN
  while type(doc) == "table" and doc.form == "when" do
    visit(M.call(open, doc.arguments, ")"))
    doc, open = doc.no, ELSEWHEN
  end
  visit(M.call(OTHERWISE, { doc }, ")"))
end

local flat

local function flat_items(items, separator)
  local parts = {}
  for i, item in ipairs(items) do parts[i] = flat(item) end
  return table.concat(parts, separator)
end

function flat(doc)
  if type(doc) == "string" then return doc end
  if doc.form == "list" then return doc.open .. " " .. flat_items(doc.items, ", ") .. " }" end
  if doc.form == "call" then return doc.open .. flat_items(doc.items, ", ") .. doc.close end
  if doc.form ~= "when" then return flat_items(doc.items, "") end
  local links = {}
  each_link(doc, function(link) links[#links + 1] = flat(link) end)
  return table.concat(links)
end

local Lines = {}
Lines.__index = Lines

function Lines:put(text)
  self.pieces[#self.pieces + 1] = text
  self.column = self.column + print_.width(text)
end

function Lines:newline(indent)
  self.pieces[#self.pieces + 1] = "\n" .. (" "):rep(indent)
  self.column, self.row_count = indent, self.row_count + 1
end

function Lines:fits(columns)
  return self.column + columns <= COLUMNS
end

--- Puts a document where the line stands.
---@param doc string|table
---@param indent integer of the line that it begins on
---@param after integer columns that must be left behind it
function Lines:doc(doc, indent, after)
  if type(doc) == "string" or self:fits(doc.width + after) then
    self:put(flat(doc))
  else
    self[doc.form](self, doc, indent, after)
  end
end

-- Each item has a line, but texts that follow each other fill lines.
function Lines:list(doc, indent)
  local behind_text = false
  self:put(doc.open)
  for _, item in ipairs(doc.items) do
    local is_text = type(item) == "string"
    if is_text and behind_text and self:fits(2 + width(item)) then
      self:put(" ")
    else
      self:newline(indent + STEP)
    end
    self:doc(item, indent + STEP, 1)
    self:put(",")
    behind_text = is_text
  end
  self:newline(indent)
  self:put(doc.close)
end

-- The columns up to a brace that ends the line, when a document can be broken that way, else nil.
local function columns_to_brace(doc)
  if type(doc) == "string" then return nil end
  if doc.form == "list" then return #doc.open end
  if doc.form == "when" or doc.form == "operation" or #doc.items == 0 then return nil end
  local columns = doc.form == "call" and print_.width(doc.open) or 0
  local first = doc.form == "call" and #doc.items or 1 -- of a call, only the last item is broken
  for i, item in ipairs(doc.items) do
    local rest = i >= first and columns_to_brace(item)
    if rest then return columns + rest end
    columns = columns + width(item) + (doc.form == "call" and 2 or 0)
  end
  return nil
end

-- Whether a call is best broken behind the brace of its last argument: when the line has room up to
-- there, and would not do for that argument as a whole.
function Lines:breaks_at_brace(doc, indent, after)
  local columns = columns_to_brace(doc)
  if not columns or not self:fits(columns) then return false end
  local last = doc.items[#doc.items]
  return #doc.items == 1 or indent + STEP + last.width + after > COLUMNS
end

-- One argument of a call that is not broken at the brace of its last one. The first stays behind
-- the bracket, unless it is whole on a line of its own only. Others follow on the line when they are
-- whole there, but the last one, which is what the call is about, only when it is a mere text; and
-- behind a brace that is closed, one that opens a brace follows, too.
function Lines:argument(item, indent, after, place)
  local columns = width(item) + after
  local fits = self:fits(1 + columns)
  if place.first then
    if fits or type(item) ~= "string" and indent + STEP + columns > COLUMNS then
      return self:doc(item, indent, after)
    end
  elseif place.behind == "brace" and (fits or self:fits(1 + (columns_to_brace(item) or COLUMNS)))
    or place.behind == "whole" and fits and (type(item) == "string" or not place.last) then
    self:put(" ")
    return self:doc(item, indent, after)
  end
  self:newline(indent + STEP)
  self:doc(item, indent + STEP, after)
end

function Lines:call(doc, indent, after)
  local count = #doc.items
  local at_brace = self:breaks_at_brace(doc, indent, after + #doc.close)
  local behind = "whole" -- how the item before is: so, or broken at a "brace", or "broken" elsewhere
  self:put(doc.open)
  for i, item in ipairs(doc.items) do
    local left = i == count and after + #doc.close or 1
    if at_brace then
      self:doc(item, indent, left)
    else
      local row = self.row_count + (i > 1 and 1 or 0)
      self:argument(item, indent, left, { first = i == 1, last = i == count, behind = behind })
      behind = self.row_count <= row and "whole" or columns_to_brace(item) and "brace" or "broken"
    end
    if i < count then self:put(at_brace and ", " or ",") end
  end
  self:put(doc.close)
end

function Lines:when(doc, indent, after)
  local first = true
  each_link(doc, function(link)
    if not first then self:newline(indent + STEP) end
    first = false
    self:doc(link, indent + STEP, after)
  end)
end

-- What follows an item stays on its line, unless that is too long to hope for.
function Lines:row(doc, indent, after)
  local left = doc.width + after
  for _, item in ipairs(doc.items) do
    left = left - width(item)
    self:doc(item, indent, left <= COLUMNS / 2 and left or 0)
  end
end

function Lines:operation(doc, indent, after)
  local left, sign, right = unpack(doc.items)
  self:doc(left, indent, 0)
  if self:fits(#sign + width(right) + after) then
    self:put(sign)
  else
    self:newline(indent + STEP)
    self:put(sign:sub(2))
  end
  self:doc(right, indent + STEP, after)
end

--- A document between a prefix and a suffix, on one line or several; no newline at the end.
---@param prefix string blanks, which are the indentation, and what stands before the document
---@param doc string|table
---@param suffix string
---@return string
function M.text(prefix, doc, suffix)
  local lines = setmetatable({ pieces = {}, column = 0, row_count = 1 }, Lines)
  lines:put(prefix)
  lines:doc(doc, #prefix:match "^ *", #suffix)
  lines:put(suffix)
  return table.concat(lines.pieces)
end

return M
