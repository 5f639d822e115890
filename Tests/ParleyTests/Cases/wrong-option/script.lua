t:listen("api", { codek = "line" })
