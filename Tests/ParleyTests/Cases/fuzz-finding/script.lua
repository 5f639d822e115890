-- A server that cannot be asked for 7.
fuzz("server", function(g, t)
  t:listen("srv", { codec = "line" }):serve(function(c)
    for line in c:messages() do
      assert(line ~= "GET 7", "the server cannot get 7")
      c:send("OK")
    end
  end)
  local c = t:connect("srv", { codec = "line" })
  g:repeatUpTo(9, function()
    c:send("GET " .. g:int { 0, 9 })
    c:receive()
  end)
end)
