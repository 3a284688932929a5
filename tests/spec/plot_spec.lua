-- SPDX-License-Identifier: MIT
-- Plots for terminals, exactly.
local b = require "banyan"
local plot_of = require "banyan.show.plot"
local print_ = require "banyan.print"
local show = require "banyan.show"
local simulated = require "spec.simulated"
local values_of = require "banyan.show.values"

local NAN, HUGE = 0 / 0, math.huge

local function panel(values, fields)
  local made = { title = "t", lines = { { name = "x", values = values } }, n = #values, dates = {}, height = 4 }
  for i = 1, #values do made.dates[i] = ("day %d"):format(i) end
  for key, value in pairs(fields or {}) do made[key] = value end
  return plot_of.new(made)
end

local function is(wanted, plot, options)
  options = options or {}
  options.width = options.width or 30
  assert.equal(wanted, show.text(plot, options))
end

local function cross()
  local plot = panel { 1, 2, 3 }
  plot.panels[1].lines[2] = { name = "y", values = { 3, 2, 1 } }
  return plot
end

local function saw()
  local values = {}
  for i = 1, 1000 do values[i] = math.floor(1000 * math.abs(i * 37 % 1000 / 1000 - 0.5)) end
  return values
end

describe("a plot", function()
  it("is of braille, or of plain characters", function()
    is([[
t
4 ┤                        ⣀⠔⠊
  │          ⢀⡠⠔⠊⠉⠑⠒⠤⠤⣀⣀⡠⠒⠉
2 ┤      ⢀⡠⠔⠊⠁
  │⣀⡠⠤⠒⠒⠉⠁
  └───────────────────────────
   day 1      day 3      day 5]], panel { 1, 2, 4, 3, 5 })
    is([[
t
4 +                        ..'
  |           ..''''......'
2 +       ..''
  |...''''
  +---------------------------
   day 1      day 3      day 5]], panel { 1, 2, 4, 3, 5 }, { unicode = false })
  end)

  it("has colours where there are some", function()
    is("\27[1mt\27[0m\n"
      .. "2 ┤        \27[38;5;39m⢀⣀⣀⠤⠤⠔⠒⠒⠉\27[0m\n"
      .. "1 ┤\27[38;5;39m⣀⡠⠤⠤⠒⠒⠊⠉⠁\27[0m\n"
      .. "  └─────────────────\n"
      .. "   day 1       day 2", panel({ 1, 2 }, { height = 2 }), { color = true, width = 20 })
  end)

  it("tells several lines apart, with colours and without", function()
    is([[
t  * x  + y
  │+++++++              ******
2 ┤       +++++++*******
  │       *******+++++++
1 ┤*******              ++++++
  └───────────────────────────
   day 1      day 2      day 3]], cross())
    is([[
t  * x  + y
  |+++++++              ******
2 +       +++++++*******
  |       *******+++++++
1 +*******              ++++++
  +---------------------------
   day 1      day 2      day 3]], cross(), { unicode = false })
    assert.truthy(show.text(cross(), { color = true }):find "38;5;39m━━\27%[0m x  \27%[38;5;214m━━\27%[0m y")
  end)

  it("leaves gaps where there is no number", function()
    is([[
t
4 ┤                          ⠈
  │             ⢀
2 ┤
  │⡀
  └───────────────────────────
   day 1      day 3      day 5]], panel { 1, NAN, 3, HUGE, 5 })
  end)

  it("may have one value, none, or all the same", function()
    is([[
t
    │
5.0 ┤            ⢀
    │
4.5 ┤
    └─────────────────────────
               day 1]], panel { 5 })
    is([[
t: nothing to plot: there is
    no value]], panel {})
    is([[
t: nothing to plot: there is
    no value]], panel { NAN, NAN })
    is([[
t
    │
5.0 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
    │
4.5 ┤
    └─────────────────────────
     day 1               day 2]], panel { 5, 5 })
    is([[
t
   │
 0 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
   │
-1 ┤
   └──────────────────────────
    day 1                day 2]], panel { 0, 0 })
  end)

  it("has room for huge and tiny numbers", function()
    is([[
t
        │                ⣀⡠⠤⠒⠊
      0 ┤          ⢀⣀⠤⠔⠒⠉
        │     ⢀⡠⠤⠒⠊⠁
-1e+308 ┤⣀⠤⠔⠒⠉⠁
        └─────────────────────
         day 1           day 2]], panel { -1e308, 1e308 })
    is([[
t
2e-310 ┤                 ⣀⡠⠤⠒⠊
       │           ⣀⡠⠤⠒⠊⠉
       │     ⢀⣀⠤⠔⠒⠉
1e-310 ┤⣀⠤⠔⠒⠉⠁
       └──────────────────────
        day 1            day 2]], panel { 1e-310, 2e-310 })
  end)

  it("may be on a log scale", function()
    is([[
t  (log scale)
    │                      ⣀⠔⠊
    │                  ⢀⠤⠒⠉
100 ┤              ⢀⡠⠔⠊⠁
    │           ⣀⠔⠊⠁
    │       ⣀⠤⠒⠉
    │   ⢀⡠⠔⠊
  1 ┤⣀⠤⠊⠁
    └─────────────────────────
     day 1     day 2     day 4]], panel({ 1, 10, 100, 1000 }, { log = true, height = 7 }))
    is([[
t  (log scale): nothing to
    plot: there is no value]], panel({ 0, -1 }, { log = true }))
  end)

  it("may be an area, in percent", function()
    is([[
t
  0% ┤⠉⠛⠻⢿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡿⠋
     │     ⠉⠙⠻⢿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡿⠋
     │         ⠈⠙⠿⣿⣿⣿⣿⣿⣿⠟⠁
-20% ┤             ⠙⠻⢿⠟⠁
     └────────────────────────
      day 1    day 2     day 4]], panel({ 0, -0.1, -0.25, 0 }, { fill = 0, percent = true }))
  end)

  it("loses no extreme of many values", function()
    local values = saw()
    is([[
t
500 ┤⣾⣷⣿⣧⣿⡇⣿⣇⣿⣧⣿⣶⣶⣶⣿⣼⣿⣸⣿⢸⣿⣼⣿⣾⣿
    │⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
    │⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
  0 ┤⠿⢿⡟⣿⡏⣿⡇⣿⡟⣿⡿⣿⣿⣿⢿⣿⢻⣿⢸⣿⢹⣿⢻⡿⠿
    └─────────────────────────
     day 1            day 1000]], panel(values))
    values[500] = 5000
    is([[
t
4,000 ┤           ⣿
      │           ⣿
2,000 ┤           ⣿
      │⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣿⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤
      └───────────────────────
       day 1          day 1000]], panel(values))
  end)

  it("takes what space there is", function()
    is([[
t
2,000,000 ┤     ⣀⡠⠤⠒
1,000,000 ┤⣀⠤⠔⠒⠉
          └─────────
           day 1]], panel({ 1000000, 2000000 }, { height = 2 }), { width = 5 })
    is([[
a [2J 東京 xxxxxxxxxxxxxxxxxx…
2 ┤                     ⣀⡠⠤⠔⠒⠉
  │             ⢀⣀⡠⠤⠔⠒⠉⠉
  │      ⢀⣀⡠⠤⠒⠒⠉⠁
1 ┤⣀⡠⠤⠒⠒⠉⠁
  └───────────────────────────
   day 1                 day 2]], panel({ 1, 2 }, { title = "a\27[2J 東京 " .. ("x"):rep(100) }))
    for width = 20, 100, 7 do
      for line in show.text(panel(saw()), { width = width }):gmatch "[^\n]+" do
        assert(print_.width(line) <= width, width .. ": " .. line)
      end
    end
  end)
end)

describe("plots of", function()
  local options = { from = "2020-01-02", to = "2020-01-09" }
  setup(function() options.data = simulated.store() end)

  it("series align others by date", function()
    local long, short = b.eval("SPY", options), b.eval("SPY", { data = options.data, from = "2020-01-06",
      to = "2020-01-07" })
    short.name = "short"
    local lines = long:plot { with = short, height = 4 }.panels[1].lines
    assert.equal(2, #lines)
    for i = 1, long.n do
      local inside = long.date[i] >= "2020-01-06" and long.date[i] <= "2020-01-07"
      local value = lines[2].values[i]
      assert.equal(inside, value == value)
      if inside then assert.equal(long[i], value) end
    end
    assert.truthy(show.text(long:plot { with = { short } }):find "^%* close%(SPY%)  %+ short\n")
  end)

  it("bars are of their closes", function()
    local bars = b.bars("SPY", options)
    local panel_of = bars:plot().panels[1]
    assert.equal(bars.close, panel_of.lines[1].values)
    assert.equal(6, panel_of.n)
  end)

  it("runs are equity and drawdown", function()
    local run = b.run(b.strategy { name = "Hold", "SPY" }, options)
    local plot = run:plot()
    assert.equal(2, #plot.panels)
    assert.equal(run.equity, plot.panels[1].lines[1].values)
    local lowest = 0
    for _, value in ipairs(plot.panels[2].lines[1].values) do lowest = math.min(lowest, value) end
    assert.near(run.metrics.max_drawdown, lowest, 1e-15)
    assert.is_false(plot.panels[1].log)
    assert.is_true(run:plot { log = true }.panels[1].log)
    assert.truthy(show.text(plot):find "^Hold, equity\n.*\ndrawdown\n")
    assert.equal(show.text(plot, require("banyan.show.screen").current()), tostring(plot))
  end)

  it("refuse what they do not know", function()
    local values = values_of.values({ n = 1, 1, date = { "2020-01-01" } }, "x")
    for message, wrong in pairs { ["unknown key 'hight', did you mean 'height'?"] = { hight = 3 },
      ["height is a number of lines from 2 to 100, not 1e+99"] = { height = 1e99 },
      ["with takes what b.eval gives, or a list of that, not number"] = { with = { 5 } } } do
      local ok, err = pcall(values.plot, values, wrong)
      assert.is_false(ok)
      assert.truthy(tostring(err):find(message, 1, true), tostring(err))
    end
  end)
end)
