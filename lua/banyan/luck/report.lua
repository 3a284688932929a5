-- SPDX-License-Identifier: MIT
-- How much of the best of a sweep is luck, in words and numbers.
local lists = require "banyan.lists"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local function number(value, digits)
  return print_.fixed(value, digits or 2)
end

--- A probability as people read it: never a round 1 or 0 that is none.
---@param p number
---@return string
function M.probability(p)
  if p > 0.9995 then return "over 0.999" end
  if p < 0.0005 then return "under 0.001" end
  return number(p, 3)
end

local function p_value(p, replicates)
  if p == 0 then return ("under %.2g"):format(1 / replicates) end
  return ("%.2g"):format(p)
end

local function add(lines, text, ...)
  lines[#lines + 1] = select("#", ...) > 0 and text:format(...) or text
end

local function heading(lines, text)
  add(lines, "")
  lines[#lines + 1] = output.style(text, "bold")
end

-- Trials ------------------------------------------------------------------------------------------

local LEFT_OUT = {
  { "failed", "without a session" },
  { "undefined", "with too few returns (32 are needed) or none but equal ones" },
  { "short", "with less than half the returns of the longest" },
}

local function left_out_text(trials)
  local parts = {}
  for _, kind in ipairs(LEFT_OUT) do
    local count = trials[kind[1]]
    if count > 0 then parts[#parts + 1] = print_.thousands(count) .. " " .. kind[2] end
  end
  return #parts > 0 and "left out: " .. table.concat(parts, "; ") or nil
end

local function add_trials(lines, trials)
  heading(lines, "Trials")
  local done = trials.done == trials.combos and "" or (" of %s, the sweep is not done"):format(
    print_.thousands(trials.combos))
  add(lines, "  %s%s, %s", print_.count(trials.done, "combo"), done,
    print_.count(trials.behaviours, "distinct behaviour"))
  if trials.used > 0 then
    add(lines, "  %s take part; those that earned different returns, %s, are worth %s "
      .. "(mean correlation %s)", print_.thousands(trials.used),
      print_.thousands(trials.distinct), print_.count(trials.effective, "independent trial"),
      number(trials.correlation))
  end
  if trials.guided then
    add(lines, "  a search chose them for being good: what is deflated by them is not deflated enough")
  end
  local left_out = left_out_text(trials)
  if left_out then add(lines, "  " .. left_out) end
  if trials.returns_min < trials.returns_max then
    add(lines, "  they have %s to %s returns: begin all on one day (from =) for an exact "
      .. "comparison", print_.thousands(trials.returns_min), print_.thousands(trials.returns_max))
  end
end

-- Choosing ----------------------------------------------------------------------------------------

--- What a probability of overfitting means.
---@param pbo number
---@return string
function M.verdict_of_pbo(pbo)
  if pbo >= 0.4 then return "choosing the best is worth no more than drawing a lot" end
  if pbo >= 0.1 then return "choosing the best is worth something, and less than it looks" end
  return "what is best in one half tends to stay good in the other"
end

local function add_cscv(lines, luck)
  heading(lines, "Does the best of one half of the time stay good in the other?")
  local cscv = luck.cscv
  if not cscv then
    add(lines, "  not enough to tell: %s", luck.not_enough)
    return
  end
  local year = math.sqrt(luck.periods)
  lists.append(lines, print_.columns({
    { "probability of overfitting", number(cscv.pbo), ("the best of one half is not above the "
      .. "median in the other (%s)"):format(print_.count(cscv.splits, "split")) },
    { "probability of loss", number(cscv.loss_probability), "it loses money in the other" },
    { "Sharpe, median", number(cscv.out_of_sample_median * year),
      ("in the other half; %s in the half in which it was chosen"):format(
        number(cscv.in_sample_median * year)) },
    { "degradation", number(cscv.slope), ("slope of the Sharpe in the other half on that in the "
      .. "first (R² %s)"):format(number(cscv.r_squared)) },
  }, "lrl", "  "))
  add(lines, "  " .. M.verdict_of_pbo(cscv.pbo))
end

-- The best ----------------------------------------------------------------------------------------

--- What a deflated Sharpe ratio means.
---@param best banyan.Best
---@return string
function M.verdict_of_best(best)
  local deflated = best.effective
  if deflated.probability ~= deflated.probability then
    return "too few returns, or none but equal ones: nothing can be said"
  end
  if deflated.probability >= 0.95 then
    return best.all.probability >= 0.95 and "luck alone does not explain it"
      or "luck alone does not explain it, unless the trials were more independent than they seem"
  end
  if deflated.probability >= 0.5 then
    return "it is above what luck gives, not by enough to be sure"
  end
  return "that many trials would give a best like it without any skill"
end

local function deflated_row(name, at)
  return { name, print_.thousands(at.trials), number(at.deviation), number(at.threshold),
    at.probability == at.probability and M.probability(at.probability) or "n/a", number(at.years, 1) }
end

local function add_best(lines, best)
  heading(lines, ("Is the best by %s more than luck?"):format((best.by:gsub("_", " "))))
  add(lines, "  combo %d%s", best.combo, #best.params > 0 and ": " .. print_.params(best.params) or "")
  add(lines, "  Sharpe %s over %s years (%s; skewness %s, excess kurtosis %s)", number(best.sharpe),
    number(best.years, 1), print_.count(best.returns, "return"), number(best.skewness),
    number(best.excess_kurtosis, 1))
  if best.probability == best.probability then
    add(lines, "  had it been the only trial: %s that its true Sharpe is above 0, and %s years to be "
      .. "95%% sure of it", M.probability(best.probability), number(best.track_years, 1))
  end
  lists.append(lines, print_.columns({
    { "", "trials", "spread", "Sharpe by luck", "deflated Sharpe", "years needed" },
    deflated_row("all", best.all), deflated_row("effective", best.effective),
  }, "lrrrrr", "  "))
  add(lines, "  " .. M.verdict_of_best(best))
end

-- Daily returns -----------------------------------------------------------------------------------

local function add_daily(lines, daily)
  heading(lines, ("Does the best of %s beat cash by more than chance?"):format(
    print_.count(#daily.combos, "combo")))
  if daily.not_enough then
    add(lines, "  not enough to tell: %s", daily.not_enough)
    return
  end
  local check, replicates = daily.reality_check, daily.replicates
  local spa = check.studentized
  add(lines, "  %s to %s, %s; stationary bootstrap, %s of blocks of %s %ss, seed %d",
    daily.from, daily.to, print_.count(daily.sessions, daily.noun),
    print_.count(replicates, "replicate"), number(check.block_length, 1), daily.noun, daily.seed)
  add(lines, "  White's reality check           p %s", p_value(check.plain.upper, replicates))
  add(lines, "  Hansen's SPA test               p %s (%s to %s)", p_value(spa.consistent, replicates),
    p_value(spa.lower, replicates), p_value(spa.upper, replicates))
  if daily.sharpe.median then
    add(lines, "  Sharpe of the first             %s to %s in 95%% of replicates",
      number(daily.sharpe.low), number(daily.sharpe.high))
  end
  add(lines, "  of these alone: what was tried besides them makes it less certain")
end

--- As lines of text.
---@param luck banyan.Luck
---@param daily banyan.Daily|string|nil a text says why there is none
---@return string[]
function M.lines(luck, daily)
  local lines = {}
  add_trials(lines, luck.trials)
  add_cscv(lines, luck)
  for _, best in ipairs(luck.best) do add_best(lines, best) end
  if type(daily) == "table" then
    add_daily(lines, daily)
  elseif daily then
    heading(lines, "Reality check")
    add(lines, "  not done: " .. daily)
  end
  return lines
end

return M
