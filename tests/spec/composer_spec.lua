-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local import = require "banyan.import"
local json = require "banyan.json"
local failures = require "spec.failures"
local nodes = require "spec.composer_nodes"

local null = json.null
local asset, leaf, root, take, refused = nodes.asset, nodes.leaf, nodes.root, nodes.take, nodes.refused
local case, otherwise, flat = nodes.case, nodes.otherwise, nodes.flat

describe("composer root", function()
  it("takes name, description and rebalancing", function()
    local text = json.encode(root(asset "A", { description = "D", id = "x" }))
    assert.same({ name = "S", description = "D", rebalance = "daily", root = leaf "A" },
      import.text(text, "s.json"))
    for _, rebalance in ipairs { "weekly", "monthly", "quarterly", "yearly", "none" } do
      text = json.encode(root(asset "A", { rebalance = rebalance }))
      assert.equal(rebalance, import.text(text, "f").rebalance)
    end
  end)

  it("takes the corridor with none only, as number or text", function()
    local function corridor(extra)
      return import.text(json.encode(root(asset "A", extra)), "f").corridor
    end
    assert.equal(0.05, corridor { rebalance = "none", ["rebalance-corridor-width"] = 0.05 })
    assert.equal(0.1, corridor { rebalance = "none", ["rebalance-corridor-width"] = "0.1" })
    assert.is_nil(corridor { rebalance = "none", ["rebalance-corridor-width"] = null })
    assert.is_nil(corridor { rebalance = "daily", ["rebalance-corridor-width"] = 0.1 })
    refused("s.json: root: the rebalancing corridor is '5'; it must be a fraction from 0 to 1, "
      .. "such as 0.05", asset "A", { rebalance = "none", ["rebalance-corridor-width"] = "5" })
  end)

  it("names a strategy without a name after its file", function()
    local text = json.encode(root(asset "A", { name = null }))
    assert.equal("x.json", import.text(text, "a/b/x.json").name)
  end)

  it("refuses unknown or missing rebalancing", function()
    refused("s.json: root: rebalance is 'hourly'; it must be daily, weekly, monthly, quarterly, "
      .. "yearly or none", asset "A", { rebalance = "hourly" })
    refused("s.json: root (id r): rebalance is 'missing'; it must be daily, weekly, monthly, "
      .. "quarterly, yearly or none", asset "A", { rebalance = null, id = "r" })
  end)

  it("weights several children equally and refuses none", function()
    assert.same({ kind = "weighted", mode = "equal", children = { leaf "A", leaf "B" } },
      take(nil, { children = { asset "A", asset "B" } }))
    refused("s.json: root: it has no children; give it one, or remove it", nil,
      { children = json.array {} })
    refused("s.json: root: 'children' is not a list", nil, { children = { a = 1 } })
  end)
end)

describe("composer nodes", function()
  it("takes assets, with no children at most, whatever their ticker", function()
    assert.same({ kind = "asset", ticker = "NAN", id = "i" },
      take(asset("NAN", { id = "i", children = json.array {}, weight = { num = 9, den = 1 } })))
    assert.same(leaf "BRK/B", take(asset "BRK/B"))
    assert.same(leaf "SPY", take(asset "EQUITIES::SPY//USD"))
    assert.same(leaf "CRYPTO::BTC//USD", take(asset "CRYPTO::BTC//USD"))
    refused("s.json: root/asset (id q): it has no ticker; name one", asset(null, { id = "q" }))
    refused("s.json: root/asset: 'A B' is not a ticker", asset "A B")
    refused("s.json: root/asset: an asset cannot have children",
      asset("A", { children = { asset "B" } }))
  end)

  it("takes empty as cash", function()
    assert.same({ kind = "cash", id = "e" }, take { step = "empty", id = "e" })
  end)

  it("takes equal weights and keeps duplicates", function()
    assert.same({ kind = "weighted", mode = "equal", id = "w", children = { leaf "A", leaf "A" } },
      take { step = "wt-cash-equal", id = "w", children = { asset "A", asset "A" } })
    refused("s.json: root/wt-cash-equal (id w): it has no children; give it one, or remove it",
      { step = "wt-cash-equal", id = "w" })
  end)

  local function specified(...)
    local children = {}
    for i, weight in ipairs { ... } do children[i] = asset("A", { weight = weight }) end
    return { step = "wt-cash-specified", children = children }
  end

  it("takes specified weights as numbers and text, and keeps 0", function()
    local node = take(specified({ num = "60", den = 100 }, { num = 0, den = "100" },
      { num = 0.25, den = 1 }))
    assert.same({ 0.6, 0, 0.25 }, node.weights)
    assert.equal("specified", node.mode)
    assert.equal(3, #node.children)
    assert.same({ 1 / 3, 1 / 3, 1 / 3 },
      take(specified({ num = 1, den = 3 }, { num = 1, den = 3 }, { num = 1, den = 3 })).weights)
  end)

  it("refuses bad weights", function()
    local where = "s.json: root/wt-cash-specified: "
    refused(where .. "its weights sum to 1.1; they must not exceed 1 (100 %)",
      specified({ num = 60, den = 100 }, { num = 50, den = 100 }))
    refused(where .. "the weight of child 2 is -0.5; weights cannot be negative",
      specified({ num = 1, den = 2 }, { num = -1, den = 2 }))
    refused(where .. "the weight of child 1 is 1 / 0; both must be numbers and the second not 0",
      specified { num = 1, den = 0 })
    refused(where .. "the weight of child 1 is nan / 1; both must be numbers and the second not 0",
      specified { num = "nan", den = 1 })
    refused(where .. "the weight of child 1 is null / missing; both must be numbers and the second "
      .. "not 0", specified { num = null })
    refused(where .. "child 2 has no weight; give it one as {\"num\": 60, \"den\": 100}",
      specified({ num = 1, den = 2 }, null))
  end)

  it("takes inverse volatility with its window as number or text", function()
    local node = { step = "wt-inverse-vol", ["window-days"] = 21, children = { asset "A" } }
    local expected = { kind = "inverse_vol", window = 21, children = { leaf "A" } }
    assert.same(expected, take(node))
    node["window-days"] = "21"
    assert.same(expected, take(node))
    node["window-days"] = nil
    refused("s.json: root/wt-inverse-vol: it has no window-days; give it the number of days", node)
  end)

  it("takes groups", function()
    local group = { step = "group", name = "G", id = "g", children = { asset "A" } }
    assert.same({ kind = "group", name = "G", id = "g", child = leaf "A" }, take(group))
    group.children[2] = asset "B"
    assert.same({ kind = "weighted", mode = "equal", children = { leaf "A", leaf "B" } },
      take(group).child)
    group.children = json.array {}
    refused("s.json: root/G (id g): it has no children; give it one, or remove it", group)
  end)

  it("refuses what it does not know", function()
    refused("s.json: root/wt-marketcap (id m): weights by market capitalisation need data that "
      .. "banyan does not have; use wt-cash-equal or wt-cash-specified instead",
      { step = "wt-marketcap", id = "m", children = { asset "A" } })
    refused("s.json: root/magic: unknown step 'magic'", { step = "magic" })
    refused("s.json: root/?: the node has no step", { id = null, children = { asset "A" } })
    refused("s.json: root/?: a node must be an object, not '7'", 7)
    refused("s.json: root/if-child: an if-child stands outside of an if", otherwise)
  end)

  it("names the place with groups, kinds and positions", function()
    local group = { step = "group", name = "US\27 Eq\nuities", children = {
      { step = "wt-cash-equal", children = { asset "A", { step = "magic", id = "z" } } },
    } }
    refused("s.json: root/US  Eq uities/wt-cash-equal/magic[2] (id z): unknown step 'magic'", group)
  end)

  it("cuts the middle of long paths", function()
    local node = { step = "magic" }
    for i = 60, 1, -1 do node = { step = "group", name = "level " .. i, children = { node } } end
    refused("s.json: root/level 1/level 2/level 3/level 4/level 5/level 6/level 7/level 8/.../"
      .. "level 52/level 53/level 54/level 55/level 56/level 57/level 58/level 59/level 60/magic: "
      .. "unknown step 'magic'", node)
  end)
end)

describe("composer filter", function()
  local function filter(fields)
    local node = {
      step = "filter", ["sort-by-fn"] = "cumulative-return", ["sort-by-fn-params"] = { window = 5 },
      ["select-fn"] = "top", ["select-n"] = 2, children = { asset "A", asset "B", asset "A" },
    }
    for key, value in pairs(fields or {}) do node[key] = value or nil end
    return node
  end

  it("takes both spellings of its fields", function()
    local expected = {
      kind = "filter", indicator = { fn = "cumulative_return", window = 5 }, bottom = false,
      count = 2, children = { leaf "A", leaf "B", leaf "A" },
    }
    assert.same(expected, take(filter()))
    assert.same(expected, take(filter {
      ["sort-by-fn-params"] = false, ["sort-by-window-days"] = "5", ["select-n"] = "2",
    }))
    expected.bottom = true
    assert.same(expected, take(filter { ["select-fn"] = "bottom", ["select?"] = false or nil }))
  end)

  it("takes more than it has, and assets beside groups", function()
    local node = take(filter { ["select-n"] = 9, children = {
      asset "A", { step = "group", name = "G", children = { asset "B" } },
    } })
    assert.equal(9, node.count)
    assert.equal("group", node.children[2].kind)
  end)

  it("refuses bad fields", function()
    local where = "s.json: root/filter: "
    refused(where .. "sort-by-fn: indicator cumulative-return: it has no window; give it the "
      .. "number of days", filter { ["sort-by-fn-params"] = false })
    failures.mentions({ where .. "sort-by-fn: unknown indicator 'beta'; banyan knows" },
      take, filter { ["sort-by-fn"] = "beta" })
    refused(where .. "select-fn is 'middle'; it must be 'top' or 'bottom'",
      filter { ["select-fn"] = "middle" })
    for _, count in ipairs { 0, "1.5", "x", -1 } do
      refused(where .. ("select-n is '%s'; it must be a whole number from 1 to 1000000")
        :format(count), filter { ["select-n"] = count })
    end
    refused(where .. "it has no children; give it one, or remove it",
      filter { children = json.array {} })
  end)
end)

describe("composer leftovers", function()
  it("are left alone: what an editor or a quote service writes beside the tree", function()
    local extra = {
      ["collapsed?"] = true, exchange = "ARCX", price = 12.5, dollar_volume = 1e9,
      has_marketcap = true, ["children-count"] = 0, ["suppress-incomplete-warnings?"] = false,
      ["select?"] = true, ["sort-by?"] = true, weight = { num = "x", den = 0 },
    }
    assert.same({ kind = "weighted", mode = "equal", children = { leaf "A" } },
      take { step = "wt-cash-equal", name = "n", ["children-count"] = 9,
        children = { asset("A", extra) } })
    assert.same(leaf "A", import.text(json.encode(root(asset "A",
      { asset_class = "EQUITIES", ["rebalance-corridor-width"] = "stale" })), "f").root)
  end)

  it("may stand where several nodes do: then each has an equal part", function()
    local equal = { kind = "weighted", mode = "equal", children = { leaf "A", leaf "B" } }
    local both = { asset "A", asset "B" }
    local node = take { step = "if", children = { case(flat(), both),
      case({ ["is-else-condition?"] = true }, both) } }
    assert.same({ equal, equal }, { node.yes, node.no })
  end)
end)

describe("composer limits", function()
  local function chain(levels)
    return '{"step":"root","rebalance":"daily","children":['
      .. ('{"step":"group","name":"g","children":['):rep(levels) .. '{"step":"asset","ticker":"A"}'
      .. ("]}"):rep(levels) .. "]}"
  end

  it("takes 1000 levels and refuses more", function()
    local node, levels = import.text(chain(999), "f").root, 1
    while node.child do
      node, levels = node.child, levels + 1
    end
    assert.equal(1000, levels)
    failures.mentions({ "f: root/g/", "/.../", "/g: the tree is deeper than 1000 levels; make it" },
      import.text, chain(1000), "f")
    failures.mentions({ "f:1:", "nested deeper than 3000 levels" }, import.text, chain(5000), "f")
  end)

  it("counts the levels that many cases of an if make", function()
    local node = { step = "if", children = { otherwise } }
    for i = 1, 999 do node.children[i + 1] = case(flat()) end
    assert.is_table(take(node))
    node.children[1001] = case(flat())
    refused("s.json: root/if/if-child[1]: the tree is deeper than 1000 levels; make it flatter",
      node)
  end)

  it("refuses more than a million nodes", function()
    local text = '{"step":"root","rebalance":"daily","children":['
      .. '{"step":"wt-cash-equal","children":['
      .. ('{"step":"empty"},'):rep(1000000) .. '{"step":"empty"}]}]}'
    failures.refuses("f: root/wt-cash-equal: the tree has more than 1000000 nodes; make it smaller",
      import.text, text, "f")
  end)

  it("refuses more than a million conditions", function()
    local text = '{"step":"root","rebalance":"daily","children":[{"step":"if","children":['
      .. '{"step":"if-child","condition":{"condition-type":"binary-compound","operator":"any",'
      .. '"comparator":"gt","lhs":{"fn":"current-price","ticker":"%"},"rhs":{"constant":1},'
      .. '"tickers":[' .. ('"A",'):rep(1000000) .. '"B"]},"children":[{"step":"empty"}]},'
      .. '{"step":"if-child","is-else-condition?":true,"children":[{"step":"empty"}]}]}]}'
    failures.refuses("f: root/if/if-child[1]/binary-compound: the tree has more than 1000000 "
      .. "conditions; make it smaller", import.text, text, "f")
  end)
end)
