-- SPDX-License-Identifier: MIT
-- banyan export: all formats hold the same, and other programs read them.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local cjson = require "cjson"
local helper = require "spec.helper"
local read_sweeps = require "spec.read_sweeps"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

local store = read_sweeps.store(read_sweeps.MODES)

local function export(...)
  local out, err, code = helper.run { "export", store, ... }
  assert.same({ "", 0 }, { err, code })
  return out
end

local function shell(line)
  local out, err, code = helper.shell(line)
  assert.same({ "", 0 }, { err, code })
  return out
end

local COLUMNS = "combo,mode,w,param_sharpe,param_Mode,total_return,cagr,"

describe("banyan export", function()
  local csv, jsonl = export(), export("-f", "jsonl")

  it("writes a row a combo, in their order, with errors", function()
    assert.equal(COLUMNS, csv:sub(1, #COLUMNS))
    has(csv, ",trades,error\n1,calm,,,,")
    local number = 0
    for line in csv:gmatch "\n([^\n]+)" do
      number = number + 1
      assert.equal(tostring(number), line:match "^%d+")
      local _, commas = line:gsub(",", "")
      assert.equal(select(2, csv:match "^[^\n]*":gsub(",", "")), commas)
    end
    assert.equal(25, number)
    has(csv, "\n14,wild,3000,60,TLT," .. (","):rep(#cjson.decode('["' .. csv:match "param_Mode,(.-),error"
      :gsub(",", '","') .. '"]')) .. "no session: ")
  end)

  it("writes the numbers of the store with 17 digits", function()
    local rows = cjson.decode((helper.run { "top", store, "--json", "-n", "99" })).rows
    local lines = {}
    for line in jsonl:gmatch "[^\n]+" do lines[#lines + 1] = cjson.decode(line) end
    assert.equal(25, #lines)
    for _, row in ipairs(rows) do
      local line = lines[row.combo]
      for name, value in pairs(row.metrics) do assert.equal(value, line[name]) end
      assert.same({ row.params.mode, row.params.w, row.params.sharpe, row.params.Mode },
        { line.mode, line.w, line.param_sharpe, line.param_Mode })
      has(csv, ("%.17g"):format(row.metrics.sharpe))
      has(jsonl, ('"sharpe":%.17g,'):format(row.metrics.sharpe))
      assert.equal(cjson.null, line.error)
    end
    assert.equal(cjson.null, lines[14].sharpe)
    has(lines[14].error, "no session")
  end)

  it("writes JSON as one array of the same objects", function()
    local list = cjson.decode(export("-f", "json"))
    local at = 0
    for line in jsonl:gmatch "[^\n]+" do
      at = at + 1
      assert.same(cjson.decode(line), list[at])
    end
    assert.equal(at, #list)
    assert.equal("[]\n", export("-f", "json", "--keep", "cagr > 10"))
  end)

  it("keeps", function()
    local kept = export("--keep", "metrics.sharpe > 0.5", "--keep", "w > 5")
    local count = 0
    for line in csv:gmatch "\n([^\n]+)" do
      local cells = {}
      for cell in (line .. ","):gmatch "(.-)," do cells[#cells + 1] = cell end
      local w, sharpe = tonumber(cells[3]), tonumber(cells[9])
      if w and w > 5 and sharpe and sharpe > 0.5 then
        count = count + 1
        has(kept, "\n" .. line .. "\n")
      end
    end
    assert.is_true(count > 0)
    assert.equal(count + 1, select(2, kept:gsub("\n", "")))
  end)

  it("is read by jq and the SQLite shell", function()
    local dir = helper.scratch()
    helper.write(dir .. "/c.csv", csv)
    helper.write(dir .. "/c.jsonl", jsonl)
    assert.equal("25\n", shell(("jq -s length %s/c.jsonl"):format(dir)))
    assert.equal("19\n", shell(("jq -c 'select(.error == null)' %s/c.jsonl | wc -l"):format(dir)))
    local best = csv:match "\n(12,[^\n]*)"
    assert.equal("25|12\n", shell(([[sqlite3 %s/c.db '.import --csv %s/c.csv combos' \
      "select count(*), (select combo from combos where cast(combo as integer) = 12 and param_Mode = 'TLT')
       from combos"]]):format(dir, dir)))
    has(best, "wild,10,80,TLT,")
  end)

  it("writes an SQLite database", function()
    local path = helper.scratch() .. "/results.db"
    helper.write(path, "something else")
    export("-f", "sqlite", "-o", path)
    local function query(sql)
      return shell(("sqlite3 -readonly %s %s"):format(path, helper.quote(sql)))
    end
    assert.equal("ok\n", query "pragma integrity_check")
    assert.equal("25|19\n", query "select count(*), count(sharpe) from combos")
    assert.equal("integer|text|integer|real|null\n", query [[select typeof(combo), typeof(mode), typeof(w),
      typeof(sharpe), typeof(error) from combos where combo = 12]])
    assert.equal("1||\n", query "select combo, w, param_Mode from combos where mode = 'calm'")
    assert.equal('Calm, "wild"|25\n', query [[select a.value, b.value from sweep a, sweep b
      where a.name = 'strategy' and b.name = 'combos']])
    local cells = csv:match "\n12,wild,10,80,TLT,([^,]*),"
    assert.equal(cells .. "\n", query "select printf('%!.17g', total_return) from combos where combo = 12")
    has(query "select error from combos where combo = 14", "no session")
    assert.is_nil(helper.read(path .. ".part"))
    export("-f", "sqlite", "-o", path, "--keep", "combo < 4")
    assert.equal("3\n", query "select count(*) from combos")
  end)

  it("leaves columns of their own names to params that have no rival", function()
    local text = export():match "^[^\n]*"
    assert.equal("combo,mode,w,param_sharpe,param_Mode", text:sub(1, 36))
  end)

  it("quotes texts, and warns of formulas", function()
    local own = read_sweeps.store [[
      local b = require "banyan"
      local kind = b.param("error", "a,b", { "a,b", "=1+1", "say \"so\"" })
      return b.sweep { strategy = b.strategy { name = "texts",
        b.choice(kind, { ["a,b"] = "SPY", ["=1+1"] = "TLT", ["say \"so\""] = "GLD" }) } }]]
    local out, err, code = helper.run { "export", own }
    assert.equal(0, code)
    has(err, "the text '=1+1' of param error is a formula to a spreadsheet")
    has(out, 'combo,param_error,total_return')
    has(out, '\n1,"a,b",')
    has(out, '\n2,=1+1,')
    has(out, '\n3,"say ""so""",')
    local lines = helper.run { "export", own, "-f", "jsonl" }
    has(lines, [["param_error":"say \"so\""]])
    local path = helper.scratch() .. "/texts.db"
    helper.run { "export", own, "-f", "sqlite", "-o", path }
    assert.equal("a,b\n=1+1\nsay \"so\"\n", shell("sqlite3 " .. path .. " 'select param_error from combos'"))
  end)
end)

describe("banyan export refuses", function()
  local function refused(code, message, ...)
    local _, err, exit_code = helper.run { "export", ... }
    assert.equal(code, exit_code, err)
    has(err, message)
  end

  it("files that cannot be written", function()
    refused(2, "cannot write /nowhere/x.csv: No such file", store, "-o", "/nowhere/x.csv")
    refused(2, "cannot write /nowhere/x.db.part: No such file", store, "-f", "sqlite", "-o", "/nowhere/x.db")
    refused(6, "No space left", store, "-o", "/dev/full")
    refused(2, "-f sqlite needs a file, -o FILE", store, "-f", "sqlite")
    local folder = helper.scratch()
    refused(2, "cannot write " .. folder, store, "-f", "sqlite", "-o", folder)
    assert.is_nil(helper.read(folder .. ".part"))
  end)

  it("to write more than there is room for, and leaves what was there alone", function()
    local path = helper.write(helper.scratch() .. "/x.db", "before")
    local line = helper.command { "export", store, "-f", "sqlite", "-o", path }
    local _, err, code = helper.shell(("trap '' XFSZ; ulimit -f 4; %s"):format(line))
    assert.equal(6, code)
    has(err, "x.db.part: cannot write: ")
    assert.equal("before", helper.read(path))
    assert.is_nil(helper.read(path .. ".part"))
  end)

  it("to write to a disk that is full, and leaves no half file", function()
    for _, options in ipairs { "nr_inodes=1", "size=4k" } do
      local mounted = helper.with_disk(options, function(folder)
        for _, format in ipairs { "sqlite", "csv" } do
          refused(6, folder .. "/combos", store, "-f", format, "-o", folder .. "/combos")
          assert.equal("", (helper.shell("ls -A " .. folder)))
        end
      end)
      if not mounted then return pending "mounting a small disk takes root: skipped" end
    end
  end)

  it("wrong expressions, and what is no store", function()
    refused(2, "did you mean 'sharpe'?", store, "--keep", "metrics.shrape > 1")
    refused(4, "there is none", helper.scratch() .. "/nothing")
  end)

  it("to go on when nobody reads", function()
    local line = helper.command { "export", store }
    local _, err = helper.shell(("{ sleep 0.2; for i in 1 2 3; do %s; done; echo $? >&2; } | true"):format(line))
    assert.equal("141\n", err)
  end)

  it("nothing of a store without results", function()
    local empty = read_sweeps.empty()
    local out, err, code = helper.run { "export", empty }
    assert.same({ "", 0 }, { err, code })
    has(out, "combo,w,total_return,")
    assert.equal("[]\n", (helper.run { "export", empty, "-f", "json" }))
    assert.equal("", (helper.run { "export", empty, "-f", "jsonl" }))
    local path = helper.scratch() .. "/e.db"
    helper.run { "export", empty, "-f", "sqlite", "-o", path }
    assert.equal("0\n", shell("sqlite3 " .. path .. " 'select count(*) from combos'"))
  end)
end)
