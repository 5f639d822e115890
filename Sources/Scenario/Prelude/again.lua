-- What a branch of `expectAny` returns to match once more.

return setmetatable({}, { __name = "again", __tostring = function() return "again" end })
