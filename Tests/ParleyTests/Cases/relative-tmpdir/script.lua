t:match(t.directory, pattern "^/")
