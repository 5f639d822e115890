"""Qt's half of an exchange: exchange.py connect|listen NAME here|there

Sends 10 MiB, in which each eight bytes are their own number, and receives as much. Then one side
ends the connection: "here" or "there". Prints whether the bytes were as they should be, and the
signals of the end.
"""

import struct
import sys

from PyQt6.QtCore import QCoreApplication, QTimer
from PyQt6.QtNetwork import QLocalServer, QLocalSocket

COUNT = 10 * 1024 * 1024 // 8
CONTENT = struct.pack(">%dQ" % COUNT, *range(COUNT))


class Exchange:
    def __init__(self, socket, ends_here):
        self.socket = socket
        self.ends_here = ends_here
        self.received = bytearray()
        socket.readyRead.connect(self.receive)
        socket.stateChanged.connect(lambda state: print("stateChanged", state.name))
        socket.errorOccurred.connect(lambda error: print("errorOccurred", error.name))
        socket.readChannelFinished.connect(lambda: print("readChannelFinished"))
        socket.disconnected.connect(self.end)
        socket.write(CONTENT)
        self.receive()

    def receive(self):
        self.received += self.socket.readAll().data()
        if len(self.received) < len(CONTENT):
            return
        print("all bytes came" if self.received == CONTENT else "the bytes differ")
        if self.ends_here:
            self.socket.disconnectFromServer()

    def end(self):
        print("disconnected")
        # Not at once: what comes after the last signal would show.
        QTimer.singleShot(0, QCoreApplication.quit)


def connect(name, ends_here):
    socket = QLocalSocket()
    socket.connected.connect(lambda: kept.append(Exchange(socket, ends_here)))
    socket.connectToServer(name)
    return socket


def listen(name, ends_here):
    server = QLocalServer()
    accept = lambda: kept.append(Exchange(server.nextPendingConnection(), ends_here))
    server.newConnection.connect(accept)
    print("listening" if server.listen(name) else server.errorString(), flush=True)
    return server


application = QCoreApplication([])
kept = []
role = {"connect": connect, "listen": listen}[sys.argv[1]]
kept.append(role(sys.argv[2], sys.argv[3] == "here"))
application.exec()
