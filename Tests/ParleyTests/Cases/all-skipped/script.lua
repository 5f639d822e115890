--# needs: cmd:no-such-command
t:equal(1, 1)
