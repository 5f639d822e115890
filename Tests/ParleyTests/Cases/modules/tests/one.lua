local words = require "words"
t:equal(words.greeting, "hello")
