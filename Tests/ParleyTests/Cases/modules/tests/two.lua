t:equal(require("proto.frame").encode "x", "x\n")
