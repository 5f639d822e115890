t:skip "not today\nnor tomorrow"
