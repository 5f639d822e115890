for name, row in t:each {
  add = { 1 + 1, 2 }, divide = { 7 // 2, 3.5 }, subtract = { 5 - 3, 3 },
} do
  t.check:equal(row[1], row[2])
end
