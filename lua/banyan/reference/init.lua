-- SPDX-License-Identifier: MIT
-- What scripts can call, with its params and an example each: read at run time out of the annotations of the modules
-- and the comments of the indicators. The pages, the files for editors and the help of the explorer are made of it.
-- Functions and methods with an example are for users; the rest is the program's own.
local annotations = require "banyan.reference.annotations"
local host = require "banyan.host"
local indicators = require "banyan.reference.indicators"
local lists = require "banyan.lists"

local M = {}

-- Modules with annotations for users, in the order of the page.
local MODULES = { "banyan", "banyan.api.nodes", "banyan.api.conditions", "banyan.api.series", "banyan.api.indicators",
  "banyan.api.outside", "banyan.custom", "banyan.param", "banyan.strategy", "banyan.select", "banyan.api.run",
  "banyan.attribution", "banyan.eval", "banyan.show.backtest", "banyan.show.values", "banyan.show.plot",
  "banyan.api.results", "banyan.show.heatmap", "banyan.metrics.api", "banyan.luck.sharpe", "banyan.luck.pbo",
  "banyan.luck.bootstrap", "banyan.luck.store", "banyan.provider", "banyan.secret" }

---@class banyan.ReferenceEntry
---@field name string "b.rsi", "series:gt" or "backtest.equity"
---@field holder string "b", or the name of a class
---@field kind "function"|"method"|"field"
---@field signature string how it is called
---@field summary string
---@field type string? of a field
---@field params { name: string, type: string, text: string }[]
---@field returns { type: string, text: string }[]
---@field example string? code; a value, or statements
---@field module string where it is defined
---@field indicator string? of an indicator, its first name
---@field note banyan.IndicatorNote? of an indicator

local function source_of(module)
  if not host.directory then return assert(host.source(module)) end
  local file = assert(io.open(assert(package.searchpath(module, package.path)), "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

-- What users call an object of a class: "series" of banyan.Series.
local function word_of(class)
  return class:match "[%w_]+$":lower()
end

local function signature_of(item, name)
  if item.kind == "field" then return name end
  local words = {}
  for i, param in ipairs(item.params) do words[i] = param.name:gsub("%?$", "") end
  return ("%s(%s)"):format(name, table.concat(words, ", "))
end

local function entry_of(item, module)
  local prefix = item.holder == "b" and "b" or word_of(item.holder)
  local name = prefix .. (item.kind == "method" and ":" or ".") .. item.name
  return { name = name, holder = item.holder, kind = item.kind, signature = signature_of(item, name),
    summary = item.summary, params = item.params, returns = item.returns, example = item.example, module = module,
    type = item.type }
end

-- The fields of what functions return, as entries without an example.
local function add_fields(entries, classes)
  local done = {}
  for _, entry in ipairs { unpack(entries) } do
    for class in (entry.returns[1] and entry.returns[1].type or ""):gmatch "banyan%.[%w_]+" do
      for _, field in ipairs(not done[class] and classes[class] and classes[class].fields or {}) do
        if field.name:find "^[%a_]" then
          local added = entry_of({ holder = class, name = field.name, kind = "field", summary = field.text,
            type = field.type, params = {}, returns = {} }, entry.module)
          if field.type:find "^fun%(self" then -- a method
            added.name = added.name:gsub("%.", ":")
            added.signature = added.name .. "()"
          end
          entries[#entries + 1] = added
        end
      end
      done[class] = true
    end
  end
end

local known

-- All there is, read once.
local function read_all()
  if known then return known end
  known = { entries = {}, classes = {}, aliases = {} }
  for _, module in ipairs(MODULES) do
    local found = annotations.read(source_of(module))
    for _, item in ipairs(found.items) do
      if item.example then known.entries[#known.entries + 1] = entry_of(item, module) end
    end
    for _, class in ipairs(found.classes) do -- one may be told in several modules
      local told = known.classes[class.name]
      if not told or #told.fields == 0 then known.classes[class.name] = class end
    end
    for _, alias in ipairs(found.aliases) do known.aliases[alias.name] = alias end
  end
  add_fields(known.entries, known.classes)
  lists.append(known.entries, indicators.entries())
  return known
end

--- Everything that scripts can call.
---@return banyan.ReferenceEntry[]
function M.entries()
  return read_all().entries
end

--- Classes by name.
---@return table<string, banyan.AnnotatedClass>
function M.classes()
  return read_all().classes
end

--- Aliases of types by name.
---@return table<string, banyan.AnnotatedParam>
function M.aliases()
  return read_all().aliases
end

--- What a word stands for: "b.rsi", "rsi", "series:gt" or "gt". An exact name is one entry, a bare word may be several.
---@param word string
---@return banyan.ReferenceEntry[]
function M.find(word)
  local exact, bare = {}, {}
  for _, entry in ipairs(M.entries()) do
    if entry.name == word then exact[#exact + 1] = entry end
    if entry.name:match "[%w_]+$" == word then bare[#bare + 1] = entry end
  end
  return #exact > 0 and exact or bare
end

return M
