local left, right = t:pair { codec = "line" }
t:task("server", function() left:expect("go on", { timeout = "1h" }) end)
io.open("started", "w"):close()
while not io.open "enough" do localsocket.sleep(1) end
right:send "go on"
