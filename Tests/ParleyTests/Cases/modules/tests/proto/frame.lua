require "words"
return { encode = function(text) return text .. "\n" end }
