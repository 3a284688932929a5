-- SPDX-License-Identifier: MIT
-- The Nepal stock exchange, by two addresses of its own site: the list of securities, and the days of
-- one. It has no public interface. Its tokens are scrambled, and undoing that is no part of banyan:
-- the plan brings a hook that knows how (docs/providers.md).
local b = require "banyan"

local PAGE_ROWS = 500
local FIREWALL_S = 300
-- About a year is served.
local function year_ago(now)
  return b.utc(now - 365 * 86400):sub(1, 10)
end

-- What an answer without data says: nothing, or a page for people, comes for a token that is too old
-- and from a firewall that begins to mind; 403 is the firewall that does.
local function refusal(response)
  if response.status == 403 then return "ban", nil, { wait_s = FIREWALL_S } end
  if response.status == 401 then return "auth" end
  return "transient", nil, { renew = response.status == 200 }
end

return b.provider {
  name = "nepse",
  base_url = "https://www.nepalstock.com",
  calendar = "nepse",
  timeframes = { ["1d"] = "1d" },
  adjustments = { "raw" },
  default_from = year_ago,
  earliest = year_ago,
  limits = { per_second = 1, per_minute = 50 },
  concurrency = 1,
  http = "1.1",
  missing_open = "none",
  check = function(plan)
    if plan.auth then return nil end
    return "the plan must bring its own auth = function(ctx) ... end, which returns { headers = "
      .. "{ Authorization = \"Salter \" .. token }, ttl_s = 45 }; see docs/providers.md"
  end,
  -- Days are asked for by the number of a security.
  prepare = function(ctx)
    local answer = ctx.get("/api/nots/security", { { "nonDelisted", "true" } })
    local ids = {}
    for _, row in ipairs(answer.status == 200 and answer.json() or {}) do
      if type(row) == "table" and row.symbol then ids[row.symbol] = row.id end
    end
    if next(ids) == nil then return nil, answer end
    return { ids = ids }
  end,
  rows = PAGE_ROWS,
  row_bytes = 150,
  request = function(job)
    local id = job.context.ids[job.symbol]
    if not id then return nil, "bad_symbol", "the exchange lists no security of that name" end
    return { path = { "api", "nots", "market", "history", "security", id }, query = {
      { "size", PAGE_ROWS },
      { "startDate", job.first_date },
      { "endDate", job.last_date },
    } }
  end,
  -- Pages are of any size, whatever was asked for.
  paging = { kind = "number", parameter = "page", first = 0, last = "last" },
  order = "desc",
  decode = {
    layout = "rows", path = "content", time = "text", no_trade_rows = true,
    fields = { time = "businessDate", high = "highPrice", low = "lowPrice", close = "closePrice",
      volume = "totalTradedQuantity" },
  },
  classify = function(response)
    if response.decode_error or response.status == 403 then return refusal(response) end
  end,
}
