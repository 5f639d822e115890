for i = 1, 200 do
  scenario("fails " .. i, function(t)
    local a, b = t:pair { codec = "line" }
    a:send(("x"):rep(2000) .. i)
    b:expect "y"
  end)
end
