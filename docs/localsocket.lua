---@meta localsocket
-- The members of the module for editors that speak to lua-language-server; `localsocket.md` beside
-- this file tells what they do. A fallible call gives its result, or nil or false with a sentence
-- and a code.

---@class localsocket
---@field UnconnectedState "UnconnectedState"
---@field ConnectingState "ConnectingState"
---@field ConnectedState "ConnectedState"
---@field ClosingState "ClosingState"
---@field ConnectionRefusedError "ConnectionRefusedError"
---@field PeerClosedError "PeerClosedError"
---@field ServerNotFoundError "ServerNotFoundError"
---@field SocketAccessError "SocketAccessError"
---@field SocketResourceError "SocketResourceError"
---@field SocketTimeoutError "SocketTimeoutError"
---@field DatagramTooLargeError "DatagramTooLargeError"
---@field ConnectionError "ConnectionError"
---@field UnsupportedSocketOperationError "UnsupportedSocketOperationError"
---@field OperationError "OperationError"
---@field UnknownSocketError "UnknownSocketError"
---@field HostNotFoundError "HostNotFoundError"
---@field AddressInUseError "AddressInUseError"
---@field NotOpen "NotOpen"
---@field ReadOnly "ReadOnly"
---@field WriteOnly "WriteOnly"
---@field ReadWrite "ReadWrite"
---@field NoOptions "NoOptions"
---@field UserAccessOption "UserAccessOption"
---@field GroupAccessOption "GroupAccessOption"
---@field OtherAccessOption "OtherAccessOption"
---@field WorldAccessOption "WorldAccessOption"
---@field AbstractNamespaceOption "AbstractNamespaceOption"
local localsocket = {}

---@alias localsocket.Time number|string milliseconds, or a text such as "1.5s"; -1 is for ever
---@alias localsocket.Kind "stream"|"seqpacket"|"datagram"
---@alias localsocket.Mode "ReadOnly"|"WriteOnly"|"ReadWrite"
---@alias localsocket.State "UnconnectedState"|"ConnectingState"|"ConnectedState"|"ClosingState"
---@alias localsocket.Code string the name of one of the fields that end in Error
---@alias localsocket.Option string the name of one of the fields that end in Option or Options
---@alias localsocket.Byte integer|string from 0 to 255, or one byte
---@alias localsocket.SocketSignal "connected"|"disconnected"|"errorOccurred"|"error"|"stateChanged"|"readyRead"|"bytesWritten"|"readChannelFinished"|"aboutToClose"

---@class localsocket.Credentials
---@field pid integer
---@field uid integer
---@field gid integer

---@class localsocket.Message
---@field data string
---@field from? string the sender's name, to answer to
---@field descriptors localsocket.Descriptor[]
---@field credentials? localsocket.Credentials

---@class localsocket.ConnectOptions
---@field timeout? localsocket.Time
---@field kind? localsocket.Kind
---@field mode? localsocket.Mode
---@field bind? string the socket's own name, which a datagram's receiver answers to
---@field allowHalfOpen? boolean whether a peer that ended its sending alone can be answered

---@class localsocket.ListenOptions
---@field kind? localsocket.Kind
---@field access? string "User", "Group", "Other", "World", joined by "|"
---@field backlog? integer
---@field removeStale? boolean
---@field allowHalfOpen? boolean whether accepted sockets can answer a peer that ended its sending alone
---@field onConnection? fun(connection: localsocket.Socket)

---@class localsocket.PairOptions
---@field allowHalfOpen? boolean whether each can answer when the other ended its sending alone

---@class localsocket.SendOptions
---@field to? string
---@field descriptors? (integer|file*|localsocket.Socket|localsocket.Server|localsocket.Descriptor)[]
---@field timeout? localsocket.Time

---@param kind? localsocket.Kind
---@return localsocket.Socket
function localsocket.Socket(kind) end
---@param kind? "stream"|"seqpacket"
---@return localsocket.Server
function localsocket.Server(kind) end
---@param kind? localsocket.Kind
---@param options? localsocket.PairOptions
---@return localsocket.Socket? first, localsocket.Socket|string second, localsocket.Code? code
function localsocket.pair(kind, options) end
---@param name string
---@return boolean isFree, string? message, localsocket.Code? code
function localsocket.removeServer(name) end
---@async
---@param name string
---@param options? localsocket.ConnectOptions
---@return localsocket.Socket? socket, string? message, localsocket.Code? code
function localsocket.connect(name, options) end
---@param name string
---@param options? localsocket.ListenOptions
---@return localsocket.Server|localsocket.Socket|nil server, string? message, localsocket.Code? code
function localsocket.listen(name, options) end

---@async
---@param timeout? localsocket.Time
function localsocket.run(timeout) end
function localsocket.stop() end
---@async
---@param timeout? localsocket.Time
function localsocket.step(timeout) end
---@return number milliseconds
function localsocket.now() end
---@async
---@param time localsocket.Time
function localsocket.sleep(time) end
---@param time localsocket.Time
---@param fn fun(...)
---@return localsocket.Timer
function localsocket.after(time, fn, ...) end
---@param time localsocket.Time
---@param fn fun(...)
---@return localsocket.Timer
function localsocket.every(time, fn, ...) end
---@param fn fun(...): ...
---@return localsocket.Task
function localsocket.spawn(fn, ...) end

---@class localsocket.Socket
local Socket = {}

---@param name string
---@return nil|false, string? message, localsocket.Code? code
function Socket:setServerName(name) end
---@param name? string
---@param mode? localsocket.Mode
function Socket:connectToServer(name, mode) end
---@param mode? localsocket.Mode
---@return boolean isOpen, string? message, localsocket.Code? code
function Socket:open(mode) end
function Socket:disconnectFromServer() end
function Socket:close() end
function Socket:abort() end
---@param direction "read"|"write"|"both"
---@return boolean, string? message, localsocket.Code? code
function Socket:shutdown(direction) end

---@return localsocket.State
function Socket:state() end
---@return localsocket.Code
function Socket:error() end
---@return string
function Socket:errorString() end
---@param text string
function Socket:setErrorString(text) end
---@return boolean
function Socket:isValid() end
---@return string
function Socket:serverName() end
---@return string
function Socket:fullServerName() end
---@return integer
function Socket:socketDescriptor() end
---@param descriptor integer|localsocket.Descriptor
---@param state? localsocket.State
---@param mode? localsocket.Mode
---@return boolean, string? message, localsocket.Code? code
function Socket:setSocketDescriptor(descriptor, state, mode) end
---@return localsocket.Option[]
function Socket:socketOptions() end
---@param options localsocket.Option[]
---@return nil|false, string? message, localsocket.Code? code
function Socket:setSocketOptions(options) end
---@return localsocket.Credentials? credentials, string? message, localsocket.Code? code
function Socket:peerCredentials() end

---@async
---@param timeout? localsocket.Time
---@return boolean, string? message, localsocket.Code? code
function Socket:waitForConnected(timeout) end
---@async
---@param timeout? localsocket.Time
---@return boolean, string? message, localsocket.Code? code
function Socket:waitForReadyRead(timeout) end
---@async
---@param timeout? localsocket.Time
---@return boolean, string? message, localsocket.Code? code
function Socket:waitForBytesWritten(timeout) end
---@async
---@param timeout? localsocket.Time
---@return boolean, string? message, localsocket.Code? code
function Socket:waitForDisconnected(timeout) end

---@param signal localsocket.SocketSignal
---@param fn fun(socket: localsocket.Socket, ...)
---@return localsocket.Connection
function Socket:on(signal, fn) end
---@param signal localsocket.SocketSignal
---@param fn fun(socket: localsocket.Socket, ...)
---@return localsocket.Connection
function Socket:once(signal, fn) end

---@return boolean
function Socket:isOpen() end
---@return localsocket.Mode|"NotOpen"
function Socket:openMode() end
---@return boolean
function Socket:isReadable() end
---@return boolean
function Socket:isWritable() end
---@return boolean
function Socket:isSequential() end
---@return boolean
function Socket:isTextModeEnabled() end
---@param on boolean
---@return nil|false, string? message, localsocket.Code? code
function Socket:setTextModeEnabled(on) end
---@return integer
function Socket:pos() end
---@return integer
function Socket:size() end
---@param position integer
---@return boolean, string? message, localsocket.Code? code
function Socket:seek(position) end
---@return boolean, string? message, localsocket.Code? code
function Socket:reset() end

---@return integer
function Socket:bytesAvailable() end
---@return boolean
function Socket:canReadLine() end
---@return boolean
function Socket:atEnd() end
---@param max integer
---@return string? bytes, string? message, localsocket.Code? code
function Socket:read(max) end
---@return string? bytes, string? message, localsocket.Code? code
function Socket:readAll() end
---@param max? integer
---@return string? bytes, string? message, localsocket.Code? code
function Socket:readLine(max) end
---@param max integer
---@return string? bytes, string? message, localsocket.Code? code
function Socket:readData(max) end
---@param max integer
---@return string? bytes, string? message, localsocket.Code? code
function Socket:peek(max) end
---@param max integer
---@return integer? count, string? message, localsocket.Code? code
function Socket:skip(max) end
---@return string? byte, string? message, localsocket.Code? code
function Socket:getChar() end
---@param byte localsocket.Byte
---@return boolean, string? message, localsocket.Code? code
function Socket:ungetChar(byte) end
---@return integer
function Socket:readBufferSize() end
---@param bytes integer
function Socket:setReadBufferSize(bytes) end
---@return boolean, string? message, localsocket.Code? code
function Socket:startTransaction() end
---@return boolean, string? message, localsocket.Code? code
function Socket:commitTransaction() end
---@return boolean, string? message, localsocket.Code? code
function Socket:rollbackTransaction() end
---@return boolean
function Socket:isTransactionStarted() end

---@param bytes string
---@return integer? count, string? message, localsocket.Code? code
function Socket:write(bytes) end
---@param bytes string
---@return integer? count, string? message, localsocket.Code? code
function Socket:writeData(bytes) end
---@param byte localsocket.Byte
---@return boolean, string? message, localsocket.Code? code
function Socket:putChar(byte) end
---@return integer
function Socket:bytesToWrite() end
---@return boolean, string? message, localsocket.Code? code
function Socket:flush() end
---@async
---@param bytes string
---@param options? localsocket.SendOptions
---@return integer? count, string? message, localsocket.Code? code
function Socket:sendMessage(bytes, options) end
---@async
---@param timeout? localsocket.Time
---@return localsocket.Message? message, string? failure, localsocket.Code? code
function Socket:receiveMessage(timeout) end

---@class localsocket.Server
local Server = {}

---@param nameOrDescriptor string|integer|localsocket.Descriptor
---@return boolean, string? message, localsocket.Code? code
function Server:listen(nameOrDescriptor) end
function Server:close() end
---@return boolean
function Server:isListening() end
---@return string
function Server:serverName() end
---@return string
function Server:fullServerName() end
---@return localsocket.Code
function Server:serverError() end
---@return string
function Server:errorString() end
---@return boolean
function Server:hasPendingConnections() end
---@return localsocket.Socket?
function Server:nextPendingConnection() end
---@async
---@param timeout? localsocket.Time
---@return boolean isPending, boolean timedOut, string? message, localsocket.Code? code
function Server:waitForNewConnection(timeout) end
---@async
---@param timeout? localsocket.Time
---@return localsocket.Socket? connection, string? message, localsocket.Code? code
function Server:accept(timeout) end
---@return integer
function Server:maxPendingConnections() end
---@param count integer
function Server:setMaxPendingConnections(count) end
---@return integer
function Server:listenBacklogSize() end
---@param size integer
function Server:setListenBacklogSize(size) end
---@return localsocket.Option[]
function Server:socketOptions() end
---@param options localsocket.Option[]
function Server:setSocketOptions(options) end
---@return integer
function Server:socketDescriptor() end
---@param signal "newConnection"
---@param fn fun(server: localsocket.Server)
---@return localsocket.Connection
function Server:on(signal, fn) end
---@param signal "newConnection"
---@param fn fun(server: localsocket.Server)
---@return localsocket.Connection
function Server:once(signal, fn) end

---@class localsocket.Connection
local Connection = {}

function Connection:disconnect() end

---@class localsocket.Task
local Task = {}

---@async
---@param timeout? localsocket.Time
---@return true? hasEnded, any ...
function Task:join(timeout) end
function Task:cancel() end
---@return "ready"|"waiting"|"done"|"failed"|"cancelled"
function Task:status() end

---@class localsocket.Timer
local Timer = {}

function Timer:cancel() end

---@class localsocket.Descriptor
local Descriptor = {}

---@return integer
function Descriptor:number() end
---@return integer
function Descriptor:take() end
function Descriptor:close() end

return localsocket
