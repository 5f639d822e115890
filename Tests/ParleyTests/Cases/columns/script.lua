t:fail "a sentence that is so long that it does not fit into sixty columns at once"
