t:spawn {
  "sh", "-c", [[
setsid sleep 600 & echo $! >>pids
(sleep 600 & echo $! >>pids)
echo $$ >>pids
exec sleep 600]],
}
if var.fails then error "stops here" end
while true do localsocket.sleep(1000) end
