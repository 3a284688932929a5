-- SPDX-License-Identifier: MIT
-- For the specs of hostile and odd vendors, careless providers and clumsy users: a provider `odd`
-- whose fields and whose server (a few lines of JavaScript) a spec makes up.
local cjson = require "cjson"
local dates = require "banyan.dates"
local helper = require "spec.helper"
local host = require "banyan.host"

local M = {}

-- `handle` is the spec's: url, ask(name of a query), json(value, status, headers), symbols, bars() as asked
-- for, n (number of the request), well. Says its port, and ends with its standard input.
local SERVER = [[
'use strict';
const http = require('http'), net = require('net'), zlib = require('zlib'), fs = require('fs');
const DAY = 86400000, asked = [];
const spanOf = (ask) => [Date.parse(ask('from')), Date.parse(ask('to'))];
/** Weekdays of a span, as the rows of `odd`. */
const rowsOf = (from, to, price = 100) => {
  const rows = [];
  for (let at = from; at <= to; at += DAY) {
    if (new Date(at).getUTCDay() %% 6 === 0) continue;
    rows.push({ t: new Date(at).toISOString(), o: price, h: price + 1, l: price - 1, c: price, v: 10 });
  }
  return rows;
};
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost'), ask = (name) => url.searchParams.get(name);
  if (url.pathname === '/_asked') { response.end(JSON.stringify(asked)); return; }
  asked.push(request.url.slice(0, 500));
  const json = (value, status = 200, headers = {}) => {
    response.writeHead(status, headers);
    response.end(JSON.stringify(value));
  };
  const symbols = (ask('symbols') || '').split(',');
  const bars = () => Object.fromEntries(symbols.map((symbol) => [symbol, rowsOf(...spanOf(ask))]));
  handle(request, response, { url, ask, json, symbols, bars, n: asked.length });
});
server.on('clientError', (error, socket) => socket.destroy());
const handle = (request, response, tools) => {
  const { url, ask, json, symbols, bars, n } = tools, { socket } = request, well = fs.existsSync(`${__dirname}/well`);
  const page = (size, step = size) => { // of AAA alone; the token is the number of its first row
    const at = Number(ask('token') || 0), all = rowsOf(...spanOf(ask)), next = at + step;
    return { bars: { AAA: all.slice(at, at + size) }, next: next < all.length ? next : null };
  };
  %s
};
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
]]

local PLAN = [[
local b = require "banyan"
local provider = {
  name = "odd", base_url = "http://127.0.0.1:%d", calendar = "weekdays", timeframes = { ["1d"] = "d" },
  adjustments = { "raw" }, rows = 1000, concurrency = 4,
  request = function(job)
    return { path = "/bars", query = { { "symbols", table.concat(job.symbols, ",") },
      { "from", job.first_date }, { "to", job.last_date }, { "page", job.page }, { "cursor", job.cursor } } }
  end,
  decode = { layout = "map_of_rows", path = "bars",
    fields = { time = "t", open = "o", high = "h", low = "l", close = "c", volume = "v" } },
}
local function set(fields)
  for key, value in pairs(fields) do provider[key] = value end
end
%s
local plan = { symbols = { "AAA" }, from = "2024-01-01", to = "2024-01-31" }
%s
plan.provider = b.provider(provider)
return b.backfill(plan)
]]

---@class spec.Hostile
---@field data string
local Hostile = {}
Hostile.__index = Hostile

local running = {}

--- A server and a plan. `setup`: serve (JavaScript, the body of a handler), provider and plan (Lua that
--- changes the tables of these names), speed (of the clock, 60), start.
---@return spec.Hostile
function M.new(setup)
  local folder = helper.scratch()
  local self = setmetatable({ folder = folder, data = folder .. "/data" }, Hostile)
  local script = helper.write(folder .. "/server.js",
    SERVER:format(setup.serve or "json({ bars: bars() });"))
  local fifo = folder .. "/port"
  assert(os.execute("mkfifo " .. helper.quote(fifo)) == 0)
  self.pipe = assert(io.popen(("exec node %s >%s"):format(script, fifo), "w"))
  local ready = assert(io.open(fifo))
  self.port = assert(tonumber(ready:read "*l"), "the server did not start")
  ready:close()
  running[self] = true
  self.env = { BANYAN_DATA = self.data, NO_PROXY = "*",
    BANYAN_CLOCK = ("%.3f:%d:%g"):format(host.now(), dates.parse(setup.start or "2024-03-01"), setup.speed or 60) }
  for name, value in pairs(setup.env or {}) do self.env[name] = value end
  self:change(setup)
  return self
end

--- Another provider or plan for the same server and store.
function Hostile:change(setup)
  self.plan = helper.write(self.folder .. "/plan.lua",
    PLAN:format(self.port, setup.provider or "", setup.plan or ""))
end

--- `banyan backfill` as a line of shell.
function Hostile:command(...)
  return "timeout --foreground -s KILL 300 " .. helper.command { "backfill", self.plan, env = self.env, ... }
end

--- Runs it: stdout, stderr, exit code.
function Hostile:run(...)
  return helper.shell(self:command(...))
end

--- Runs it: what it says with --json, exit code, stderr. Raises when it says nothing.
function Hostile:json(...)
  local out, err, code = self:run("--json", ...)
  local ok, said = pcall(cjson.decode, out)
  assert(ok, ("exit code %s\n%s%s"):format(code, out, err))
  return said, code, err
end

--- Lets the server do better from now on: `well` in its handler.
function Hostile:heal()
  helper.write(self.folder .. "/well", "")
end

--- The URLs that the server was asked for.
function Hostile:asked()
  local text = helper.shell(("curl -s --noproxy '*' http://127.0.0.1:%d/_asked"):format(self.port))
  return cjson.decode(text)
end

--- How many days the store has of a symbol.
function Hostile:days(symbol)
  local out, _, code = helper.run { "data", "export", symbol or "AAA", env = self.env }
  if code ~= 0 then return 0 end
  return select(2, out:gsub("\n%d%d%d%d%-%d%d%-%d%d,", ""))
end

--- Ends all servers; for after_each.
function M.stop_all()
  for self in pairs(running) do
    self.pipe:close()
    running[self] = nil
  end
end

return M
