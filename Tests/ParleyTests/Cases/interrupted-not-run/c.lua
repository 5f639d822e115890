t:fail "it was run"
