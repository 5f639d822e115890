-- What the members take: the names of parameters, a "?" behind those that may be absent. A member
-- that is not listed here is called too, with arguments of which nothing is expected.

return {
  ["localsocket"] = {
    Socket = { "kind?" }, Server = { "serverKind?" }, pair = { "kind?", "pairOptions?" }, removeServer = { "name" },
    connect = { "name", "connectOptions?" }, listen = { "name", "listenOptions?" },
    run = { "time?" }, step = { "time?" }, stop = {}, now = {}, sleep = { "duration" },
    after = { "duration", "handler" }, every = { "period", "handler" }, spawn = { "handler" },
  },
  ["localsocket.Socket"] = {
    setServerName = { "name" }, connectToServer = { "name?", "mode?" }, open = { "mode?" },
    disconnectFromServer = {}, abort = {}, close = {}, shutdown = { "direction" },
    state = {}, error = {}, errorString = {}, setErrorString = { "bytes" }, isValid = {},
    isSequential = {}, serverName = {}, fullServerName = {}, socketDescriptor = {},
    setSocketDescriptor = { "descriptor", "state?", "mode?" }, socketOptions = {},
    setSocketOptions = { "socketOptions" }, peerCredentials = {},
    waitForConnected = { "time?" }, waitForReadyRead = { "time?" },
    waitForBytesWritten = { "time?" }, waitForDisconnected = { "time?" },
    read = { "count" }, readAll = {}, readData = { "count" }, readLine = { "count?" },
    peek = { "count" }, skip = { "count" }, getChar = {}, ungetChar = { "byte" },
    bytesAvailable = {}, canReadLine = {}, atEnd = {}, readBufferSize = {},
    setReadBufferSize = { "integer" }, startTransaction = {}, commitTransaction = {},
    rollbackTransaction = {}, isTransactionStarted = {},
    write = { "bytes" }, writeData = { "bytes" }, putChar = { "byte" }, bytesToWrite = {},
    flush = {}, sendMessage = { "bytes", "messageOptions?" }, receiveMessage = { "time?" },
    isOpen = {}, openMode = {}, isReadable = {}, isWritable = {}, isTextModeEnabled = {},
    setTextModeEnabled = { "flag" }, pos = {}, size = {}, seek = { "integer" }, reset = {},
    on = { "socketSignal", "handler" }, once = { "socketSignal", "handler" },
  },
  ["localsocket.Server"] = {
    listen = { "nameOrDescriptor" }, close = {}, isListening = {}, serverName = {}, fullServerName = {},
    serverError = {}, errorString = {}, hasPendingConnections = {}, nextPendingConnection = {},
    waitForNewConnection = { "time?" }, accept = { "time?" }, maxPendingConnections = {},
    setMaxPendingConnections = { "count" }, listenBacklogSize = {},
    setListenBacklogSize = { "backlog" }, socketOptions = {},
    setSocketOptions = { "serverOptions" }, socketDescriptor = {},
    on = { "serverSignal", "handler" }, once = { "serverSignal", "handler" },
  },
  ["localsocket.Task"] = { join = { "time?" }, cancel = {}, status = {} },
  ["localsocket.Timer"] = { cancel = {} },
  ["localsocket.Connection"] = { disconnect = {} },
  ["localsocket.Descriptor"] = { number = {}, take = {}, close = {} },
}
