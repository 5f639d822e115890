t:listen(("n"):rep(256))
