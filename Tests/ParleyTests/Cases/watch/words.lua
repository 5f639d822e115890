return { greeting = "hallo" }
