-- SPDX-License-Identifier: MIT
-- docs/formats.md says what verbs write: the members of each JSON, the columns of each CSV, and no schema is left out.
local helper = require "spec.helper"
local json = require "banyan.json"
local lists = require "banyan.lists"

local PAGE = helper.read "docs/formats.md"

-- Rows of the table of schemas: { schema =, of =, members = { name, ... } }.
local function schemas()
  local rows = {}
  for schema, of, members in PAGE:gmatch "\n| `(banyan%.[%w_]+/%d+)` | `([^`]+)` | ([^\n]+) |" do
    local names = { "schema" }
    for name in members:match "`([^`]+)`":gmatch "%S+" do names[#names + 1] = name end
    if members:find "^the same" then lists.append(names, rows.of_run) end
    if of == "run" then rows.of_run = { unpack(names, 2) } end
    table.sort(names)
    rows[#rows + 1] = { schema = schema, of = of, members = names }
  end
  return rows
end

local ARGUMENTS = { run = "strategies/tqqq_ftlt.lua", tree = "strategies/tqqq_ftlt.lua",
  lint = "strategies/tqqq_ftlt.lua", explain = "strategies/tqqq_ftlt.lua 2020-03-16",
  now = "strategies/tqqq_ftlt.lua", diff = "strategies/tqqq_ftlt.lua strategies/tqqq_ftlt.lua",
  audit = "strategies/tqqq_ftlt.lua --every 100", backfill = "examples/demo_plan.lua", ["data show"] = "SPY",
  ["sweep --dry-run"] = "SWEEP", sweep = "SWEEP", ["sweep status"] = "STORE", top = "STORE", show = "STORE best",
  stats = "STORE --top 0" }

describe("docs/formats.md", function()
  local folder = helper.scratch()
  local function banyan(words)
    local out, err, code = helper.shell(("BANYAN_DATA=%s/data %s %s"):format(helper.quote(folder),
      helper.quote(helper.program), words))
    assert(code == 0, words .. ": " .. err)
    return out
  end
  banyan "backfill examples/demo_plan.lua"
  local sweep, store = "strategies/tqqq_ftlt.lua -p rsi_window=10 -p overbought=79", folder .. "/s.sweep"
  banyan("sweep " .. sweep .. " --store " .. store)

  for _, row in ipairs(schemas()) do
    it(("says what is in the JSON of %s"):format(row.of), function()
      local arguments = (ARGUMENTS[row.of] or ""):gsub("SWEEP", sweep):gsub("STORE", store)
      local words = row.of .. " " .. arguments .. (row.of:find "^sweep$" and " --store " .. store or "") .. " --json"
      local object = json.decode(banyan(words))
      assert.equal(row.schema, object.schema)
      local names = lists.sorted_keys(object)
      assert.same(row.members, names)
    end)
  end

  it("leaves no schema out", function()
    local pipe = assert(io.popen [[grep -rhoE '"banyan\.[a-z_]+/[0-9]+"' lua | sort -u]])
    for quoted in pipe:lines() do
      local schema = quoted:sub(2, -2)
      assert.truthy(schema == "banyan.store/2" or PAGE:find(schema, 1, true), schema .. " is not told")
    end
    pipe:close()
  end)

  it("says which columns files have", function()
    local files = { weights = "date,ticker,weight", equity = "date,equity", rolling = "date,sharpe,volatility,beta",
      branches = "node,parent,level,kind,label,id,ticker,days,log_return,turnover,drawdown_share,dead" }
    for option, columns in pairs(files) do
      banyan(("run strategies/tqqq_ftlt.lua -q --%s %s/f.csv"):format(option, folder))
      assert.equal(columns, helper.read(folder .. "/f.csv"):match "^[^\n]*")
      assert.truthy(PAGE:find(("`--%s F` | `%s`"):format(option, columns), 1, true), option)
    end
    assert.equal("date,open,high,low,close,volume", banyan "data export SPY":match "^[^\n]*")
    banyan "data import examples/fed_funds.csv --series fed_funds"
    assert.equal("date,known,value", banyan "data export fed_funds":match "^[^\n]*")
  end)
end)
