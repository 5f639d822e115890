-- Counts and durations as sentences show them.

local quantities = {}

---A count with its noun: "1 byte", "5 bytes".
---@param count integer
---@param noun string  in the singular
---@return string
function quantities.count(count, noun)
  return ("%d %s%s"):format(count, noun, count == 1 and "" or "s")
end

---A duration in its natural unit: "250 ms", "1.5 s".
---@param milliseconds number
---@return string
function quantities.duration(milliseconds)
  if milliseconds < 1000 then return ("%.3g ms"):format(milliseconds) end
  return ("%.6g s"):format(milliseconds / 1000)
end

return quantities
