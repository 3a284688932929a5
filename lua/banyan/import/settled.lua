-- SPDX-License-Identifier: MIT
-- For formats in which a node that holds nothing leaves its share to its siblings: puts a settle
-- above every node that holds several and may have a void below.
local tree_of = require "banyan.tree"

local SHARES = { weighted = true, filter = true, inverse_vol = true, mixed = true }

-- Where a node refers to its children: fields, and lists.
local FIELDS = { "yes", "no", "child", "from", "to", "inside", "outside" }
local LISTS = { "children", "cases" }

--- The tree with its settles; it is changed in place.
---@param root table a node
---@return table root
return function(root)
  local done, voids = {}, {} -- node -> what stands for it; node -> whether it may be void
  local function visit(node)
    if done[node] then return done[node] end
    local made, any = node, node.kind == "void"
    for _, child in ipairs(tree_of.children(node)) do
      visit(child)
      any = any or voids[child]
    end
    for _, field in ipairs(FIELDS) do node[field] = node[field] and done[node[field]] end
    for _, list in ipairs(LISTS) do
      for i, child in ipairs(node[list] or {}) do node[list][i] = done[child] end
    end
    if any and SHARES[node.kind] then made = { kind = "settle", child = node } end
    done[node], voids[node] = made, any
    return made
  end
  return visit(root)
end
