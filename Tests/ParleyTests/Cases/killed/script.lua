t:note "what is known"
local file <close> = io.open("starting", "w")
file:write(t.directory)
file:close()
os.rename("starting", "started")
while true do localsocket.sleep(1000) end
