-- SPDX-License-Identifier: MIT
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local text_of = require "banyan.text"

describe("text", function()
  it("finds line and column", function()
    local function at(position) return { text_of.line_column("ab\n\ncd", position) } end
    assert.same({ { 1, 1 }, { 1, 3 }, { 2, 1 }, { 3, 2 }, { 3, 3 } },
      { at(1), at(3), at(4), at(6), at(7) })
  end)

  it("takes decimals, and nothing else that tonumber would take", function()
    for text, value in pairs { ["1"] = 1, ["-1.5"] = -1.5, [" 2 "] = 2, ["1e3"] = 1000, ["5."] = 5,
      ["+.5"] = 0.5, ["1E-2"] = 0.01, ["007"] = 7 } do
      assert.equal(value, text_of.decimal(text), text)
    end
    for _, text in ipairs { "", " ", "nan", "NAN", "inf", "-inf", "infinity", "0x10", "1e", "e5",
      "1 2", "1,5", "1_0", "79%", ".", "+", "--1", "0b1", "1LL", "1i" } do
      assert.is_nil(text_of.decimal(text), text)
    end
  end)

  it("takes no time over long texts", function()
    local start = os.clock()
    assert.is_nil(text_of.decimal("1" .. (" "):rep(1000000) .. "1"))
    assert.is_true(os.clock() - start < 0.1)
  end)

  it("shows foreign text on one line", function()
    assert.equal("a b c", text_of.shown("a\nb\27c"))
    assert.equal("x y", text_of.shown("x\194\155y"))
    assert.equal(("a"):rep(60) .. "...", text_of.shown(("a"):rep(61)))
    assert.equal("\195\169...", text_of.shown("\195\169\195\169", 3))
    assert.equal("\239\191\189", text_of.shown("\255"))
    assert.same({ "missing", "{...}", "5", "true" }, {
      text_of.shown(nil), text_of.shown({}), text_of.shown(5), text_of.shown(true),
    })
  end)
end)
