-- SPDX-License-Identifier: MIT
-- A storm of everything at once: whatever came, each series is complete or failed, the exit code says
-- which, and when the storm is over the next run finds all that is missing, and nothing else.
local helper = require "spec.helper"
local cjson = require "cjson"
local hostile = require "spec.hostile"

local DAYS, SYMBOLS = 23, 30

local PLAN = [[
  plan.symbols = {}
  for i = 1, 30 do plan.symbols[i] = ("S%02d"):format(i) end]]

local PROVIDER = [[set { rows = 17, batch = { symbols = 4 },
  paging = { kind = "token", field = "next", parameter = "token" },
  auth = function(ctx)
    ctx.get "/token"
    return { headers = { Authorization = "Bearer storm-token" }, ttl_s = 600 }
  end }]]

-- The rows of all symbols in a row, cut into pages; a third of the answers is something else.
local SERVE = [[
  if (!handle.seed) handle.seed = SEED;
  const random = () => (handle.seed = (handle.seed * 48271) % 2147483647) / 2147483647;
  const pick = (list) => list[Math.floor(random() * list.length)];
  const at = Number(ask('token') || 0);
  const all = Object.entries(bars()).flatMap(([s, rows]) => rows.map((row) => [s, row]));
  const part = () => {
    const found = {};
    for (const [symbol, row] of all.slice(at, at + 17)) (found[symbol] = found[symbol] || []).push(row);
    return { bars: found, next: at + 17 < all.length ? at + 17 : null };
  };
  const text = JSON.stringify(part());
  const upset = [
    () => json({}, 429, pick([{}, { 'Retry-After': '5' }, { 'Retry-After': '-1' }, { 'Retry-After': 'never' }])),
    () => json({}, pick([500, 502, 503, 504, 408, 206, 204])),
    () => json({ message: 'expired' }, 401),
    () => response.end(text.slice(0, random() * text.length)),
    () => {
      response.writeHead(200, { 'Content-Length': text.length });
      response.write(text.slice(0, 90));
      socket.destroy();
    },
    () => socket.destroy(),
    () => response.end(pick(['', '<html>', '[]', '{"bars":5}', '{"next":null}', '\0'])),
    () => json({ ...part(), next: at }),
    () => json({ bars: {}, next: at }),
    () => json({ bars: Object.fromEntries(Object.entries(part().bars)
      .map(([s, rows]) => [s, rows.map((row) => ({ ...row, t: '1970-01-20' }))])) }),
    () => json(part(), 200, { 'Content-Encoding': 'gzip' }),
    () => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
  ];
  if (well || random() > 0.33) json(url.pathname === '/token' ? {} : part());
  else pick(upset)();]]

if helper.signals_wait then
  describe("the loader", function()
    it("in the hands of others", function() pending "too slow under the thread sanitizer" end)
  end)
  return
end

describe("a storm of faults", function()
  after_each(hostile.stop_all)

  for seed = 1, helper.sanitized and 1 or 3 do
    it("loses nothing and hides nothing, " .. seed, function()
      local h = hostile.new { speed = 600, plan = PLAN, provider = PROVIDER,
        serve = (SERVE:gsub("SEED", seed * 7919)) }
      local said, code = h:json()
      local failed = 0
      assert.equal(SYMBOLS, #said.series)
      for _, row in ipairs(said.series) do
        if row.failure ~= cjson.null then
          failed = failed + 1
        else
          assert.equal(DAYS, h:days(row.symbol), row.symbol)
        end
      end
      assert.equal(failed, said.failed)
      assert.equal(failed > 0 and 5 or 0, code)
      h:heal()
      local requests = #h:asked()
      said, code = h:json()
      assert.equal(0, code)
      for _, row in ipairs(said.series) do assert.equal(DAYS, h:days(row.symbol), row.symbol) end
      if failed == 0 then assert.equal(requests, #h:asked()) end
      assert.equal(0, said.bars - said.added - said.unchanged)
    end)
  end
end)
