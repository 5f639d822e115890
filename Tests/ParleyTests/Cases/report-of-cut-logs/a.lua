for i = 1, 4 do
  scenario("passes " .. i, function(t)
    local a, b = t:pair { codec = "line" }
    a:send "hello"
    b:expect "hello"
  end)
end
