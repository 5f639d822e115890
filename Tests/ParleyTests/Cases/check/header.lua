--# tiemout: 3s
t:isTrue(true)
