-- SPDX-License-Identifier: MIT
-- Pages in a real browser: a client of chromedriver (https://www.w3.org/TR/webdriver2/) on loopback.
local cjson = require "cjson"
local helper = require "spec.helper"
local json = require "banyan.json"

local M = {}

local START_S = 20  -- for the driver and the browser to come up
local LIVE_S = 600  -- after which they end whatever happens

--- Why there is no browser here; nil where there is one. Sanitizers look at C, and the pages are the same bytes.
function M.absent()
  if helper.sanitized then return "pages are opened by the plain variant alone: skipped" end
  for _, name in ipairs { "chromedriver", "chromium" } do
    if os.execute(("command -v %s >/dev/null 2>&1"):format(name)) ~= 0 then
      return name .. " is not installed (make deps): skipped"
    end
  end
end

---@class spec.Browser
local Browser = {}
Browser.__index = Browser

local function ask(self, method, path, body)
  local file = self.folder .. "/request.json"
  helper.write(file, json.encode(body or {}))
  local line = ("curl -s -S --noproxy '*' -X %s -H 'Content-Type: application/json' %s http://127.0.0.1:%d%s")
    :format(method, method == "POST" and "--data-binary @" .. helper.quote(file) or "", self.port, path)
  local text, err, code = helper.shell(line)
  if code ~= 0 then return nil, err end
  return cjson.decode(text).value
end

local function call(self, method, path, body)
  local value, why = ask(self, method, ("/session/%s%s"):format(self.session, path), body)
  if value == nil then error("chromedriver: " .. tostring(why), 2) end
  if type(value) == "table" and value.error then
    error(("chromedriver: %s: %s"):format(value.error, value.message), 2)
  end
  return value
end

local function wait_for_driver(self)
  for _ = 1, START_S * 10 do
    local port = (helper.read(self.folder .. "/log") or ""):match "started successfully on port (%d+)"
    if port then
      self.port = tonumber(port)
      return
    end
    os.execute "sleep 0.1"
  end
  error("chromedriver did not start: " .. tostring(helper.read(self.folder .. "/log")))
end

local browser

-- As root there is no sandbox of the browser's own; it opens nothing but files of ours.
local function start()
  local folder = helper.scratch()
  local self = setmetatable({ folder = folder }, Browser)
  os.execute(("exec timeout %d chromedriver --port=0 >%s 2>&1 </dev/null & echo $! >%s"):format(LIVE_S,
    helper.quote(folder .. "/log"), helper.quote(folder .. "/pid")))
  self.pid = tonumber(helper.read(folder .. "/pid"))
  wait_for_driver(self)
  local made, why = ask(self, "POST", "/session", { capabilities = { alwaysMatch = {
    browserName = "chrome", ["goog:loggingPrefs"] = { browser = "ALL" },
    ["goog:chromeOptions"] = { args = { "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
      "--disable-dev-shm-usage", "--force-device-scale-factor=1", "--user-data-dir=" .. folder .. "/profile" } } } } })
  if not made or not made.sessionId then
    os.execute("kill " .. self.pid)
    error("no browser: " .. tostring(why or made and made.message))
  end
  self.session = made.sessionId
  return self
end

--- The browser, started when first asked for.
---@return spec.Browser
function M.browser()
  browser = browser or start()
  return browser
end

--- Ends it; for a teardown.
function M.close()
  if not browser then return end
  pcall(ask, browser, "DELETE", "/session/" .. browser.session)
  os.execute(("kill %d; while kill -0 %d; do sleep 0.05; done 2>/dev/null"):format(browser.pid, browser.pid))
  browser = nil
end

-- Where a spec fails before its teardown.
M.guard = newproxy(true)
getmetatable(M.guard).__gc = M.close

--- Opens a file, an absolute path.
function Browser:open(path)
  call(self, "POST", "/se/log", { type = "browser" }) -- what earlier pages said
  call(self, "POST", "/url", { url = "file://" .. path })
end

--- What the body of a function in JavaScript returns.
function Browser:js(body, ...)
  return call(self, "POST", "/execute/sync", { script = body, args = json.array { ... } })
end

--- Raises unless an expression of JavaScript becomes true within some seconds.
function Browser:wait(expression)
  for _ = 1, 100 do
    if self:js(("return Boolean(%s)"):format(expression)) then return end
    os.execute "sleep 0.05"
  end
  error("never true: " .. expression, 2)
end

local ELEMENT = "element-6066-11e4-a52e-4f735466cecf" -- the key of an element's id, by the standard

local function element(self, selector)
  return call(self, "POST", "/element", { using = "css selector", value = selector })[ELEMENT]
end

--- Clicks on the first element of a selector as a user would: it must be in sight, or be scrolled to.
function Browser:click(selector)
  call(self, "POST", ("/element/%s/click"):format(element(self, selector)), {})
end

--- Types into an element.
function Browser:type(selector, text)
  call(self, "POST", ("/element/%s/value"):format(element(self, selector)), { text = text })
end

--- Presses keys, as texts or names of M.KEYS, where the focus is.
function Browser:press(...)
  local actions = {}
  for _, key in ipairs { ... } do
    key = M.KEYS[key] or key
    actions[#actions + 1] = { type = "keyDown", value = key }
    actions[#actions + 1] = { type = "keyUp", value = key }
  end
  call(self, "POST", "/actions", { actions = { { type = "key", id = "keyboard", actions = actions } } })
end

M.KEYS = { Tab = "\238\128\132", Enter = "\238\128\135", Escape = "\238\128\140", Space = " ",
  PageUp = "\238\128\142", PageDown = "\238\128\143", End = "\238\128\144", Home = "\238\128\145",
  Left = "\238\128\146", Up = "\238\128\147", Right = "\238\128\148", Down = "\238\128\149" }

--- What pages complained about since the last one was opened.
---@return string[]
function Browser:errors()
  local list = {}
  for _, entry in ipairs(call(self, "POST", "/se/log", { type = "browser" })) do
    if entry.level == "SEVERE" or entry.level == "WARNING" then list[#list + 1] = entry.message end
  end
  return list
end

--- A command of the browser's own protocol (Chrome DevTools).
function Browser:command(name, params)
  return call(self, "POST", "/goog/cdp/execute", { cmd = name, params = params or {} })
end

-- Pages learn of another size or scheme when they are next drawn; a busy machine may take its time.
local function settle(self)
  call(self, "POST", "/execute/async", { args = json.array {},
    script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))" })
end

--- Makes the page so many pixels wide and high; a phone below 600.
function Browser:size(width, height)
  self:command("Emulation.setDeviceMetricsOverride", { width = width, height = height, deviceScaleFactor = 1,
    mobile = width < 600 })
  settle(self)
end

--- What the system prefers: "dark" or "light".
function Browser:scheme(name)
  self:command("Emulation.setEmulatedMedia", { features = { { name = "prefers-color-scheme", value = name } } })
  settle(self)
end

local function decode(text, path)
  local file = helper.write(path .. ".base64", text)
  assert(os.execute(("base64 -d %s >%s && rm %s"):format(helper.quote(file), helper.quote(path),
    helper.quote(file))) == 0)
end

--- The page as it prints, A4.
function Browser:print(path)
  decode(self:command("Page.printToPDF", { printBackground = true, paperWidth = 8.27, paperHeight = 11.69,
    preferCSSPageSize = true }).data, path)
end

return M
