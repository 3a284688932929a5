-- SPDX-License-Identifier: MIT
-- Composer's text form, (defsymphony "name" {...} body), -> our tree.
jit.off(true, true) -- see walk.lua
local condition = require "banyan.import.defsymphony_condition"
local edn = require "banyan.import.edn"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"
local walk = require "banyan.import.walk"

local kind, head, get = condition.kind, condition.head, condition.get

local M = {}

---@class banyan.import.edn_format: banyan.import.format
---@field text string for the line of a node
local format = {}
format.__index = format

function format.label(source)
  local name = head(source)
  if name == "defsymphony" then return "root" end
  if name == "group" and type(source[2]) == "string" and source[2] ~= "" then return source[2] end
  return name or "?"
end

-- The text form has no ids.
function format.id()
  return nil
end

local function elements(form, first)
  local list = {}
  for i = first, #form do list[#list + 1] = form[i] end
  return list
end

-- The children in form[i], a vector; nothing may follow it.
local function vector_at(w, frame, form, i, what)
  if kind(form[i]) ~= "vector" then
    w:fail(frame, "%s must be a vector [...] of nodes", what)
  end
  if form[i + 1] ~= nil then w:fail(frame, "there is something after %s", what) end
  return form[i]
end

local converters = {}

converters["asset"] = function(w, frame, form)
  local ticker, reason = terms.ticker(form[2])
  if not ticker then w:fail(frame, reason) end
  if #form > 3 then w:fail(frame, "an asset takes a ticker and a name, and nothing after them") end
  return { kind = "asset", ticker = ticker }
end

converters["empty"] = function(w, frame, form)
  if #form > 1 then w:fail(frame, "(empty) takes nothing") end
  return { kind = "cash" }
end

converters["weight-equal"] = function(w, frame, form)
  local node = { kind = "weighted", mode = "equal" }
  w:children(frame, vector_at(w, frame, form, 2, "the children"), node)
  return node
end

converters["weight-specified"] = function(w, frame, form)
  local node = { kind = "weighted", mode = "specified", weights = {} }
  local children, weights = {}, node.weights
  for i = 2, #form, 2 do
    weights[#weights + 1] = terms.number(form[i])
      or w:fail(frame, "weight %d is '%s'; it must be a fraction such as 0.6", i / 2,
        text_of.shown(kind(form[i]) or form[i]))
    if form[i + 1] == nil then w:fail(frame, "weight %d has no node after it", i / 2) end
    children[#children + 1] = form[i + 1]
  end
  w:children(frame, children, node)
  local fault = terms.weights_fault(weights)
  if fault then w:fail(frame, fault) end
  return node
end

converters["weight-inverse-volatility"] = function(w, frame, form)
  local bars, reason = terms.window(form[2], "window")
  if not bars then w:fail(frame, reason) end
  local node = { kind = "inverse_vol", window = bars }
  w:children(frame, vector_at(w, frame, form, 3, "the children"), node)
  return node
end

local function marketcap(w, frame)
  w:fail(frame, "weights by market capitalisation need data that banyan does not have; "
    .. "use weight-equal or weight-specified instead")
end
converters["weight-marketcap"] = marketcap
converters["weight-market-cap"] = marketcap

converters["group"] = function(w, frame, form)
  if type(form[2]) ~= "string" then w:fail(frame, "a group needs a name in quotes") end
  local node = { kind = "group", name = form[2] }
  w:branch(frame, vector_at(w, frame, form, 3, "the children"), node, "child")
  return node
end

converters["if"] = function(w, frame, form)
  local yes = kind(form[3]) == "vector" and form[3]
    or w:fail(frame, "the then branch must be a vector [...] of nodes")
  local no = vector_at(w, frame, form, 4, "the else branch")
  local node = { kind = "if", condition = condition.of(w, frame, form[2]) }
  if #yes == 0 then w:fail(frame, "the then branch is empty; put a node into it") end
  if #no == 0 then w:fail(frame, "the else branch is empty; put a node into it") end
  w:branch(frame, no, node, "no")
  w:branch(frame, yes, node, "yes")
  return node
end

local selections = { ["select-top"] = "top", ["select-bottom"] = "bottom" }

converters["filter"] = function(w, frame, form)
  local indicator = condition.indicator(w, frame, form[2], "sort function", false)
  local selection = selections[head(form[3])]
  if not selection or #form[3] ~= 2 then
    w:fail(frame, "the selection must be (select-top N) or (select-bottom N)")
  end
  local count = terms.whole(form[3][2], terms.SELECT_MAX)
  if not count then
    w:fail(frame, "%s takes a whole number from 1 to %d", form[3][1].name, terms.SELECT_MAX)
  end
  local node = {
    kind = "filter", indicator = indicator, bottom = selection == "bottom", count = count,
  }
  w:children(frame, vector_at(w, frame, form, 4, "the children"), node)
  return node
end

function format.convert(w, frame)
  local source = frame.source
  local name = head(source)
  local converter = converters[name]
  if not converter then
    if name then w:fail(frame, "unknown node (%s ...)", text_of.shown(name)) end
    w:fail(frame, "a node must be a list such as (asset \"SPY\" nil), not %s",
      text_of.shown(kind(source) or source))
  end
  return converter(w, frame, source)
end

local function rebalancing(w, frame, options)
  local frequency = get(options, "rebalance-frequency")
  local threshold = get(options, "rebalance-threshold")
  local name = kind(frequency) == "keyword" and frequency.name or frequency
  if frequency ~= nil and (type(name) ~= "string" or not terms.rebalances[name]) then
    w:fail(frame, ":rebalance-frequency must be :daily, :weekly, :monthly, :quarterly, :yearly "
      .. "or :none")
  end
  if threshold == nil then
    return name or w:fail(frame, "the options need :rebalance-frequency or :rebalance-threshold")
  end
  if name and name ~= "none" then
    w:fail(frame, "the options hold :rebalance-frequency and :rebalance-threshold; keep one")
  end
  local corridor, reason = terms.corridor(threshold)
  if not corridor then w:fail(frame, reason) end
  return "none", corridor
end

-- The one form of the text: (defsymphony "name" {options} body...).
local function symphony_of(w, forms)
  local form = forms[1]
  local frame = { source = form, level = 0 }
  if head(form) ~= "defsymphony" then
    w:fail(frame, "this is not a strategy: it must start with (defsymphony ...)")
  end
  if forms[2] ~= nil then w:fail(frame, "there is something after the defsymphony form") end
  if type(form[2]) ~= "string" then w:fail(frame, "defsymphony needs a name in quotes") end
  if kind(form[3]) ~= "map" then
    w:fail(frame, "defsymphony needs options such as {:rebalance-frequency :daily} after its name")
  end
  return form, frame
end

--- Converts defsymphony text.
---@param text string
---@param name string of the file, for messages
---@return table strategy
function M.convert(text, name)
  local forms = edn.read(text, name, { depth = M.DEPTH_MAX })
  local with_text = setmetatable({}, format)
  function with_text.place(source)
    local at = kind(source) and source.at
    return at and (":%d:%d"):format(text_of.line_column(text, at))
  end
  local w = walk.new(name, with_text)
  local form, frame = symphony_of(w, forms)
  local rebalance, corridor = rebalancing(w, frame, form[3])
  return {
    name = form[2],
    description = "",
    rebalance = rebalance,
    corridor = corridor,
    root = w:run(frame, elements(form, 4)),
  }
end

M.DEPTH_MAX = 3000 -- levels of text: a node of a tree of 1000 levels takes two or three

return M
