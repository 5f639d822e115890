t:equal({ var.who, var.quote, var.lines, table.unpack(arg) }, "nothing of this")
