t:connect("api", { codec = "line" })
