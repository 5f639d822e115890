t:listen "api"
t:match(t.directory, pattern "^/tmp/parley%-")
