-- SPDX-License-Identifier: MIT
-- banyan data: CSV files in, listings and faults out, over the real program and store.
local cjson = require "cjson"
local dates = require "banyan.dates"
local helper = require "spec.helper"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

-- A folder for files, a store that does not exist yet, and the program with it.
local function fresh()
  local directory = helper.scratch()
  local store = directory .. "/deep/down/store"
  local function run(words)
    words.env = { BANYAN_DATA = store }
    return helper.run(words)
  end
  local function write(name, text) return helper.write(directory .. "/" .. name, text) end
  return run, write, directory, store
end

-- Days from 2020-01-01 on with closes 100, 101, ...; days in `without` are left out.
local function days(count, without)
  local lines, start = { "date,open,high,low,close,volume" }, dates.parse "2020-01-01"
  for i = 0, count - 1 do
    if not (without and without[i]) then
      local close = 100 + i
      lines[#lines + 1] = ("%s,%d,%d,%d,%d,1000"):format(dates.format(start + i * dates.DAY),
        close, close + 1, close - 1, close)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

describe("a store that is not there", function()
  it("is said so, with what to type", function()
    local run, _, _, store = fresh()
    for _, words in ipairs { { "data", "ls" }, { "data", "show", "SPY" }, { "data", "check" } } do
      local out, err, code = run(words)
      assert.same({ "", 4 }, { out, code })
      has(err, "no bar store in " .. store .. " yet")
      has(err, "banyan data import PATH")
    end
  end)

  it("is not made by what goes wrong before", function()
    local run, write, directory, store = fresh()
    local _, err, code = run { "data", "import", directory .. "/none.csv" }
    assert.equal(4, code)
    has(err, "none.csv: no such file or folder")
    _, _, code = run { "data", "import", write(("x"):rep(40) .. ".csv", days(2)) }
    assert.equal(2, code)
    _, _, code = run { "data", "import", write("A.csv", days(2)), "--dataset", "a/b" }
    assert.equal(2, code)
    assert.not_equal(0, os.execute("test -e " .. helper.quote(store)))
  end)

  it("cannot be made below a file", function()
    local _, write = fresh()
    local file = write("A.csv", days(2))
    local _, err, code = helper.run { "data", "import", file, "--data", file .. "/x" }
    assert.equal(7, code)
    has(err, "cannot make the folder")
  end)
end)

describe("banyan data import", function()
  it("takes a file once", function()
    local run, write = fresh()
    local file = write("SPY.csv", days(10))
    assert.same({ "SPY: 10 new\n", "", 0 }, { run { "data", "import", file } })
    assert.same({ "SPY: 0 new, 10 unchanged\n", "", 0 }, { run { "data", "import", file } })
    write("SPY.csv", days(12))
    assert.same({ "SPY: 2 new, 10 unchanged\n", "", 0 }, { run { "data", "import", file } })
  end)

  it("takes folders and packed files", function()
    local run, write, directory = fresh()
    write("SPY.csv", days(10))
    write("BRK.B.csv", days(11))
    assert.equal(0, os.execute("gzip " .. helper.quote(directory .. "/BRK.B.csv")))
    write("INDEX.csv", "symbol,name\nSPY,x\n")
    write("readme.txt", "no prices")
    local expected = "2 files, 21 bars: 21 new\n"
    assert.same({ expected, "", 0 }, { run { "data", "import", directory } })
    expected = "2 files, 21 bars: 0 new, 21 unchanged\n"
    assert.same({ expected, "", 0 }, { run { "data", "import", directory, "-j1" } })
    local list = cjson.decode((run { "data", "ls", "--json" }))
    assert.equal("BRK.B", list.series[1].symbol)
    assert.equal("SPY", list.series[2].symbol)
    assert.equal("csv/all", list.series[2].dataset)
    assert.equal("2020-01-10", list.series[2].last)
    assert.equal(21, list.bars)
  end)

  it("says when a folder has no files for it", function()
    local run = fresh()
    local _, err, code = run { "data", "import", helper.scratch() }
    assert.equal(4, code)
    has(err, "no .csv or .csv.gz files")
  end)

  it("names symbol and dataset as it is told", function()
    local run, write = fresh()
    local a, b = write("a.csv", days(3)), write("b.csv", days(3))
    local out, _, code = run { "data", "import", a, "--symbol", "SPY", "--dataset", "mine",
      "--adjustment", "raw" }
    assert.same({ "SPY: 3 new\n", 0 }, { out, code })
    has(run { "data", "ls" }, "mine/raw  1d         SPY        3  2020-01-01  2020-01-03\n")
    local _, err
    _, err, code = run { "data", "import", a, b, "--symbol", "SPY" }
    assert.equal(2, code)
    has(err, "--symbol names one file")
    _, err, code = run { "data", "import", a, a }
    assert.equal(2, code)
    has(err, "are both named a")
  end)

  it("refuses bad rows and keeps the others", function()
    local run, write = fresh()
    local good = "2020-01-0%d,10,11,9,10,5\n"
    local file = write("BAD.csv", "date,open,high,low,close,volume\n" .. good:format(1)
      .. "2020-01-02,10,9,11,10,5\n2020-01-03,10,11,9,-1,5\nyesterday,10,11,9,10,5\n"
      .. good:format(4))
    local out, err, code = run { "data", "import", file }
    assert.equal(4, code)
    assert.equal("BAD: 2 new, 3 refused\n", out)
    for _, line in ipairs { 3, 4, 5 } do has(err, ("%s:%d: "):format(file, line)) end
    out, err, code = run { "data", "import", file }
    has(err, file .. ":3: ")
    assert.same({ "BAD: 0 new, 2 unchanged, 3 refused\n", 4 }, { out, code })
  end)

  it("goes on after a file that it cannot use", function()
    local run, write, directory = fresh()
    write("A.csv", "date,price\n2020-01-01,1\n")
    write("B.csv", days(4))
    write("C.csv.gz", "this is not gzip")
    local out, err, code = run { "data", "import", directory }
    assert.equal(4, code)
    assert.equal("3 files, 4 bars: 4 new, 2 files failed\n", out)
    has(err, "A.csv")
    has(err, "C.csv.gz")
  end)

  it("reports changed history and takes it only when told", function()
    local run, write = fresh()
    local file = write("SPY.csv", days(10))
    run { "data", "import", file }
    write("SPY.csv", (days(11):gsub(",10[45],1000", ",104.5,1000")))
    local out, err, code = run { "data", "import", file }
    assert.same({ "SPY: 1 new, 8 unchanged, 2 different and not taken\n", 0 }, { out, code })
    assert.equal("SPY: 2 bars differ from the store, the first 2020-01-05; nothing of them was "
      .. "written, use --replace to take them\n", err)
    out, err, code = run { "data", "import", file, "--replace" }
    assert.same({ "SPY: 0 new, 9 unchanged, 2 replaced\n", 0 }, { out, code })
    assert.equal("SPY: 2 bars replaced, the first 2020-01-05\n", err)
    assert.same({ "SPY: 0 new, 11 unchanged\n", "", 0 }, { run { "data", "import", file } })
  end)

  it("survives a kill at any moment", function()
    local run, write, directory, store = fresh()
    for i = 1, 60 do write(("S%02d.csv"):format(i), days(2000)) end
    local import = { "data", "import", directory, env = { BANYAN_DATA = store } }
    for _, delay in ipairs { "0.01", "0.03", "0.06" } do
      helper.shell(helper.command(import) .. " & p=$!; sleep " .. delay
        .. "; kill -9 $p; wait $p")
      local out, err, code = run { "data", "check" }
      -- Killed before there was a store, or with some files in it; never damaged. LMDB makes
      -- data.mdb before it writes to it, so that a kill may leave it without a byte.
      assert.is_true(code == 0 or err:find "no bar store" ~= nil
        or err:find "data%.mdb is empty" ~= nil, out .. err)
    end
    local out, _, code = run { "data", "import", directory }
    assert.equal(0, code)
    has(out, "60 files, 120,000 bars: ")
    assert.same({ "60 series, 120,000 bars: no faults\n", "", 0 }, { run { "data", "check" } })
  end)

  it("stops after the current file at Ctrl-C", function()
    local _, write, directory, store = fresh()
    for i = 1, 9 do write((i == 4 and "S%d" or "S%d.csv"):format(i), days(20)) end
    -- One file is a pipe: once somebody reads it the import is at work, and waits for us.
    local import = { "data", "import", directory, env = { BANYAN_DATA = store } }
    local out, err, code = helper.shell(("mkfifo %s/S4.csv; %s & p=$!\n"):format(directory,
      helper.command(import)) .. ('timeout 60 sh -c "exec >%s/S4.csv; kill -TERM $p; cat %s/S4"\n'):format(
      directory, directory) .. "wait $p")
    assert.equal(130, code, err)
    has(out, " new\n")
    local done = err:match "^banyan: stopped after (%d) of 9 files; what is done is in the store"
    assert.is_true(done and tonumber(done) <= 4, err) -- files are read ahead of what is stored
    assert.equal(0, select(3, helper.run { "data", "check", "--data", store }))
  end)
end)

describe("banyan data ls and show", function()
  local run, write = fresh()
  run { "data", "import", write("SPY.csv", days(20)) }
  run { "data", "import", write("QQQ.csv", days(3)), "--dataset", "sim" }

  it("list series", function()
    local out, err, code = run { "data", "ls" }
    assert.same({ "", 0 }, { err, code })
    assert.truthy(out:find("csv/all  1d         SPY       20  2020-01-01  2020-01-20\n", 1, true))
    assert.truthy(out:find("sim/all  1d         QQQ        3  2020-01-01  2020-01-03  simulated\n",
      1, true))
    assert.truthy(out:find "\n2 series, 23 bars, [%d.]+ k?B in ")
    out = run { "data", "ls", "--dataset", "sim" }
    assert.is_nil(out:find("SPY", 1, true))
    out, err, code = run { "data", "ls", "--dataset", "none" }
    assert.same({ "", 4 }, { out, code })
    has(err, "no series of none")
  end)

  it("show bars", function()
    local out, err, code = run { "data", "show", "SPY" }
    assert.same({ "", 0 }, { err, code })
    has(out, "SPY  csv/all  1d\n")
    has(out, "2020-01-01 to 2020-01-20")
    has(out, "  2020-01-05   104   105  103    104    1000\n  ... 10 more ...\n  2020-01-16 ")
    out = run { "data", "show", "SPY", "--from", "2020-01-04", "--to", "2020-01-05" }
    has(out, "2 bars in the span asked for")
    has(out, "2020-01-04   103")
    has((run { "data", "show", "QQQ" }), "SIMULATED")
  end)

  it("say what is not there", function()
    local _, err, code = run { "data", "show", "SYP" }
    assert.equal(4, code)
    has(err, "no bars of SYP (did you mean SPY?)")
    _, err, code = run { "data", "show", "SPY", "--from", "2021-01-01" }
    assert.equal(4, code)
    has(err, "SPY has no bars from 2021-01-01")
  end)
end)

describe("banyan data check", function()
  it("finds gaps against the other symbols", function()
    local run, write = fresh()
    run { "data", "import", write("A.csv", days(10)), write("B.csv", days(10)),
      write("C.csv", days(10, { [3] = true, [4] = true })), write("D.csv", days(5)) }
    local out, err, code = run { "data", "check" }
    assert.same({ "", 1 }, { err, code })
    assert.equal("csv/all 1d C: 2 days missing that at least half of the others have: "
      .. "2020-01-04 2020-01-05\n4 series, 33 bars: 0 damaged, 1 with gaps\n", out)
    local found = cjson.decode((run { "data", "check", "--json" }))
    assert.same({ "2020-01-04", "2020-01-05" }, found.faults[1].missing)
  end)

  it("finds damage", function()
    local run, write, _, store = fresh()
    run { "data", "import", write("A.csv", days(500)), write("B.csv", days(500)) }
    -- The closes of both series stand in the file as doubles; one bit of one of them is turned.
    local path = store .. "/data.mdb"
    local text = helper.read(path)
    local ffi = require "ffi"
    local pattern = ffi.string(ffi.new("double[2]", 432, 433), 16)
    local at = assert(text:find(pattern, 1, true))
    helper.write(path, text:sub(1, at - 1) .. string.char((text:byte(at) + 1) % 256)
      .. text:sub(at + 1))
    local out, _, code = run { "data", "check" }
    assert.equal(4, code)
    has(out, " damaged: ")
    has(out, "1 damaged, 0 with gaps")
  end)
end)
