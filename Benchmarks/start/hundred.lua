for index = 1, 100 do
  scenario("number " .. index, function(t)
    t:equal(1, 1)
  end)
end
