t:isTrue(true)
