t:fail "a sentence that is so long that it does not fit into sixty-six columns at once"
