t:listen("a\0b")
