-- SPDX-License-Identifier: MIT
-- Pages of reports for specs: written by the program, and taken apart.
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"

local M = {}

--- Writes a report of the simulated market; further words go to the program.
---@param argument string strategy or store
---@return string path
---@return string html
function M.write(argument, ...)
  local path = helper.scratch() .. "/report.html"
  local out, err, code = simulated.run { "report", argument, "-o", path, ... }
  assert(code == 0, err)
  assert(out == "", out)
  return path, (assert(helper.read(path)))
end

--- The data of a page.
function M.data(html)
  return cjson.decode((assert(html:match '<script type="application/json" id="data">(.-)</script>')))
end

--- Raises unless a page holds all it needs: nothing in it makes a browser ask a network for anything.
function M.self_contained(html)
  assert(html:find("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    .. "base-uri 'none'; form-action 'none'", 1, true))
  for tag in html:gmatch "<[%a][^>]*>" do
    for _, name in ipairs { "src", "href", "action", "srcset", "data" } do
      local value = tag:match("%s" .. name .. '="([^"]*)"')
      assert(not value or value:find "^#" or value == "data:,", tag)
    end
  end
  local style = html:match "<style>(.-)</style>"
  assert(not style:find "url%(" and not style:find "@import", "the style loads something")
end

--- The text of the element with an id, without tags.
function M.text_of(html, id)
  local section = assert(html:match('<section class="card" id="' .. id .. '".-</section>'), id)
  return (section:gsub("<[^>]*>", " "):gsub("&amp;", "&"):gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("%s+", " "))
end

return M
