-- The pipe that breaks is the script's own: nothing to do with stdout.
local pipe = io.popen("exec <&-; touch closed", "w")
while not io.open "closed" do localsocket.sleep(1) end
t:equal(pipe:write("x") and pipe:flush(), nil)
