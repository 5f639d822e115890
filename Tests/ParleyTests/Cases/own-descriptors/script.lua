-- What parley itself has open is not a script's to adopt.
for number = 3, 60 do
  local socket = localsocket.Socket()
  t:equal(socket:setSocketDescriptor(number), false)
  socket:abort()
end
t:equal(os.getenv "LISTEN_FDS", nil)
t:equal(os.getenv "LISTEN_ADDRESS", "here")
