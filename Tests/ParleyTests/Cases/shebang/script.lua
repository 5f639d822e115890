#!/usr/bin/env parley
t:equal(arg[1], "one")
