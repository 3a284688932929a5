-- SPDX-License-Identifier: MIT
-- Guided searches: on functions whose best point is known, and in spaces with corners.
local engine = require "banyan.ffi"
local landscapes = require "spec.landscapes"
local random = require "banyan.random"
local search_of = require "banyan.search"
local hex = require "banyan.sweep.identity".hex

local METHODS = { "tpe", "genetic" }
local SEEDS = 10
local NAN = 0 / 0
-- Hashes of what searches ask for. They change with the methods alone.
local TRACES = { tpe = "923d65688ec0c168", genetic = "fc0b5f7d1f991307" }

-- A space of params { size = } or { values = }, all of whose points are allowed and matter, unless options say
-- otherwise.
local function space_of(params, options)
  local space = { params = {}, allows_calls = 0 }
  for p, param in ipairs(params) do
    local values = param.values or {}
    for i = 1, param.size or 0 do values[i] = param.words and "word" .. i or i end
    space.params[p] = { name = "p" .. p, values = values }
  end
  function space:allows(digits)
    self.allows_calls = self.allows_calls + 1
    return not options or not options.where or options.where(digits)
  end
  function space.canonical(_, digits)
    local made = {}
    for p, digit in ipairs(digits) do made[p] = digit end
    if options and options.canonical then options.canonical(made) end
    return made
  end
  function space:key(digits) return table.concat(self:canonical(digits), ",") end
  return space
end

-- Runs a search to its end. Calls see(digits) for each combo.
local function run(fields, space, worth, see, direction)
  local search, rounds = search_of.new(fields, space, direction or 1), 0
  local best = direction == -1 and math.huge or -math.huge
  while true do
    local list = search:ask()
    if not list then break end
    rounds = rounds + 1
    local values = {}
    for i, digits in ipairs(list) do
      if see then see(digits, rounds) end
      values[i] = worth(digits)
      if direction == -1 then best = math.min(best, values[i])
      elseif values[i] > best then best = values[i] end
    end
    search:tell(list, values)
  end
  return best, search, rounds
end

-- All that a search asked for, as text.
local function trace(fields, space, worth)
  local lines = {}
  run(fields, space, worth, function(digits, round)
    lines[#lines + 1] = round .. ":" .. table.concat(digits, " ")
  end)
  return table.concat(lines, "\n")
end

local function median(list)
  table.sort(list)
  return (list[#list / 2] + list[#list / 2 + 1]) / 2
end

local function best_of_draws(landscape, count, seed)
  local stream, best = random.stream("draws " .. seed), -math.huge
  local space = space_of(landscape.params, landscape)
  for _ = 1, count do
    local digits = {}
    for p, param in ipairs(space.params) do
      digits[p] = math.floor(stream:uniform() * #param.values)
    end
    local worth = landscape.worth(space:canonical(digits))
    if worth > best then best = worth end
  end
  return best
end

local function failure_of(fields, space)
  local ok, failure = pcall(search_of.new, fields, space or space_of { { size = 3 } }, 1)
  assert.is_false(ok)
  assert.equal("STRATEGY", failure.status)
  return failure.message
end

describe("a guided search", function()
  for _, landscape in ipairs(landscapes) do
    for _, method in ipairs(METHODS) do
      it(("by %s finds more than chance: %s"):format(method, landscape.name), function()
        for _, count in ipairs { 500, 2000 } do
          local found, drawn = {}, {}
          for seed = 1, SEEDS do
            found[seed] = run({ method = method, count = count, seed = seed },
              space_of(landscape.params, landscape), landscape.worth)
            drawn[seed] = best_of_draws(landscape, count, seed)
          end
          -- How much of what chance leaves to the best point is gained.
          local by_chance = landscape.best - median(drawn)
          local gained = 1 - (landscape.best - median(found)) / by_chance
          local must = landscape.must[count]
          assert(gained >= must, ("%d evaluations: %.3f gained, must be %.3f"):format(count, gained, must))
        end
      end)
    end
  end

  for _, method in ipairs(METHODS) do
    describe("by " .. method, function()
      local params = { { size = 30 }, { size = 7, words = true }, { size = 100 } }
      local function worth(digits)
        return -9 * math.abs(digits[1] - 11) - 9 * digits[2] - math.abs(digits[3] - 80)
      end

      it("is the same for the same seed, and another for another", function()
        local function of_seed(seed)
          return trace({ method = method, count = 400, seed = seed }, space_of(params), worth)
        end
        assert.equal(of_seed(7), of_seed(7))
        assert.not_equal(of_seed(7), of_seed(8))
      end)

      it("is the same on every machine", function()
        local text = trace({ method = method, count = 1000, seed = 3 }, space_of(params), worth)
        assert.equal(TRACES[method], hex(engine.C.by_hash(text, #text, 0)))
      end)

      it("asks the same at any size of its values and of their order alone", function()
        local fields = { method = method, count = 400 }
        assert.equal(trace(fields, space_of(params), worth),
          trace(fields, space_of(params), function(digits) return worth(digits) ^ 3 / 1e3 end))
      end)

      it("asks for no combo twice, and for exactly as many as it should", function()
        local seen, count = {}, 0
        local _, search = run({ method = method, count = 777 }, space_of(params), worth, function(digits)
          local key = table.concat(digits, " ")
          assert.is_nil(seen[key])
          seen[key], count = true, count + 1
        end)
        assert.same({ 777, 777, "count" }, { count, search.asked, search.ended })
        assert.is_nil(search:ask())
      end)

      it("repeats its question until it is told", function()
        local search = search_of.new({ method = method, count = 100 }, space_of(params), 1)
        local list = search:ask()
        assert.same(list, search:ask())
        assert.equal(#list, search.asked)
        assert.has_error(function() search:tell({ { 0, 0, 0 } }, { 1 }) end)
      end)

      it("takes every combo of a small space, and then ends", function()
        local small = { { size = 5 }, { size = 4, words = true }, { size = 3 } }
        local seen = {}
        local best, search = run({ method = method, count = 5000 }, space_of(small),
          function(digits) return digits[1] * digits[2] - digits[3] end,
          function(digits) seen[table.concat(digits, " ")] = true end)
        local count = 0
        for _ in pairs(seen) do count = count + 1 end
        assert.same({ 60, 60, "exhausted", 12 }, { count, search.asked, search.ended, best })
      end)

      it("takes spaces of one combo, and of no params", function()
        for _, single in ipairs { { { size = 1 }, { size = 1, words = true } }, {} } do
          local _, search = run({ method = method, count = 10 }, space_of(single), function() return 1 end)
          assert.same({ 1, "exhausted" }, { search.asked, search.ended })
        end
      end)

      it("finds the few combos of a large grid that where leaves", function()
        local function where(digits) return digits[1] == 17 and digits[3] == 50 end
        local _, search = run({ method = method, count = 100 }, space_of(params, { where = where }), worth,
          function(digits) assert.is_true(where(digits)) end)
        assert.same({ 7, "exhausted" }, { search.asked, search.ended })
      end)

      it("refuses a where that leaves nothing", function()
        local search = search_of.new({ method = method, count = 100 },
          space_of(params, { where = function() return false end }), 1)
        local ok, failure = pcall(search.ask, search)
        assert.is_false(ok)
        assert.truthy(failure.message:find "where leaves none")
      end)

      it("gives up a space too large to look through", function()
        local huge = { { size = 60000 }, { size = 60000 }, { size = 60000 } }
        local space = space_of(huge, { canonical = function(digits) digits[2], digits[3] = 0xffff, 0xffff
          digits[1] = digits[1] % 5 end })
        local _, search = run({ method = method, count = 100 }, space, function(digits) return digits[1] end)
        assert.same({ 5, "exhausted" }, { search.asked, search.ended })
      end)

      it("takes NaN for the worst, also when there is nothing else", function()
        local best = run({ method = method, count = 600 }, space_of(params), function(digits)
          return digits[1] > 15 and NAN or digits[1] + digits[3] / 100
        end)
        assert.is_true(best > 15.9)
        local _, search = run({ method = method, count = 300 }, space_of(params), function() return NAN end)
        assert.equal(300, search.asked)
      end)

      it("seeks low values where they are better", function()
        local fields = { method = method, count = 500 }
        assert.equal(-run(fields, space_of(params), worth),
          run(fields, space_of(params), function(digits) return -worth(digits) end, nil, -1))
      end)

      it("ends when nothing gets better, if it has little patience", function()
        local _, search = run({ method = method, count = 5000, patience = 200 }, space_of(params),
          function() return 1 end)
        assert.equal("patience", search.ended)
        assert.is_true(search.asked > 200 and search.asked <= 264)
      end)

      it("knows the order of numbers wherever they stand in the list", function()
        local values = {}
        for i = 0, 199 do values[i + 1] = (i * 77) % 200 end
        local shuffled = { { values = values }, { values = values }, { values = values } }
        local best = run({ method = method, count = 800 }, space_of(shuffled), function(digits)
          local sum = 0
          for p = 1, 3 do sum = sum - math.abs(values[digits[p] + 1] - 60 * p) end
          return sum
        end)
        assert.is_true(best >= -6, best)
      end)

      it("takes params with many values, and many params", function()
        local best = run({ method = method, count = 1000 }, space_of { { size = 65535 }, { size = 65535 } },
          function(digits) return -math.abs(digits[1] - 12345) - math.abs(digits[2] - 54321) end)
        assert.is_true(best > -1000, best)
        local many = {}
        for p = 1, 64 do many[p] = { size = p % 3 + 2, words = p % 2 == 0 } end
        local _, search = run({ method = method, count = 1000 }, space_of(many), function(digits)
          local sum = 0
          for p = 1, 64 do sum = sum + (digits[p] == p % 2 and 1 or 0) end
          return sum
        end)
        assert.is_true(search.best >= 48, search.best)
      end)
    end)
  end

  it("asks in batches, or in generations", function()
    local params = { { size = 1000 }, { size = 1000 } }
    local function rounds(fields)
      local sizes = {}
      run(fields, space_of(params), function(digits) return digits[1] end, function(_, round)
        sizes[round] = (sizes[round] or 0) + 1
      end)
      return sizes
    end
    assert.same({ 64, 100, 100, 36 }, rounds { method = "tpe", count = 300, batch = 100 })
    assert.same({ 10, 10, 10, 10 }, rounds { method = "tpe", count = 40, batch = 10 })
    assert.same({ 40, 40, 20 }, rounds { method = "genetic", count = 100, population = 40 })
    assert.same({ 1, 2 }, rounds { method = "tpe", count = 3 })
    assert.same({ 4, 4, 2 }, rounds { method = "genetic", count = 10, population = 4, mutation = 0 })
  end)

  it("refuses what it cannot mean", function()
    local function says(fields, text)
      local message = failure_of(fields)
      assert(message:find(text, 1, true), message)
    end
    says("tpe", "'search' must be a table such as")
    says({ count = 10 }, "'search.method' is missing")
    says({ method = "tpa", count = 10 }, "'search.method' must be one of 'tpe', 'genetic', not 'tpa'")
    says({ method = "tpe" }, "'search.count' is missing")
    says({ method = "tpe", coutn = 5 }, "unknown field 'search.coutn', did you mean 'count'?")
    says({ method = "tpe", count = 5, population = 5 }, "unknown field 'search.population'")
    says({ method = "genetic", count = 5, populaton = 5 }, "did you mean 'population'?")
    for _, count in ipairs { 0, -1, 1.5, 1e7, NAN, "many" } do
      says({ method = "tpe", count = count }, "'search.count' must be a whole number from 1 to 1000000")
    end
    says({ method = "tpe", count = 5, batch = 0 }, "'search.batch' must be a whole number from 1 to 10000")
    says({ method = "tpe", count = 5, seed = -1 }, "'search.seed' must be a whole number from 0")
    says({ method = "tpe", count = 5, patience = 0 }, "'search.patience' must be")
    says({ method = "genetic", count = 5, mutation = 2 }, "'search.mutation' must be a number from 0 to 1")
    says({ method = "genetic", count = 5, population = 3 }, "'search.population' must be a whole number from 4")
    says({ method = "genetic", count = 5, elite = 33 }, "'search.elite' must be at most 'search.population'")
  end)
end)
