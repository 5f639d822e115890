-- The values of what was typed: `_` is the last one, `_1` that of line 1, and so on.

local host = ...
local printing = host.prelude.printing

local results = {}

---Makes a value the last one.
---@param value any
function results.keep(value)
  rawset(_G, "_", value)
end

---Shows the values of a line, and keeps the first.
---@param number integer  of the line
---@param ... any
function results.show(number, ...)
  local count = select("#", ...)
  if count == 0 then return end
  results.keep((...))
  rawset(_G, "_" .. number, (...))
  for index = 1, count do host.show(printing.text((select(index, ...)))) end
end

return results
