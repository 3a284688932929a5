-- SPDX-License-Identifier: MIT
-- Where the windows of a walk-forward analysis lie: each combo is judged on a training window, and the
-- best one trades the test window behind it.
local failure = require "banyan.failure"

local M = {}

local BLOCKS = 16 -- of a sweep's stored block sums
local COUNT_MAX = 1e9

---@class banyan.WindowLengths
---@field unit "session"|"block" block: a sixteenth of the sweep's returns
---@field train integer
---@field test integer
---@field step integer from one test window to the next, at least `test`
---@field embargo integer left out between training and test
---@field anchored boolean? all training windows begin with the first return; else they roll along

---@class banyan.Span
---@field first integer
---@field last integer inclusive

---@class banyan.WalkWindow
---@field train banyan.Span
---@field test banyan.Span

local function refuse(text, reason)
  failure.fail("USAGE", "walk-forward '%s': %s; say TRAIN:TEST[:STEP[:EMBARGO]] in sessions, such as "
    .. "504:126, or in sixteenths of the sweep, such as 1/2:1/8", tostring(text), reason)
end

-- "504" is 504 sessions, "1/2" is 8 blocks.
local function length_of(word, text)
  local part, whole = word:match "^(%d+)/(%d+)$"
  if part then
    local blocks = BLOCKS * tonumber(part) / tonumber(whole)
    if blocks % 1 ~= 0 then refuse(text, word .. " is not a number of sixteenths") end
    return blocks, "block"
  end
  local count = word:match "^%d+$" and tonumber(word)
  if not count or count > COUNT_MAX then refuse(text, "'" .. word .. "' is not a number of sessions") end
  return count, count > 0 and "session" or nil -- 0 is as much of either
end

--- Reads what a user typed.
---@param text string TRAIN:TEST[:STEP[:EMBARGO]]
---@return banyan.WindowLengths
function M.parse(text)
  local lengths, unit = {}, nil
  for word in (text .. ":"):gmatch "([^:]*):" do
    local count, its_unit = length_of(word, text)
    if unit and its_unit and its_unit ~= unit then refuse(text, "sessions and sixteenths are mixed") end
    lengths[#lengths + 1], unit = count, unit or its_unit
  end
  if #lengths < 2 or #lengths > 4 then refuse(text, "these are not two to four lengths") end
  return M.check({ unit = unit or "session", train = lengths[1], test = lengths[2], step = lengths[3],
    embargo = lengths[4] }, text)
end

--- The same lengths with what was left out, once they are known to make sense.
---@param lengths table of banyan.WindowLengths; step and embargo may be left out
---@param text string? what the message calls them
---@return banyan.WindowLengths
function M.check(lengths, text)
  local checked = { unit = lengths.unit or "session", train = lengths.train, test = lengths.test,
    step = lengths.step or lengths.test, embargo = lengths.embargo or 0,
    anchored = lengths.anchored or false }
  text = text or ("%s:%s"):format(tostring(lengths.train), tostring(lengths.test))
  for _, name in ipairs { "train", "test", "step", "embargo" } do
    local count = checked[name]
    if type(count) ~= "number" or count % 1 ~= 0 or count < 0 or count > COUNT_MAX then
      refuse(text, name .. " must be a whole number")
    end
  end
  local train_min = checked.unit == "session" and 2 or 1 -- one return has no deviation
  if checked.train < train_min then refuse(text, "the training window is too short to rank by") end
  if checked.test < 1 then refuse(text, "the test window is empty") end
  if checked.step < checked.test then
    refuse(text, "the step is shorter than the test window, so that sessions would be traded twice")
  end
  return checked
end

--- The windows between two units, as many as fit whole; an error when there is none.
---@param first integer the first return's session, or block
---@param last integer
---@param lengths banyan.WindowLengths
---@param noun string for one of the units
---@return banyan.WalkWindow[] windows
---@return integer unused units behind the last test window
function M.between(first, last, lengths, noun)
  local windows = {}
  local behind = first + lengths.train -- the training window
  while behind + lengths.embargo + lengths.test - 1 <= last do
    local test = behind + lengths.embargo
    windows[#windows + 1] = {
      train = { first = lengths.anchored and first or behind - lengths.train, last = behind - 1 },
      test = { first = test, last = test + lengths.test - 1 },
    }
    behind = behind + lengths.step
  end
  if #windows == 0 then
    failure.fail("USAGE", "walk-forward: training, embargo and test need %d %ss with returns, and the sweep "
      .. "has %d; use shorter windows", lengths.train + lengths.embargo + lengths.test, noun,
      math.max(0, last - first + 1))
  end
  return windows, last - windows[#windows].test.last
end

return M
