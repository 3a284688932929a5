-- SPDX-License-Identifier: MIT
-- Results of sweeps as text: the best of them with how much of that is luck.
local lists = require "banyan.lists"
local output = require "banyan.cli.output"
local plain = require "banyan.show.plain"
local ranking_of = require "banyan.results.ranking"
local report = require "banyan.luck.report"
local top = require "banyan.cli.top"

local M = {}

local SHOWN = 10

local Top, Luck = {}, {}
-- What a table of the best was made of.
local rankings = setmetatable({}, { __mode = "k" })

local function top_lines(screen, combos, ranking, options)
  local lines = output.pretend(screen.color, screen.unicode, top.text_lines, combos, ranking, options)
  local luck = table.remove(lines)
  return lists.append(lines, screen:wrap { luck }) -- the table is cut, as tables are
end

--- Gives a list of the best combos its picture.
---@param rows table[]
---@param combos banyan.Combos
---@param ranking banyan.Ranking
---@param options table
---@return table[] rows
function M.top(rows, combos, ranking, options)
  rankings[rows] = { combos, ranking, options }
  return setmetatable(rows, Top)
end

-- Rows without tables in them.
local function flat(rows)
  local list = {}
  for i, row in ipairs(rows) do
    list[i] = { combo = row.combo, value = row.value }
    for name, value in pairs(row.params) do list[i][name] = value end
  end
  return list
end

function Top:__show(screen)
  local combos, ranking, options = unpack(rankings[self])
  if not combos.results.c then return plain.table_lines(screen, flat(self)) end -- its store was closed meanwhile
  local number = math.min(options.number, math.max(SHOWN, screen.height - 4))
  local given = setmetatable({ number = number }, { __index = options })
  return top_lines(screen, combos, ranking, given)
end

--- Gives statistics of luck their picture.
---@param luck banyan.Luck
---@return banyan.Luck the same
function M.luck(luck)
  return setmetatable(luck, Luck)
end

function Luck:__show(screen)
  local lines = output.pretend(screen.color, screen.unicode, report.lines, self)
  if lines[1] == "" then table.remove(lines, 1) end
  return screen:wrap(lines)
end

--- A store in short: the best, by its own ranking.
---@param screen banyan.Screen
---@param combos banyan.Combos
---@return string[]
function M.store_lines(screen, combos)
  return top_lines(screen, combos, ranking_of.new(combos, { number = SHOWN }), { number = SHOWN })
end

return M
