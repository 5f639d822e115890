// The workloads through Qt with its waiting calls, without an event loop; with both ends in one
// thread each end waits when it knows that something comes.
#include "bench.h"

#include <memory>

static std::unique_ptr<Load> load;

static void waitFor(bool done, QLocalSocket *socket) {
  if (!done) fail(socket->errorString());
}

static std::unique_ptr<QLocalSocket> connectToServer() {
  auto socket = std::make_unique<QLocalSocket>();
  socket->connectToServer(load->path);
  waitFor(socket->waitForConnected(), socket.get());
  return socket;
}

static std::unique_ptr<QLocalSocket> accept(QLocalServer &server) {
  if (!server.hasPendingConnections() && !server.waitForNewConnection(30000))
    fail(server.errorString());
  return std::unique_ptr<QLocalSocket>(server.nextPendingConnection());
}

// Waits for bytes; false at the end of the stream.
static bool arrives(QLocalSocket &socket) {
  if (socket.bytesAvailable() > 0 || socket.waitForReadyRead()) return true;
  if (socket.error() != QLocalSocket::PeerClosedError) fail(socket.errorString());
  return socket.bytesAvailable() > 0;
}

static void sendAll(QLocalSocket &socket, const QByteArray &bytes) {
  send(&socket, bytes);
  while (socket.bytesToWrite() > 0) waitFor(socket.waitForBytesWritten(), &socket);
}

// The next whole message, or nothing at the end.
static QByteArray receive(QLocalSocket &socket) {
  while (socket.bytesAvailable() < load->size && socket.waitForReadyRead()) {}
  return socket.read(load->size);
}

static void ask(QLocalSocket &socket, long round) {
  sendAll(socket, load->message(round));
  load->checkReply(receive(socket), round);
}

static qint64 echo(QLocalSocket &socket) {
  qint64 echoed = 0;
  for (QByteArray message = receive(socket); !message.isEmpty(); message = receive(socket)) {
    sendAll(socket, message);
    echoed += message.size();
  }
  return echoed;
}

// Calls `play` and prints how many operations a second that made.
static void timed(const std::function<void()> &play) {
  QElapsedTimer started;
  started.start();
  play();
  printRate(load->count, started);
}

static void askRounds() {
  auto client = connectToServer();
  timed([&] {
    for (long round = 0; round < load->count; round++) ask(*client, round);
  });
}

static void askAndEcho() {
  QLocalServer listener;
  listenOn(listener, load->path);
  auto client = connectToServer();
  auto server = accept(listener);
  timed([&] {
    for (long round = 0; round < load->count; round++) {
      sendAll(*client, load->message(round));
      sendAll(*server, receive(*server));
      load->checkReply(receive(*client), round);
    }
  });
}

static void sendStream() {
  auto client = connectToServer();
  for (long left = load->count; left > 0; left--) sendAll(*client, load->streamMessage);
  client->disconnectFromServer();
}

static qint64 receivePieces(QLocalSocket &socket, qint64 received) {
  QByteArray piece = socket.readAll();
  if (!piece.isEmpty()) load->checkPiece(piece, received);
  return received + piece.size();
}

static qint64 receiveStream(QLocalSocket &socket) {
  QElapsedTimer started;
  started.start();
  qint64 received = 0;
  while (arrives(socket)) received = receivePieces(socket, received);
  printRate(received / load->size, started);
  return received;
}

static void sendAndReceiveStream() {
  QLocalServer listener;
  listenOn(listener, load->path);
  auto client = connectToServer();
  auto server = accept(listener);
  timed([&] {
    qint64 received = 0;
    for (long round = 1; round <= load->count; round++) {
      sendAll(*client, load->streamMessage);
      while (received < round * load->size && arrives(*server))
        received = receivePieces(*server, received);
    }
  });
}

static void finish(QLocalSocket &socket) {
  if (socket.state() != QLocalSocket::UnconnectedState)
    waitFor(socket.waitForDisconnected(), &socket);
  if (socket.bytesAvailable() > 0) fail("bytes that nobody sent");
}

// A conversation is one message and its echo or, with messages of no bytes, the server's closing.
static void converseAll() {
  timed([] {
    for (long round = 0; round < load->count; round++) {
      auto client = connectToServer();
      if (load->size > 0) ask(*client, round); else finish(*client);
    }
  });
}

static qint64 serveConversations(QLocalServer &listener) {
  qint64 served = 0;
  for (long left = load->count; left > 0; left--) {
    auto server = accept(listener);
    served += load->size > 0 ? echo(*server) : 1;
  }
  return served;
}

static void converseInTurn() {
  QLocalServer listener;
  listenOn(listener, load->path);
  timed([&] {
    for (long left = load->count; left > 0; left--) {
      auto client = connectToServer();
      accept(listener);  // and closes, as nobody keeps it
      finish(*client);
    }
  });
}

static QByteArray receiveLine(QLocalSocket &socket) {
  while (!socket.canReadLine() && socket.waitForReadyRead()) {}
  return socket.readLine();
}

static void askLines() {
  auto client = connectToServer();
  timed([&] {
    for (long left = load->count / load->size; left > 0; left--) {
      sendAll(*client, load->batch);
      for (qsizetype line = 0; line < load->size; line++) checkLine(receiveLine(*client), "PONG\n");
    }
  });
}

static qint64 answerLines(QLocalSocket &socket) {
  qint64 served = 0;
  for (QByteArray line = receiveLine(socket); !line.isEmpty(); line = receiveLine(socket)) {
    checkLine(line, "PING\n");
    send(&socket, "PONG\n");
    if (!socket.canReadLine()) socket.flush();
    served++;
  }
  return served;
}

static std::function<void()> serving(std::function<qint64(QLocalServer &)> serve) {
  return [=] {
    QLocalServer listener;
    listener.setListenBacklogSize(128);
    listenOn(listener, load->path);
    say("ready");
    printServed(serve(listener));
  };
}

static std::function<void()> servingOne(qint64 (*serve)(QLocalSocket &)) {
  return serving([=](QLocalServer &listener) { return serve(*accept(listener)); });
}

int main(int count, char **arguments) {
  QCoreApplication application(count, arguments);
  if (count == 6) load = std::make_unique<Load>(arguments);
  return play(count, arguments, {
    {"roundtrips server", servingOne(echo)},
    {"roundtrips client", askRounds},
    {"roundtrips both", askAndEcho},
    {"stream server", servingOne(receiveStream)},
    {"stream client", sendStream},
    {"stream both", sendAndReceiveStream},
    {"conversations server", serving(serveConversations)},
    {"conversations client", converseAll},
    {"conversations both", converseInTurn},
    {"lines server", servingOne(answerLines)},
    {"lines client", askLines},
  });
}
