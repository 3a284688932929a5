-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local import = require "banyan.import"
local failures = require "spec.failures"

local function symphony(body, options)
  return ('(defsymphony "S" %s %s)'):format(options or "{:rebalance-frequency :daily}", body)
end

local function take(body)
  return import.text(symphony(body), "s.clj").root
end

local function condition(text)
  return take(('(if %s [(asset "A" nil)] [(asset "B" nil)])'):format(text)).condition
end

-- The message after the file, line and column.
local function refused(message, body, options)
  local text = failures.failure(import.text, symphony(body, options), "s.clj").message
  assert.equal(message, (text:gsub("^s%.clj:%d+:%d+: ", "")))
end

local function condition_refused(reason, text)
  refused("root/if/" .. reason, ('(if %s [(asset "A" nil)] [(asset "B" nil)])'):format(text))
end

local function leaf(ticker)
  return { kind = "asset", ticker = ticker }
end

local rsi = { fn = "rsi", ticker = "SPY", window = 10 }

describe("defsymphony options", function()
  it("gives name and rebalancing", function()
    assert.same({ name = "S", description = "", rebalance = "daily", root = leaf "A" },
      import.text(symphony '(asset "A" nil)', "s.clj"))
    for _, rebalance in ipairs { "weekly", "monthly", "quarterly", "yearly", "none" } do
      local options = "{:rebalance-frequency :" .. rebalance .. "}"
      assert.equal(rebalance, import.text(symphony('(asset "A")', options), "f").rebalance)
    end
  end)

  it("gives the corridor", function()
    for _, options in ipairs {
      '{:asset-class "EQUITIES", :rebalance-threshold 0.05}', '{:rebalance-threshold "0.05"}',
      "{:rebalance-frequency :none :rebalance-threshold 1/20}",
    } do
      local strategy = import.text(symphony('(asset "A")', options), "f")
      assert.same({ "none", 0.05 }, { strategy.rebalance, strategy.corridor })
    end
  end)

  it("refuses unknown, missing and double rebalancing", function()
    refused("root: :rebalance-frequency must be :daily, :weekly, :monthly, :quarterly, :yearly "
      .. "or :none", '(asset "A")', "{:rebalance-frequency :hourly}")
    refused("root: :rebalance-frequency must be :daily, :weekly, :monthly, :quarterly, :yearly "
      .. "or :none", '(asset "A")', "{:rebalance-frequency 5}")
    refused("root: the options need :rebalance-frequency or :rebalance-threshold",
      '(asset "A")', "{}")
    refused("root: the options hold :rebalance-frequency and :rebalance-threshold; keep one",
      '(asset "A")', "{:rebalance-frequency :daily :rebalance-threshold 0.1}")
    refused("root: the rebalancing corridor is '5'; it must be a fraction from 0 to 1, "
      .. "such as 0.05", '(asset "A")', "{:rebalance-threshold 5}")
  end)

  it("weights several bodies equally and refuses none", function()
    assert.same({ kind = "weighted", mode = "equal", children = { leaf "A", leaf "B" } },
      take '(asset "A") (asset "B")')
    refused("root: it has no children; give it one, or remove it", "")
  end)

  it("refuses what is not a symphony", function()
    local function whole(message, text)
      failures.refuses(message, import.text, text, "s.clj")
    end
    whole("s.clj:1:1: root: defsymphony needs a name in quotes", "(defsymphony x {})")
    whole("s.clj:1:1: root: defsymphony needs options such as {:rebalance-frequency :daily} "
      .. "after its name", '(defsymphony "x" (asset "A"))')
    whole("s.clj:1:1: asset: this is not a strategy: it must start with (defsymphony ...)",
      '(asset "A")')
    whole("s.clj:1:1: root: there is something after the defsymphony form",
      symphony '(asset "A")' .. " 5")
    whole("s.clj: ?: this is not a strategy: it must start with (defsymphony ...)", "#_(a)")
  end)
end)

describe("defsymphony nodes", function()
  it("takes assets", function()
    assert.same(leaf "NAN", take '(asset "NAN" "a real fund")')
    assert.same(leaf "SPY", take '(asset "EQUITIES::SPY//USD" nil)')
    refused("root/asset: it has no ticker; name one", "(asset)")
    refused("root/asset: it has no ticker; name one", "(asset SPY)")
    refused("root/asset: 'A B' is not a ticker", '(asset "A B")')
    refused("root/asset: an asset takes a ticker and a name, and nothing after them",
      '(asset "A" "n" 5)')
  end)

  it("takes empty as cash", function()
    assert.same({ kind = "cash" }, take "(empty)")
    refused("root/empty: (empty) takes nothing", "(empty 5)")
  end)

  it("takes equal weights and keeps duplicates", function()
    assert.same({ kind = "weighted", mode = "equal", children = { leaf "A", leaf "A" } },
      take '(weight-equal [(asset "A") (asset "A")])')
    refused("root/weight-equal: it has no children; give it one, or remove it", "(weight-equal [])")
    refused("root/weight-equal: the children must be a vector [...] of nodes",
      '(weight-equal (asset "A"))')
    refused("root/weight-equal: there is something after the children",
      '(weight-equal [(asset "A")] [])')
  end)

  it("takes specified weights and keeps 0", function()
    assert.same({
      kind = "weighted", mode = "specified", weights = { 0.6, 0, 0.25 },
      children = { leaf "A", leaf "B", leaf "C" },
    }, take '(weight-specified 0.6 (asset "A") 0 (asset "B") "0.25" (asset "C"))')
  end)

  it("refuses bad weights", function()
    local where = "root/weight-specified: "
    refused(where .. "its weights sum to 1.1; they must not exceed 1 (100 %)",
      '(weight-specified 0.6 (asset "A") 0.5 (asset "B"))')
    refused(where .. "the weight of child 1 is -1; weights cannot be negative",
      '(weight-specified -1 (asset "A"))')
    refused(where .. "weight 2 is 'list'; it must be a fraction such as 0.6",
      '(weight-specified 0.5 (asset "A") (asset "B") 0.5)')
    refused(where .. "weight 2 has no node after it", '(weight-specified 0.5 (asset "A") 0.5)')
    refused(where .. "it has no children; give it one, or remove it", "(weight-specified)")
  end)

  it("takes inverse volatility", function()
    assert.same({ kind = "inverse_vol", window = 5, children = { leaf "A" } },
      take '(weight-inverse-volatility 5 [(asset "A")])')
    refused("root/weight-inverse-volatility: window is '0'; it must be a whole number of days "
      .. "from 1 to 100000", '(weight-inverse-volatility 0 [(asset "A")])')
  end)

  it("takes groups", function()
    assert.same({ kind = "group", name = "G", child = leaf "A" }, take '(group "G" [(asset "A")])')
    assert.equal("weighted", take('(group "G" [(asset "A") (asset "B")])').child.kind)
    refused("root/G: it has no children; give it one, or remove it", '(group "G" [])')
    refused("root/group: a group needs a name in quotes", "(group g [])")
  end)

  it("takes filters", function()
    assert.same({
      kind = "filter", indicator = { fn = "stdev_return", window = 12 }, bottom = true, count = 3,
      children = { leaf "A", { kind = "group", name = "G", child = leaf "B" }, leaf "A" },
    }, take [[(filter (stdev-return {:window 12}) (select-bottom 3)
        [(asset "A") (group "G" [(asset "B")]) (asset "A")])]])
    assert.is_false(take('(filter (rsi {:window 1}) (select-top 1) [(asset "A")])').bottom)
    assert.same({ fn = "close" },
      take('(filter (current-price) (select-top 1) [(asset "A")])').indicator)
  end)

  it("refuses bad filters", function()
    local where = "root/filter: "
    refused(where .. "the selection must be (select-top N) or (select-bottom N)",
      '(filter (rsi {:window 1}) (select-middle 1) [(asset "A")])')
    refused(where .. "select-top takes a whole number from 1 to 1000000",
      '(filter (rsi {:window 1}) (select-top 0) [(asset "A")])')
    refused(where .. "sort function: indicator rsi: it has no window; give it the number of days",
      '(filter (rsi) (select-top 1) [(asset "A")])')
    refused(where .. "sort function: an indicator such as (rsi {:window 10}) is needed",
      '(filter rsi (select-top 1) [(asset "A")])')
    refused(where .. "an indicator takes a map such as {:window 10}, and nothing after it",
      '(filter (rsi "A" {:window 1}) (select-top 1) [(asset "A")])')
    refused(where .. "it has no children; give it one, or remove it",
      "(filter (rsi {:window 1}) (select-top 1) [])")
  end)

  it("refuses what it does not know", function()
    refused("root/weight-equal/magic[2]: unknown node (magic ...)",
      '(weight-equal [(asset "A") (magic)])')
    refused("root/weight-marketcap: weights by market capitalisation need data that banyan does "
      .. "not have; use weight-equal or weight-specified instead", "(weight-marketcap [])")
    refused("root/?: a node must be a list such as (asset \"SPY\" nil), not vector", "[]")
    refused("root/?: a node must be a list such as (asset \"SPY\" nil), not A", '"A"')
  end)

  it("names the line, and the place with groups, kinds and positions", function()
    local body = '(group "US" [(if (> (rsi "SPY" {:window 10}) 5)\n [(asset "B")]\n'
      .. ' [(asset "A")\n  (magic)])])'
    failures.refuses("s.clj:4:3: root/US/if/magic[2]: unknown node (magic ...)", import.text,
      symphony(body), "s.clj")
  end)
end)

describe("defsymphony conditions", function()
  it("takes all comparators", function()
    for symbol, comparator in pairs { [">"] = "gt", [">="] = "gte", ["<"] = "lt", ["<="] = "lte",
      ["="] = "eq" } do
      assert.same({ kind = "compare", comparator = comparator, left = rsi, threshold = 79.5 },
        condition(('(%s (rsi "SPY" {:window 10}) 79.5)'):format(symbol)))
    end
    assert.equal(-1, condition('(> (rsi "SPY" {:window "10"}) "-1")').threshold)
  end)

  it("takes all indicators", function()
    local names = {
      ["rsi"] = "rsi", ["moving-average-price"] = "sma", ["stdev-return"] = "stdev_return",
      ["exponential-moving-average-price"] = "ema", ["moving-average-return"] = "mean_return",
      ["cumulative-return"] = "cumulative_return", ["stdev-price"] = "stdev_price",
      ["max-drawdown"] = "max_drawdown", ["standard-deviation-price"] = "stdev_price",
    }
    for name, fn in pairs(names) do
      assert.same({ fn = fn, ticker = "NAN", window = 20 },
        condition(('(> (current-price "SPY") (%s "NAN" {:window 20}))'):format(name)).right)
    end
    assert.same({ fn = "close", ticker = "SPY" }, condition('(> (current-price "SPY") 1)').left)
    assert.same({ fn = "ppo", ticker = "SOXL", window = 12, window2 = 26 }, condition([[
      (> ((unimplemented :percentage-price-oscillator) "SOXL" {:short-window 12 :long-window 26})
      0)]]).left)
    assert.same({ fn = "ppo_signal", ticker = "SOXL", window = 12, window2 = 26, window3 = 9 },
      condition([[(> ((unimplemented :percentage-price-oscillator-signal) "SOXL"
        {:short-window 12 :long-window 26 :smooth-window 9}) 0)]]).left)
  end)

  it("takes and, or", function()
    local simple = { kind = "compare", comparator = "gt", left = rsi, threshold = 1 }
    local either = { kind = "any", conditions = { simple } }
    assert.same({ kind = "all", conditions = { simple, either } },
      condition '(and (> (rsi "SPY" {:window 10}) 1) (or (> (rsi "SPY" {:window 10}) 1)))')
  end)

  it("refuses what it cannot take", function()
    condition_refused("not: unknown condition 'not'; banyan knows > >= < <= = and or", "(not 1)")
    condition_refused("?: unknown condition '5'; banyan knows > >= < <= = and or", "5")
    condition_refused("and: (and) holds no conditions", "(and)")
    condition_refused(">: (> ...) compares two values, not 1", '(> (rsi "SPY" {:window 10}))')
    condition_refused(">: (> ...) starts with a number; write the indicator first",
      '(> 5 (rsi "SPY" {:window 10}))')
    condition_refused(">: the threshold '1e999' is not a number",
      '(> (rsi "SPY" {:window 10}) "1e999")')
    condition_refused(">: right side: an indicator such as (rsi \"SPY\" {:window 10}) is needed",
      '(> (rsi "SPY" {:window 10}) "0x10")')
    condition_refused(">: left side: it has no ticker; name one", "(> (rsi {:window 10}) 1)")
    condition_refused(">: left side: indicator rsi: it has no window; give it the number of days",
      '(> (rsi "SPY") 1)')
    condition_refused(">: left side: indicator rsi: it has no window; give it the number of days",
      '(> (rsi "SPY" {:window nil}) 1)')
    condition_refused(">: left side: indicator rsi: window is '1.5'; it must be a whole number of "
      .. "days from 1 to 100000", '(> (rsi "SPY" {:window 1.5}) 1)')
    failures.mentions({ "root/if/>: left side: unknown indicator 'beta'; banyan knows" }, condition,
      '(> (beta "SPY" {:window 5}) 1)')
    failures.mentions({ "root/if/>: left side: unknown indicator 'upper-bollinger" },
      condition, '(> ((unimplemented :upper-bollinger) "SPY" {}) 1)')
    condition_refused("and/>[2]: the threshold '1e999' is not a number", [[(and
      (> (rsi "SPY" {:window 10}) 1) (> (rsi "SPY" {:window 10}) "1e999"))]])
    failures.mentions({ "/and[1]/and[1]: conditions are nested deeper than 100 levels" }, condition,
      ("(and "):rep(101) .. "1" .. (")"):rep(101))
  end)

  it("refuses bad branches", function()
    local holds = '(> (rsi "SPY" {:window 10}) 1)'
    refused("root/if: the then branch must be a vector [...] of nodes",
      ('(if %s (asset "A") [])'):format(holds))
    refused("root/if: the else branch must be a vector [...] of nodes",
      ('(if %s [(asset "A")])'):format(holds))
    refused("root/if: the then branch is empty; put a node into it",
      ('(if %s [] [(asset "A")])'):format(holds))
    refused("root/if: the else branch is empty; put a node into it",
      ('(if %s [(asset "A")] [])'):format(holds))
    refused("root/if: there is something after the else branch",
      ('(if %s [(asset "A")] [(asset "B")] 1)'):format(holds))
  end)
end)

describe("defsymphony limits", function()
  local function chain(levels)
    return symphony(('(group "g" ['):rep(levels) .. '(asset "A")' .. ("])"):rep(levels))
  end

  it("takes 1000 levels and refuses more", function()
    assert.is_table(import.text(chain(999), "f"))
    failures.mentions({ "f:1:12036: root/g/", "/.../", "/g: the tree is deeper than 1000 levels" },
      import.text, chain(1000), "f")
    failures.mentions({ "f:1:", "nested deeper than 3000 levels" }, import.text, chain(5000), "f")
  end)

  it("refuses more than a million nodes", function()
    local text = symphony("(weight-equal [" .. ("(empty)"):rep(1000001) .. "])")
    failures.mentions({ "root/weight-equal: the tree has more than 1000000 nodes; make it" },
      import.text, text, "f")
  end)
end)

describe("import", function()
  local supported = "banyan imports Composer JSON (an object with \"step\": \"root\"), defsymphony "
    .. "text, QuantMage JSON (\"incantation\") and flow JSON (\"nodes\" and \"edges\", or \"elements\")"

  it("recognises formats behind a byte order mark, blanks and comments", function()
    local bom = "\239\187\191"
    assert.equal("S", import.text(bom .. "\n ; {\n,;\n" .. symphony '(asset "A")', "f").name)
    assert.equal("f", import.text(bom .. ' \n{"step":"root","rebalance":"daily",'
      .. '"children":[{"step":"empty"}]}', "f").name)
  end)

  it("refuses other formats", function()
    failures.refuses("f: the file is empty; " .. supported, import.text, " ; x", "f")
    failures.refuses("f: the format is not known (it starts with 'return { 1, 2, 3, 4,...'); "
      .. supported, import.text, "return { 1, 2, 3, 4, 5, 6 }", "f")
    failures.refuses("f: this JSON is not a strategy that banyan knows; " .. supported,
      import.text, "[1]", "f")
    for _, text in ipairs { "{}", "[]", "[null]", '{"nodes":[]}', '{"flow":{}}', '{"incantation":1}' } do
      failures.refuses("f: this JSON is not a strategy that banyan knows; " .. supported,
        import.text, text, "f")
    end
  end)

  it("reads files", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write((symphony '(asset "A")'))
    file:close()
    assert.same(leaf "A", import.file(path).root)
    os.remove(path)
    failures.mentions({ "cannot open", path, "No such file" }, import.file, path)
    failures.mentions({ "cannot read /: Is a directory" }, import.file, "/")
  end)
end)
