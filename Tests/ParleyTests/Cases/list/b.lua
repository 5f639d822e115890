--# tags: whole
print "never"
