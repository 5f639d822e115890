-- Numbers as text that reads back as the same number.

local numbers = {}

local format, find = string.format, string.find

---A finite number in its shortest form; a float is told from an integer by its point or exponent.
---@param value number
---@return string
function numbers.text(value)
  if math.type(value) == "integer" then return format("%d", value) end
  local text
  for digits = 14, 17 do
    text = format("%." .. digits .. "g", value)
    if tonumber(text) == value then break end
  end
  return find(text, "[.en]") and text or text .. ".0"
end

return numbers
