local a = t:pair()
a:exepct("x")
