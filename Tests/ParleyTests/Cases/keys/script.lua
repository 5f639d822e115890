io.open("started", "w"):close()
localsocket.sleep "1h"
