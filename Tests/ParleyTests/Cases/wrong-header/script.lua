--# timeout: soon
t:equal(1, 1)
