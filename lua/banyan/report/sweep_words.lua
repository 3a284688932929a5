-- SPDX-License-Identifier: MIT
-- A sweep in plain sentences: what its best combo is, and how much of that is likely luck. Text, not HTML.
local luck_report = require "banyan.luck.report"
local print_ = require "banyan.print"

local M = {}

-- "88 of 100", never a round 0 or 100 that is none.
local function of_hundred(part)
  local hundred = math.floor(part * 100 + 0.5)
  if hundred == 0 and part > 0 then return "fewer than 1 of 100" end
  if hundred == 100 and part < 1 then return "more than 99 of 100" end
  return ("%d of 100"):format(hundred)
end

--- A sentence that begins with a capital.
---@param text string
---@return string
function M.sentence(text)
  return text:sub(1, 1):upper() .. text:sub(2) .. "."
end

--- A combo's params as "fast 10, hot 79".
---@param params { name: string, value: any }[]
---@return string
function M.params(params)
  local parts = {}
  for _, param in ipairs(params) do
    if param.value ~= nil then parts[#parts + 1] = param.name .. " " .. print_.value(param.value) end
  end
  return table.concat(parts, ", ")
end

local function metric_of(summary, i, name)
  for _, metric in ipairs(summary.columns.metrics) do
    if metric.name == name then return print_.metric(name, metric.values[i]) end
  end
end

local function rank_of(summary)
  local columns = summary.columns
  return columns.metrics[columns.rank]
end

local function with_params(summary, i)
  local params = M.params(summary.results:params(i + 1))
  return params == "" and "" or " (" .. params .. ")"
end

-- The best -----------------------------------------------------------------------------------------

local function best_sentence(summary)
  local best, rank = summary.rows.best, rank_of(summary)
  if not best then return ("No combo has a %s, so that none is the best."):format(rank.title) end
  local shown = {}
  for _, name in ipairs { "sharpe", "cagr", "volatility", "max_drawdown" } do
    if name ~= rank.name then
      shown[#shown + 1] = ("%s %s"):format(name == "cagr" and "CAGR" or name == "sharpe" and "Sharpe"
        or name:gsub("_", " "), metric_of(summary, best, name))
    end
  end
  if rank.defined == 1 then
    return ("The only combo%s has %s %s, with %s."):format(with_params(summary, best), rank.title,
      print_.metric(rank.name, rank.values[best]), table.concat(shown, ", "))
  end
  return ("Of %s, the best by %s is combo %s%s: %s, with %s."):format(
    print_.count(rank.defined, "combo"), rank.title, print_.thousands(best + 1), with_params(summary, best),
    print_.metric(rank.name, rank.values[best]), table.concat(shown, ", "))
end

local function crowd_sentence(summary)
  local rank, order = rank_of(summary), summary.order
  if rank.defined < 10 then return nil end
  local function at(part) return print_.metric(rank.name, rank.values[order[math.floor(part * (rank.defined - 1))]]) end
  return ("The median combo has %s, the best tenth %s or %s, the worst tenth %s or %s."):format(at(0.5), at(0.1),
    rank.direction > 0 and "more" or "less", at(0.9), rank.direction > 0 and "less" or "more")
end

local function default_sentence(summary)
  local default, rank = summary.default, rank_of(summary)
  if not default or default == summary.rows.best then return nil end
  local value = rank.values[default]
  if value ~= value then return nil end
  local better = 0
  for k = 0, rank.defined - 1 do
    if rank.values[summary.order[k]] * rank.direction <= value * rank.direction then break end
    better = better + 1
  end
  return ("With its params as written%s the strategy is combo %s and has %s: %s better."):format(
    with_params(summary, default), print_.thousands(default + 1), print_.metric(rank.name, value),
    better == 1 and "1 combo is" or print_.thousands(better) .. " combos are")
end

local function around_sentence(summary)
  local around, rank = summary.around, rank_of(summary)
  if not around or around.count == 0 or around.median ~= around.median then return nil end
  local found = around.count == 1
    and ("The one neighbour of the best, one step away in one param, has %s"):format(
      print_.metric(rank.name, around.median))
    or ("The %d neighbours of the best, one step away in one param, have a median of %s and a worst of %s"):format(
      around.count, print_.metric(rank.name, around.median), print_.metric(rank.name, around.worst))
  return found .. "; a best that stands alone among its neighbours is mostly luck."
end

--- What the best is, one sentence an entry.
---@param summary banyan.SweepSummary
---@return string[]
function M.best(summary)
  local list = {}
  for _, make in ipairs { best_sentence, crowd_sentence, default_sentence, around_sentence } do
    list[#list + 1] = make(summary)
  end
  return list
end

-- Luck ---------------------------------------------------------------------------------------------

local function deflated_text(luck, best)
  local trials, deflated = luck.trials, best.effective
  if deflated.probability ~= deflated.probability then return nil end
  local worth = ("%s were tried; as they move together, they are worth about %s."):format(
    print_.count(trials.used, "combo"), print_.count(deflated.trials, "independent trial"))
  if trials.guided then
    worth = worth .. " A search chose them for being good, so this understates the luck; a grid or a sample of the "
      .. "same space tells it."
  end
  return ("%s The best of that many without any skill would have a Sharpe of %s by luck alone. The probability that "
    .. "the true Sharpe of combo %s, of which %s was measured, is above that is %s (deflated Sharpe ratio; 0.95 is "
    .. "what one asks for)."):format(worth, print_.fixed(deflated.threshold, 2), print_.thousands(best.combo),
    print_.fixed(best.sharpe, 2), luck_report.probability(deflated.probability))
end

local function length_text(best)
  local need = best.effective.years
  if need ~= need then return nil end
  if need == math.huge then
    return "The best has a Sharpe ratio of 0 or less, so no length of data would speak for it."
  end
  return ("Of as many unlike strategies without skill as there are independent trials, the luckiest is expected to "
    .. "show a Sharpe of %s wherever there are less than %s years of data (minimum backtest length). The best combo "
    .. "has %s years, %s by this measure, which is the stricter the more the trials are alike."):format(
    print_.fixed(best.sharpe, 2), print_.fixed(need, 1), print_.fixed(best.years, 1),
    need > best.years and "too few" or "enough")
end

local function splits_text(luck)
  local cscv = luck.cscv
  if not cscv then return "Not enough to tell: " .. luck.not_enough .. "." end
  local year = math.sqrt(luck.periods)
  return ("The time was cut into two halves in %s ways. In %s, the combo that was best in one half was not above "
    .. "the median of all combos in the other (probability of backtest overfitting %s; drawing a lot gives 0.50). On "
    .. "the median its Sharpe was %s where it was chosen and %s in the other half, where it lost money in %s."):format(
    print_.thousands(cscv.splits), of_hundred(cscv.pbo), print_.fixed(cscv.pbo, 2),
    print_.fixed(cscv.in_sample_median * year, 2), print_.fixed(cscv.out_of_sample_median * year, 2),
    of_hundred(cscv.loss_probability))
end

local function alone_text(best, several)
  if best.probability ~= best.probability then return nil end
  if not several then
    return ("The probability that its true Sharpe is above 0 is %s, and %s years are enough to be 95%% sure of it "
      .. "(minimum track record length); it has %s."):format(luck_report.probability(best.probability),
      print_.fixed(best.track_years, 1), print_.fixed(best.years, 1))
  end
  return ("Had it been the only combo tried, the probability that its true Sharpe is above 0 would be %s, and "
    .. "%s years would be enough to be 95%% sure of it (minimum track record length)."):format(
    luck_report.probability(best.probability), print_.fixed(best.track_years, 1))
end

local function caveats(trials)
  local list = {}
  if trials.returns_min < trials.returns_max and trials.used > 1 then
    list[#list + 1] = ("The combos have %s to %s returns, so their halves are not quite the same days; `from` lets "
      .. "all begin on one day."):format(print_.thousands(trials.returns_min), print_.thousands(trials.returns_max))
  end
  if trials.done < trials.combos then
    list[#list + 1] = ("The sweep is not done: %s of %s combos."):format(print_.thousands(trials.done),
      print_.thousands(trials.combos))
  end
  list[#list + 1] = "What was tried outside of this sweep, no number here knows."
  return list
end

--- How much of the best is luck: questions, each with what was found and what it means.
---@param summary banyan.SweepSummary
---@return { question: string, found: string, verdict: string? }[]
---@return string[] caveats
function M.luck(summary)
  local luck, list = summary.luck, {}
  local best, several = luck.best[1], luck.trials.used > 1
  local function add(question, found, verdict)
    if found then list[#list + 1] = { question = question, found = found, verdict = verdict } end
  end
  add("Is the choice of this combo worth anything?", splits_text(luck),
    luck.cscv and M.sentence(luck_report.verdict_of_pbo(luck.cscv.pbo)))
  if best and several then
    add("Is the best more than luck?", deflated_text(luck, best),
      M.sentence(luck_report.verdict_of_best(best)))
    add("Is the history long enough?", length_text(best))
  end
  if best then add(several and "And without the others?" or "Is it more than luck?", alone_text(best, several)) end
  return list, caveats(luck.trials)
end

-- Halves and windows -------------------------------------------------------------------------------

local function half_by_half(halves)
  local share = (halves.count - halves.place) / (halves.count - 1)
  return ("Combo %s was the best of the first half, with a Sharpe of %s. In the second half it had %s, better than "
    .. "%s combos. The order of the combos in one half and in the other has a rank correlation of %s (1 is the same "
    .. "order, 0 none)."):format(print_.thousands(halves.chosen + 1), print_.fixed(halves.first[halves.chosen], 2),
    print_.fixed(halves.second[halves.chosen], 2), of_hundred(share), print_.fixed(halves.correlation, 2))
end

--- The halves in words; why there are none.
---@param summary banyan.SweepSummary
---@return string
function M.halves(summary)
  if not summary.halves then return "Fewer than two combos have enough returns to be cut into halves." end
  return half_by_half(summary.halves)
end

--- The windows in words.
---@param walk banyan.WalkForward
---@return string
function M.windows(walk)
  local others = walk.left_out > 0 and (" %s of %s take part: those that begin on the same session."):format(
    print_.thousands(walk.combos), print_.thousands(walk.combos + walk.left_out)) or ""
  return ("Had one chosen the combo with the best Sharpe of half of the time and held it through the next eighth, "
    .. "and so on, all test windows together would have a Sharpe of %s. The mean Sharpe in the test windows is %s of "
    .. "that in the training windows before them.%s"):format(print_.fixed(walk.metrics[1].value, 2),
    print_.fixed(walk.efficiency, 2), others)
end

return M
