--# timeout: 300ms
pcall(localsocket.sleep, "1h")
while true do end
