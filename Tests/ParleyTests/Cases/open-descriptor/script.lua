-- A descriptor that came with a message, and that nobody closes.
local left, right = localsocket.pair()
left:sendMessage("x", { descriptors = { io.stdin } })
t:isTrue(right:receiveMessage().descriptors[1]:take() > 2)
