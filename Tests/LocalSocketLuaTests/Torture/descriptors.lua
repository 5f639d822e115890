-- What this process has open, to compare.

---What descriptors are open, in lines.
---
---They come through a file, for the pipe of io.popen would be counted too, and with a second end at
---times: popen(3) closes what is the shell's only after the shell has begun to look.
---@param path string  of a file, which is gone again
---@return string
return function(path)
  assert(os.execute(
    ("cd /proc/$PPID/fd && for number in *; do readlink $number; done | sort >'%s'"):format(path)
  ))
  local file <close> = assert(io.open(path))
  os.remove(path)
  return (file:read("a"):gsub("%[%d+%]", ""))
end
