-- Its clean-up does not end; whoever asks twice does not wait for it, and still finds no directory.
t:listen "api"
t:defer(function()
  io.open("cleaning", "w"):close()
  while true do end
end)
io.open("started", "w"):close() while true do end
