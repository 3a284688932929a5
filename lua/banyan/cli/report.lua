-- SPDX-License-Identifier: MIT
-- banyan report: a run or a sweep as one HTML file.
local failure = require "banyan.failure"
local host = require "banyan.host"
local output = require "banyan.cli.output"
local page = require "banyan.report.page"
local print_ = require "banyan.print"

local M = {}

-- NAME.html of "folder/NAME.lua" or "folder/NAME.sweep/", in the current folder.
local function default_output(argument)
  local name = argument:gsub("/+$", ""):match "([^/]*)$"
  local stem = name:match "^(.+)%.[^.]*$" or name
  return (stem == "" or stem:find "^%.+$") and "report.html" or stem .. ".html"
end

-- A report may take the place of a report, and of nothing else.
local function check_output(path)
  if path == output.STDOUT then return end
  if host.stat(path) == "directory" then
    failure.fail("USAGE", "%s is a folder; name a file with -o %s/report.html", path, (path:gsub("/+$", "")))
  end
  local file = host.stat(path) == "file" and io.open(path, "rb")
  if not file then return end
  local head = file:read(page.MARK_WITHIN) or ""
  file:close()
  if head ~= "" and not head:find(page.MARK, 1, true) then
    failure.fail("USAGE", "%s is there and is no report of banyan; remove it, or name another file with -o", path)
  end
end

--- The verb.
---@return integer exit_code
function M.report(options, arguments)
  local path = options.output or default_output(arguments[1])
  check_output(path)
  local kind = host.stat(arguments[1]) == "directory" and "sweep" or "run"
  local html = require("banyan.report." .. kind).html(arguments[1], options)
  output.replace(path, function(put) put(html) end)
  if path ~= output.STDOUT then output.note(("%s  %s"):format(path, print_.bytes(#html))) end
  return 0
end

return M
