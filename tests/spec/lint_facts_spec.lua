-- SPDX-License-Identifier: MIT
-- What lint concludes of conditions is true: it is held against random values.
local facts_of = require "banyan.lint_facts"
local helper = require "spec.helper"
local identity_of = require "banyan.identity"
local interval = require "banyan.lint_interval"
local lint_paths = require "banyan.lint_paths"
local param_of = require "banyan.param"
local random_of = require "banyan.random"
local outline = require "banyan.outline"

-- A sanitizer sees nothing of what LuaJIT compiles, which most of this is.
local LESS = helper.sanitized and 10 or 1

local function rsi(ticker, more)
  local made = { fn = "rsi", ticker = ticker, window = 10 }
  for key, value in pairs(more or {}) do made[key] = value end
  return made
end

local function compare(left, comparator, right, more)
  local made = { kind = "compare", left = left, comparator = comparator }
  if type(right) == "table" and right.fn then made.right = right else made.threshold = right end
  for key, value in pairs(more or {}) do made[key] = value end
  return made
end

local function all(list) return { kind = "all", conditions = list } end
local function any(list) return { kind = "any", conditions = list } end
local function none(list) return { kind = "none", conditions = list } end
local function at_least(count, list) return { kind = "at_least", count = count, conditions = list } end

local function nothing() return facts_of.new(identity_of.new(), outline.condition_text) end

describe("what is known of conditions", function()
  local spy, qqq = rsi "SPY", rsi "QQQ"

  -- { condition above, whether it held, condition, what is certain of it }
  local cases = {
    { nil, nil, compare(spy, "gt", 100), false },
    { nil, nil, compare(spy, "gte", 100), nil },
    { nil, nil, compare(spy, "lt", 0), false },
    { nil, nil, compare(spy, "gte", 0), true },
    { nil, nil, compare(spy, "eq", 101), false },
    { nil, nil, compare(spy, "gt", spy), false },
    { nil, nil, compare(spy, "gte", rsi "SPY"), true },
    { nil, nil, compare({ fn = "max_drawdown", ticker = "SPY", window = 5 }, "lt", 0), false },
    { nil, nil, compare({ fn = "max_drawdown", ticker = "SPY?L=-3", window = 5 }, "gt", 100), nil },
    { nil, nil, compare({ fn = "sma", over = spy, window = 5 }, "lt", 0), nil },
    { nil, nil, compare(rsi("SPY", { factor = 2 }), "gt", 150), nil },
    { nil, nil, compare(rsi("SPY", { factor = 2, offset = 1 }), "gt", 201), false },
    { nil, nil, compare(rsi("SPY", { factor = -1 }), "gt", 0), false },
    { nil, nil, all { compare(spy, "gt", 80), compare(spy, "lt", 70) }, false },
    { nil, nil, any { compare(spy, "gt", 80), compare(spy, "lte", 80) }, true },
    { nil, nil, none { compare(spy, "gt", 80), compare(spy, "lte", 80) }, false },
    { nil, nil, at_least(3, { compare(spy, "gt", 80), compare(qqq, "gt", 80) }), false },
    { nil, nil, at_least(1, { compare(spy, "gt", 80), compare(spy, "lt", 90) }), true },
    { nil, nil, at_least(2, { compare(spy, "gt", 80), compare(spy, "lt", 70) }), false },
    { compare(spy, "gt", 80), true, compare(spy, "gt", 70), true },
    { compare(spy, "gt", 80), true, compare(spy, "lt", 70), false },
    { compare(spy, "gt", 70), true, compare(spy, "gt", 80), nil },
    { compare(spy, "gt", 80), true, compare(qqq, "gt", 70), nil },
    { compare(spy, "gt", 80), false, compare(spy, "lte", 80), true },
    { compare(spy, "gt", qqq), true, compare(qqq, "lt", spy), true },
    { compare(spy, "gt", qqq), true, compare(qqq, "gte", spy), false },
    { compare(spy, "gt", qqq), false, compare(spy, "eq", qqq), nil },
    { all { compare(spy, "gt", 80), compare(qqq, "gt", 80) }, true, compare(qqq, "gt", 70), true },
    { all { compare(spy, "gt", 80), compare(qqq, "gt", 80) }, false, compare(qqq, "gt", 80), nil },
    { any { compare(spy, "gt", 80), compare(qqq, "gt", 80) }, false, compare(qqq, "gt", 80), false },
    { none { compare(spy, "gt", 80) }, true, compare(spy, "gt", 90), false },
    { at_least(2, { compare(spy, "gt", 80), compare(qqq, "gt", 80) }), true, compare(qqq, "gt", 70), true },
    -- other days are other values
    { compare(spy, "gt", 80, { days_ago = 1 }), true, compare(spy, "gt", 70), nil },
    { compare(spy, "gt", 80, { days_ago = 1 }), true, compare(rsi("SPY", { days_ago = 1 }), "gt", 70), true },
    { compare(spy, "gt", 80, { for_days = 3 }), true, compare(spy, "gt", 70), true },
    { compare(spy, "gt", 80, { for_days = 3 }), false, compare(spy, "gt", 90), nil },
    { compare(spy, "gt", 80), true, compare(spy, "gt", 70, { for_days = 3 }), nil },
    { compare(spy, "gt", 80), true, compare(spy, "lt", 70, { for_days = 3 }), false },
    { nil, nil, compare(spy, "gte", 0, { for_days = 3 }), true },
  }
  for _, case in ipairs(cases) do
    local above, held, condition, expected = unpack(case, 1, 4)
    it(("says %s of %s%s"):format(tostring(expected), outline.condition_text(condition),
      above and (held and " below " or " where not ") .. outline.condition_text(above) or ""), function()
      local facts = above and nothing():assume(above, held) or nothing()
      assert.equal(expected, (facts:decided(condition)))
    end)
  end

  it("takes all values of a param together", function()
    local hot = param_of.new("hot", 80, { 75, 85 })
    local facts = nothing():assume(compare(spy, "gt", hot), true)
    assert.is_true((facts:decided(compare(spy, "gt", 75))))
    assert.is_nil((facts:decided(compare(spy, "gt", 80))))
    assert.is_true((facts:decided(compare(spy, "gt", hot))))
    assert.is_nil((facts:decided(compare(spy, "gt", hot + 1))))
    assert.is_false((facts:decided(compare(spy, "lt", hot - 10))))
  end)

  it("keeps of two ways what both know", function()
    local condition = compare(qqq, "lt", 20)
    local left = nothing():assume(compare(spy, "gt", 80), true)
    local joined = left:join(left:assume(condition, true)):join(left:assume(compare(spy, "gt", 90), true))
    assert.is_true((joined:decided(compare(spy, "gt", 80))))
    assert.is_nil((joined:decided(condition)))
    assert.is_nil((joined:decided(compare(spy, "gt", 90))))
  end)
end)

describe("intervals", function()
  it("know their ends", function()
    local a, b = interval.possible("gt", 5, 5), interval.possible("lte", 5, 5)
    assert.is_true(interval.is_empty(interval.intersect(a, b)))
    assert.is_false(interval.is_empty(interval.intersect(interval.possible("gte", 5, 5), b)))
    assert.is_true(interval.inside(interval.new(5, 6, true), a))
    assert.is_false(interval.inside(interval.new(5, 6), a))
    assert.same({ -1, 3 }, { interval.difference(interval.new(2, 4), interval.new(1, 3)).lo,
      interval.difference(interval.new(2, 4), interval.new(1, 3)).hi })
  end)
end)

-- Random conditions on three indicators, of which values are known, and a param ----------------------

local TICKERS = { "A", "B", "C" }
local COMPARATORS = { "gt", "gte", "lt", "lte", "eq" }
local KINDS = { "all", "any", "none", "at_least" }
local HOT = param_of.new("hot_or_not", 50, { 30, 50, 70 })

local function holds(condition, values)
  local kind = condition.kind
  if kind == "compare" then
    local left = values[condition.left.ticker]
    local right = condition.right and values[condition.right.ticker]
      or param_of.resolve(condition.threshold, values)
    local comparator = condition.comparator
    return comparator == "gt" and left > right or comparator == "gte" and left >= right
      or comparator == "lt" and left < right or comparator == "lte" and left <= right
      or comparator == "eq" and left == right
  end
  local count = 0
  for _, each in ipairs(condition.conditions) do count = count + (holds(each, values) and 1 or 0) end
  if kind == "all" then return count == #condition.conditions end
  if kind == "any" then return count > 0 end
  if kind == "none" then return count == 0 end
  return count >= condition.count
end

local random = random_of.stream "lint"
local function pick(list) return list[1 + math.floor(random:uniform() * #list)] end

local function condition_of(levels)
  if levels == 0 or random:uniform() < 0.4 then
    local roll = random:uniform()
    local right
    if roll < 0.25 then right = rsi(pick(TICKERS))
    elseif roll < 0.5 then right = HOT + pick { -10, 0, 10 }
    else right = pick { -10, 0, 20, 30, 40, 50, 60, 70, 80, 100, 110 } end
    return compare(rsi(pick(TICKERS)), pick(COMPARATORS), right)
  end
  local made = { kind = pick(KINDS), conditions = {} }
  for i = 1, 1 + math.floor(random:uniform() * 3) do made.conditions[i] = condition_of(levels - 1) end
  if made.kind == "at_least" then made.count = 1 + math.floor(random:uniform() * 3) end
  return made
end

local function values_at_random()
  local values = { hot_or_not = pick(HOT.values) }
  for _, ticker in ipairs(TICKERS) do values[ticker] = pick { 0, 20, 35, 40, 50, 60, 70, 80, 95, 100 } end
  return values
end

describe("random conditions", function()
  it("are never said to be what they are not", function()
    local answers = { [true] = 0, [false] = 0 }
    for _ = 1, 3000 / LESS do
      local values, facts = values_at_random(), nothing()
      for _ = 1, 4 do
        local condition = condition_of(2)
        local truth, said = holds(condition, values), facts:decided(condition)
        if said ~= nil then
          answers[said] = answers[said] + 1
          assert.equal(truth, said, outline.condition_text(condition))
        end
        facts = facts:assume(condition, truth)
      end
    end
    assert.truthy(answers[true] > 200 / LESS and answers[false] > 200 / LESS)
  end)
end)

-- Random trees of choices, some of them shared, and what lint says is never taken in them ----------------

local function tree_of(levels, made)
  if #made > 0 and random:uniform() < 0.2 then return pick(made) end
  if levels == 0 then return { kind = "asset", ticker = pick(TICKERS) } end
  local node
  local roll = random:uniform()
  if roll < 0.6 then
    node = { kind = "if", condition = condition_of(1), yes = tree_of(levels - 1, made),
      no = tree_of(levels - 1, made) }
  elseif roll < 0.75 then
    node = { kind = "switch", conditions = { condition_of(1), condition_of(1) },
      cases = { tree_of(levels - 1, made), tree_of(levels - 1, made), tree_of(levels - 1, made) } }
  elseif roll < 0.9 then
    node = { kind = "mixed", indicator = rsi(pick(TICKERS)), low = pick { 0, 30, 100 }, high = 100,
      from = tree_of(levels - 1, made), to = tree_of(levels - 1, made) }
  else
    node = { kind = "weighted", mode = "equal", children = { tree_of(levels - 1, made), tree_of(levels - 1, made) } }
  end
  made[#made + 1] = node
  return node
end

-- Calls reach(node, what) for all that is reached under some values.
local function walk(node, values, reach)
  if node.kind == "if" then
    local yes = holds(node.condition, values)
    reach(node, yes)
    walk(yes and node.yes or node.no, values, reach)
  elseif node.kind == "switch" then
    local count = 0
    for _, each in ipairs(node.conditions) do count = count + (holds(each, values) and 1 or 0) end
    reach(node, count)
    walk(node.cases[1 + count], values, reach)
  elseif node.kind == "mixed" then
    local value = values[node.indicator.ticker]
    if value < node.high then reach(node, "from") walk(node.from, values, reach) end
    if value > node.low then reach(node, "to") walk(node.to, values, reach) end
  else
    for _, child in ipairs(node.children or {}) do walk(child, values, reach) end
  end
end

-- What a finding says of its node: it is this whenever it is reached, or it never is.
local function claim_of(code, message)
  if code == "unreachable-case" then return nil, tonumber(message:match "^the case of (%d)") end
  if code == "unreachable-side" then return nil, message:match "^the (%w+) side" end
  if code:find "%-condition$" and not code:find "^redundant" and not code:find "^duplicate" then
    return message:find " always holds" ~= nil, nil
  end
end

describe("random trees", function()
  it("never take what is said to be never taken", function()
    local claims = 0
    for _ = 1, 300 / LESS do
      local root, said = tree_of(5, {}), {}
      lint_paths.check(root, identity_of.new(), outline.condition_text, function(code, at, message)
        local always, never = claim_of(code, message)
        if always ~= nil or never ~= nil then
          said[at.node] = said[at.node] or {}
          table.insert(said[at.node], { always = always, never = never, message = message })
        end
      end)
      for _ = 1, 60 do
        walk(root, values_at_random(), function(node, what)
          for _, claim in ipairs(said[node] or {}) do
            claims = claims + 1
            if claim.always ~= nil then assert.equal(claim.always, what, claim.message) end
            assert.not_equal(claim.never or "nothing", what, claim.message)
          end
        end)
      end
    end
    assert.truthy(claims > 1000, claims)
  end)
end)
