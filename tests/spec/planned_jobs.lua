-- SPDX-License-Identifier: MIT
-- What specs of the planner's jobs share: work that is planned, and its spans as texts.
local jobs_of = require "banyan.backfill.jobs"
local planned = require "spec.planned"

local M = {}

M.NOW = planned.time "2024-03-16 12:00" -- a Saturday; the last session was Friday, the 15th

--- The work of a plan of these fields, with a store of these contents.
function M.make(fields, provider, contents, now)
  return jobs_of.make(planned.plan(fields, provider, now), contents and planned.snapshot(contents),
    now or M.NOW)
end

--- The spans of jobs, in their order, with the symbols of those that have several.
function M.spans(work)
  local list = {}
  for i, job in ipairs(work.jobs or work) do
    list[i] = planned.text(job.first, job.end_)
    if #job.symbols > 1 then list[i] = table.concat(job.symbols, ",") .. " " .. list[i] end
    if job.probe then list[i] = list[i] .. " probe" end
  end
  return list
end

--- The spans that a series lacks.
function M.missing(row)
  local list = {}
  for i, span in ipairs(row.missing) do list[i] = planned.text(span[1], span[2]) end
  return list
end

return M
