t:fail "not selected"
