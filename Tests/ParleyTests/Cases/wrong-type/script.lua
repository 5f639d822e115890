local a = t:pair { codec = "line" }
a:send { "no line" }
