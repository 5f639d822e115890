-- Checksums of blocks: numbers that a message carries of its own bytes.

local checksums = {}

local function tableFor(polynomial)
  local entries = {}
  for index = 0, 255 do
    local value = index
    for _ = 1, 8 do value = value & 1 == 1 and value >> 1 ~ polynomial or value >> 1 end
    entries[index] = value
  end
  return entries
end

local function reflected(polynomial)
  local entries
  return function(bytes)
    entries = entries or tableFor(polynomial)
    local value = 0xFFFFFFFF
    for index = 1, #bytes do
      value = value >> 8 ~ entries[(value ~ bytes:byte(index)) & 0xFF]
    end
    return value ~ 0xFFFFFFFF
  end
end

---CRC-32 of IEEE 802.3, as zlib has it.
checksums.crc32 = reflected(0xEDB88320)

---CRC-32C of RFC 3720.
checksums.crc32c = reflected(0x82F63B78)

---Adler-32 of RFC 1950.
function checksums.adler32(bytes)
  local a, b = 1, 0
  for index = 1, #bytes do
    a = (a + bytes:byte(index)) % 65521
    b = (b + a) % 65521
  end
  return b << 16 | a
end

---The Internet checksum of RFC 1071.
function checksums.inet16(bytes)
  local sum = 0
  for index = 1, #bytes, 2 do
    sum = sum + (bytes:byte(index) << 8) + (bytes:byte(index + 1) or 0)
  end
  while sum > 0xFFFF do sum = (sum & 0xFFFF) + (sum >> 16) end
  return ~sum & 0xFFFF
end

---The sum of all bytes, modulo 256.
function checksums.sum8(bytes)
  local sum = 0
  for index = 1, #bytes do sum = sum + bytes:byte(index) end
  return sum & 0xFF
end

---All bytes, exclusively or-ed.
function checksums.xor8(bytes)
  local value = 0
  for index = 1, #bytes do value = value ~ bytes:byte(index) end
  return value
end

return checksums
