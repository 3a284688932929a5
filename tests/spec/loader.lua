-- SPDX-License-Identifier: MIT
-- For the specs of the loader: the test server, its clock and certificates, plans, and what a store
-- should have in the end.
local cjson = require "cjson"
local dates = require "banyan.dates"
local helper = require "spec.helper"
local host = require "banyan.host"
local store_of = require "banyan.store"

local M = {}

--- The keys that the server takes.
M.KEYS = { APCA_API_KEY_ID = "test-key-id", APCA_API_SECRET_KEY = "test-key-secret",
  POLYGON_API_KEY = "test-polygon-key" }

--- A time as seconds since 1970: at "2024-01-02T15:04:05" or at "2024-01-02", in UTC.
function M.at(text)
  local hour, minute, second = text:match "T(%d%d):(%d%d):(%d%d)"
  return dates.parse(text:sub(1, 10)) + (hour or 0) * 3600 + (minute or 0) * 60 + (second or 0)
end

-- Certificates ---------------------------------------------------------------------------------

local certificates

local MAKE_CERTIFICATES = [[
cd %s
key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'
for ca in own other; do
  openssl req -x509 $key -subj "/CN=$ca CA" -keyout $ca-ca.key -out $ca-ca.pem
done
sign() { # name, authority, names that it is for
  openssl req $key -subj "/CN=$1" -keyout $1.key -out $1.csr
  echo "subjectAltName=$3" > $1.ext
  openssl x509 -req -in $1.csr -CA $2-ca.pem -CAkey $2-ca.key -CAcreateserial -days 2 \
    -extfile $1.ext -out $1.pem
}
sign good own IP:127.0.0.1,DNS:localhost
sign elsewhere own DNS:data.example.com
sign stranger other IP:127.0.0.1,DNS:localhost
]]

--- Certificates of an authority of our own (`own-ca.pem`): `good`, `elsewhere` (for another host),
--- and `stranger`, signed by another authority.
---@return string folder
function M.certificates()
  if not certificates then
    local folder = helper.scratch()
    local _, err, code = helper.shell("(" .. MAKE_CERTIFICATES:format(helper.quote(folder)) .. ")")
    assert(code == 0 and helper.read(folder .. "/stranger.pem"), err)
    certificates = folder
  end
  return certificates
end

-- The server -----------------------------------------------------------------------------------

---@class spec.Server
---@field ports { http: integer, https: integer?, elsewhere: integer, pid: integer }
---@field clock string value of BANYAN_CLOCK
---@field config_file string
local Server = {}
Server.__index = Server

local running = {}

--- Starts the server. `config.clock` = { start = "2024-01-02T15:00:00", speed = 30 }; `config.tls`
--- names a certificate of M.certificates. The rest is the server's own (tests/server/main.js).
---@return spec.Server
function M.start(config)
  local clock, tls = config.clock or {}, config.tls
  local copy = {}
  for key, value in pairs(config) do copy[key] = value end
  copy.clock, copy.tls = nil, nil
  if tls then
    local base = M.certificates() .. "/" .. tls
    copy.tls = { cert = base .. ".pem", key = base .. ".key" }
  end
  local folder = helper.scratch()
  local self = setmetatable({ config_file = helper.write(folder .. "/config.json", "{}") }, Server)
  local now = host.now()
  self.clock = ("%.6f:%.3f:%g"):format(now, clock.start and M.at(clock.start) or now,
    clock.speed or 1)
  helper.write(self.config_file, cjson.encode(copy))
  local fifo = folder .. "/ready"
  assert(os.execute("mkfifo " .. helper.quote(fifo)) == 0)
  -- It ends with its standard input, so at the latest with this process.
  self.pipe = assert(io.popen(("BANYAN_CLOCK=%s exec node tests/server/main.js --config %s >%s")
    :format(self.clock, helper.quote(self.config_file), helper.quote(fifo)), "w"))
  local ready = assert(io.open(fifo))
  local line = ready:read "*l"
  ready:close()
  running[self] = true
  self.ports = cjson.decode((assert(line, "the test server did not start")))
  return self
end

--- Ends it.
function Server:stop()
  if not running[self] then return end
  running[self] = nil
  os.execute("kill " .. self.ports.pid)
  self.pipe:close()
end

--- Ends all that run; for after_each.
function M.stop_all()
  for server in pairs(running) do server:stop() end
end

local function ask(self, words)
  local text, err, code = helper.shell(("curl -s -S --fail --noproxy '*' %s"):format(
    words:gsub("@", ("http://127.0.0.1:%d"):format(self.ports.http))))
  assert(code == 0, err)
  return cjson.decode(text)
end

--- What a provider was asked: requests, status (by text), urls, busiest (most requests in any
--- `window` seconds), seconds (of the server's clock from first to last), …
---@param provider string
---@param window integer? 60
function Server:count(provider, window)
  local report = ask(self, ("'@/_count?window=%d'"):format(window or 60))
  local count = report.providers[provider]
    or { requests = 0, status = {}, urls = {}, faults = {}, busiest = 0, first = 0, last = 0 }
  count.took, count.connections = count.last - count.first, report.connections
  return count
end

--- Forgets what was asked.
function Server:forget()
  ask(self, "-X DELETE '@/_count'")
end

--- Changes the configuration; its members replace those that were there.
function Server:change(config)
  ask(self, ("-d %s '@/_config'"):format(helper.quote(cjson.encode(config))))
  local all = cjson.decode((assert(helper.read(self.config_file))))
  for key, value in pairs(config) do all[key] = value end
  helper.write(self.config_file, cjson.encode(all))
end

--- Seconds of the server's clock now.
function Server:now()
  local real, start, speed = self.clock:match "([%d.]+):([%d.]+):([%d.e+]+)"
  return start + (host.now() - real) * speed
end

--- Where a provider finds it.
---@param scheme string? "http"
function Server:url(scheme)
  scheme = scheme or "http"
  return ("%s://127.0.0.1:%d"):format(scheme, self.ports[scheme])
end

-- Plans and stores -----------------------------------------------------------------------------

local function literal(value)
  if type(value) ~= "table" then
    return type(value) == "string" and ("%q"):format(value) or tostring(value)
  end
  local parts = {}
  for _, item in ipairs(value) do parts[#parts + 1] = literal(item) end
  for key, item in pairs(value) do
    if type(key) == "string" then parts[#parts + 1] = key .. " = " .. literal(item) end
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

--- The names that the server gives to `count` symbols.
function M.symbols(count)
  local list = {}
  for i = 1, count do list[i] = ("S%04d"):format(i - 1) end
  return list
end

---@class spec.Loading
---@field data string folder of the store
local Loading = {}
Loading.__index = Loading

--- A store of its own, and a plan: Lua text, or the members of one without `base_url`.
---@param server spec.Server
---@param plan string|table
---@param scheme string? "http"
---@return spec.Loading
function M.new(server, plan, scheme)
  local folder = helper.scratch()
  local self = setmetatable({ server = server, folder = folder, data = folder .. "/data",
    scheme = scheme, env = { BANYAN_DATA = folder .. "/data", BANYAN_CLOCK = server.clock,
      NO_PROXY = "*" } }, Loading)
  for name, value in pairs(M.KEYS) do self.env[name] = value end
  self:plan(plan)
  return self
end

--- Another plan for the same store.
function Loading:plan(plan)
  if type(plan) == "table" then
    local copy = { base_url = self.server:url(self.scheme) }
    for key, value in pairs(plan) do copy[key] = value end
    plan = "local b = require 'banyan'\nreturn b.backfill " .. literal(copy) .. "\n"
  end
  self.file = helper.write(self.folder .. "/plan.lua", plan)
end

--- `banyan backfill` as a line of shell; more words may follow the plan.
function Loading:command(...)
  return helper.command { "backfill", self.file, env = self.env, ... }
end

--- Runs it.
---@return string stdout
---@return string stderr
---@return integer code
function Loading:run(...)
  return helper.shell(self:command(...))
end

--- Runs it; it must do all it should.
function Loading:complete(...)
  local out, err, code = self:run(...)
  assert(code == 0, ("exit code %s\n%s%s"):format(code, out, err))
  return out, err
end

--- Runs it with --json; what it says, and the exit code.
function Loading:json(...)
  local out, err, code = self:run("--json", ...)
  local ok, said = pcall(cjson.decode, out)
  assert(ok, err)
  return said, code, err
end

--- Folder with all that the store has, as CSV files; nil when there is none.
function Loading:export(...)
  local folder = helper.scratch() .. "/export"
  local _, err, code = helper.run { env = self.env, "data", "export", "-o", folder, ... }
  assert(code == 0, err)
  return folder
end

--- Folder with what should be there. `options`: timeframe, kind, now (seconds).
function Loading:truth(symbols, from, to, options)
  options = options or {}
  local folder = helper.scratch()
  local list = helper.write(folder .. "/symbols", table.concat(symbols, "\n") .. "\n")
  local line = ("BANYAN_CLOCK=%s node tests/server/truth.js --symbols %s %s %s -o %s --config %s")
    :format(self.server.clock, list, from, to, folder .. "/truth", self.server.config_file)
  for _, name in ipairs { "timeframe", "kind", "now" } do
    if options[name] then line = line .. " --" .. name .. " " .. options[name] end
  end
  local _, err, code = helper.shell(line)
  assert(code == 0, err)
  return folder .. "/truth"
end

--- Raises with the first differences between two folders.
function M.same_files(wanted, got)
  local out, err, code = helper.shell(("diff -r %s %s | head -n 20"):format(wanted, got))
  assert(code == 0 and out == "" and err == "", out .. err)
end

--- Raises unless the store has exactly what the server would tell of these symbols and dates.
function Loading:has_exactly(symbols, from, to, options)
  local words = options and options.timeframe and { "--timeframe", options.timeframe } or {}
  M.same_files(self:truth(symbols, from, to, options), self:export(unpack(words)))
end

--- What a provider was asked for, as text: a line for each series.
---@return string
function Loading:coverage()
  local store = store_of.open(self.data, "read")
  local snapshot, lines = store:snapshot(), {}
  for _, info in ipairs(snapshot:list()) do
    local coverage = snapshot:coverage(info.dataset, info.timeframe, info.symbol)
    local words = { info.dataset, info.timeframe, info.symbol, coverage.stale and "stale" or "" }
    for _, span in ipairs(coverage.spans) do
      words[#words + 1] = dates.format_time(span[1]) .. " to " .. dates.format_time(span[2])
    end
    lines[#lines + 1] = table.concat(words, " ")
  end
  store:close()
  return table.concat(lines, "\n")
end

return M
