-- SPDX-License-Identifier: MIT
-- The loader and the network: TLS is verified, redirects are not followed, keys stay secret.
local helper = require "spec.helper"
local loader = require "spec.loader"

local START = "2024-03-05T22:00:00"
local PLAN = { provider = "alpaca", symbols = { "AAPL" }, timeframes = { "1d" },
  from = "2024-01-02", to = "2024-02-29" }

local function secure(certificate, ca)
  local server = loader.start { clock = { start = START, speed = 60 }, tls = certificate }
  local loading = loader.new(server, PLAN, "https")
  if ca then loading.env.BANYAN_CA_FILE = loader.certificates() .. "/" .. ca end
  return server, loading
end

describe("TLS", function()
  after_each(loader.stop_all)

  for _, case in ipairs { { "good", nil, "an authority that is not known" },
    { "elsewhere", "own-ca.pem", "a certificate for another host" },
    { "stranger", "own-ca.pem", "an authority that is none of ours" } } do
    it("is refused with " .. case[3], function()
      local server, loading = secure(case[1], case[2])
      local out, err, code = loading:run()
      assert.equal(5, code, out .. err)
      assert.is_truthy((out .. err):lower():find "certificate", out .. err)
      assert.equal(0, server:count("alpaca").requests)
    end)
  end

  it("with a CA file of the user speaks HTTP/2", function()
    local server, loading = secure("good", "own-ca.pem")
    loading:complete()
    local count = server:count "alpaca"
    assert.equal(count.requests, count.versions["2.0"])
    loading:has_exactly({ "AAPL" }, "2024-01-02", "2024-02-29")
  end)
end)

describe("a redirect", function()
  after_each(loader.stop_all)

  it("is not followed", function()
    local server = loader.start { clock = { start = START, speed = 600 },
      faults = { alpaca = { redirect = 1 } } }
    local _, err, code = loader.new(server, PLAN):run()
    assert.equal(5, code, err)
    assert.equal(0, server:count("elsewhere").requests)
    assert.is_true(server:count("alpaca").requests > 0)
  end)
end)

local KEY, SECRET = "PKplantedKey0123456789", "planted/Secret+0123456789=abcdefghij"

-- Places that must not have the secret: `where` (folders and files) searched for each form of it.
local function has_no_secret(where)
  local forms = { KEY, SECRET, (SECRET:gsub("[/+=]", function(c)
    return ("%%%02X"):format(c:byte())
  end)), (SECRET:gsub("/", "\\/")) }
  for _, form in ipairs(forms) do
    local out = helper.shell(("grep -r -a -l -F -e %s %s"):format(helper.quote(form), where))
    assert.equal("", out)
  end
end

describe("a key", function()
  after_each(loader.stop_all)

  local function planted(faults)
    local server = loader.start { clock = { start = START, speed = 600 }, echo = true, seed = 5,
      alpaca = { key = KEY, secret = SECRET, page_rows = 5 }, faults = { alpaca = faults } }
    local loading = loader.new(server, PLAN)
    loading.env.APCA_API_KEY_ID, loading.env.APCA_API_SECRET_KEY = KEY, SECRET
    return server, loading
  end

  -- Runs it and looks through all that it left.
  local function leaves_nothing(loading, ...)
    local out, err, code = loading:run("--metrics", loading.folder .. "/metrics", ...)
    local folder = helper.scratch()
    helper.write(folder .. "/out", out)
    helper.write(folder .. "/err", err)
    assert.is_truthy(helper.read(loading.folder .. "/metrics"):find "^#")
    has_no_secret(folder .. " " .. loading.folder)
    return code, out .. err
  end

  it("shows nowhere when the server echoes it now and then", function()
    local server, loading = planted { echo = 0.4, cut = 0.1 }
    assert.equal(0, leaves_nothing(loading, "-v"))
    assert.is_true(server:count("alpaca").faults.echo > 0)
    loading:has_exactly({ "AAPL" }, "2024-01-02", "2024-02-29")
  end)

  it("shows nowhere when the server only echoes it", function()
    local _, loading = planted { echo = 1 }
    assert.equal(5, leaves_nothing(loading, "-v"))
    assert.equal(5, leaves_nothing(loading, "--json"))
  end)

  it("shows nowhere when it is refused", function()
    local _, loading = planted {}
    loading.env.APCA_API_SECRET_KEY = SECRET .. "x"
    local code, said = leaves_nothing(loading, "-v")
    assert.equal(5, code)
    assert.is_truthy(said:find("403", 1, true), said)
  end)

  it("goes to the provider's socket alone", function()
    if helper.sanitized or not os.execute "command -v strace >/dev/null" then
      pending "needs strace, and a program without a sanitizer"
      return
    end
    local server, loading = planted { echo = 0.3 }
    local trace = loading.folder .. "/trace"
    local _, err, code = helper.shell(("strace -f -y -e trace=write,writev,pwrite64,pwritev,sendto,"
      .. "sendmsg,sendmmsg -s 1000000 -o %s %s"):format(trace, loading:command "-v"))
    if err:find("ptrace", 1, true) then pending "strace may not trace here" return end
    assert.equal(0, code, err)
    local sent = 0
    for line in io.lines(trace) do
      if line:find(SECRET, 1, true) or line:find(KEY, 1, true) then
        assert.is_truthy(line:find "^%d+ +%a+%(%d+<TCP:%[" or line:find "^%d+ +%a+%(%d+<socket:%[",
          line:sub(1, 100))
        sent = sent + 1
      end
    end
    assert.equal(server:count("alpaca").requests, sent)
  end)
end)
