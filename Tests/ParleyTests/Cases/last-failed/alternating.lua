local been = io.open("been")
t:defer(function() io.open("been", "w"):close() end)
t:isTrue(been)
