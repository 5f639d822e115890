// The workloads through Qt with signals and the event loop.
#include "bench.h"

#include <memory>
#include <vector>

static std::unique_ptr<Load> load;
static QElapsedTimer started;

using Ended = std::function<void(qint64)>;

static void quit() { QCoreApplication::quit(); }

static void ignore(qint64) {}

static void printServedAndQuit(qint64 amount) {
  printServed(amount);
  quit();
}

// Calls `serve` with each connection that is accepted.
static QLocalServer &listen(std::function<void(QLocalSocket *)> serve) {
  static QLocalServer server;
  QObject::connect(&server, &QLocalServer::newConnection, [serve] {
    while (QLocalSocket *connection = server.nextPendingConnection()) serve(connection);
  });
  server.setListenBacklogSize(128);
  listenOn(server, load->path);
  return server;
}

// Calls `connected` with a new connection.
static QLocalSocket *connect(std::function<void(QLocalSocket *)> connected) {
  auto socket = new QLocalSocket;
  QObject::connect(socket, &QLocalSocket::connected, [=] { connected(socket); });
  QObject::connect(socket, &QLocalSocket::errorOccurred, [=](QLocalSocket::LocalSocketError error) {
    if (error != QLocalSocket::PeerClosedError) fail(socket->errorString());
  });
  socket->connectToServer(load->path);
  return socket;
}

static void atEnd(QLocalSocket *socket, std::function<void()> ended) {
  QObject::connect(socket, &QLocalSocket::disconnected, [=] {
    ended();
    socket->deleteLater();
  });
}

static void onReply(QLocalSocket *socket, std::function<void(const QByteArray &)> replied) {
  QObject::connect(socket, &QLocalSocket::readyRead, [=] {
    if (socket->bytesAvailable() >= load->size) replied(socket->readAll());
  });
}

static void echo(QLocalSocket *socket, Ended ended) {
  auto echoed = std::make_shared<qint64>(0);
  QObject::connect(socket, &QLocalSocket::readyRead, [=] {
    QByteArray bytes = socket->readAll();
    *echoed += bytes.size();
    send(socket, bytes);
  });
  atEnd(socket, [=] { ended(*echoed); });
}

static void askRounds() {
  static long round = 0;
  QLocalSocket *client = connect([](QLocalSocket *socket) {
    started.start();
    send(socket, load->message(0));
  });
  onReply(client, [=](const QByteArray &reply) {
    load->checkReply(reply, round);
    if (++round < load->count) return send(client, load->message(round));
    printRate(load->count, started);
    quit();
  });
}

// A stream: the writer lets no more gather than a write or two.
static void sendStream(std::function<void()> ended) {
  static long left = load->count;
  static auto sendMore = [](QLocalSocket *socket) {
    for (; left > 0 && socket->bytesToWrite() <= load->size; left--)
      send(socket, load->streamMessage);
    if (left == 0) socket->disconnectFromServer();
  };
  QLocalSocket *client = connect(sendMore);
  QObject::connect(client, &QLocalSocket::bytesWritten, [=] { sendMore(client); });
  atEnd(client, ended);
}

static void receiveStream(QLocalSocket *socket, Ended ended) {
  static qint64 received = 0;
  static auto take = [](QLocalSocket *socket) {
    QByteArray piece = socket->readAll();
    if (piece.isEmpty()) return;
    load->checkPiece(piece, received);
    received += piece.size();
  };
  started.start();
  QObject::connect(socket, &QLocalSocket::readyRead, [=] { take(socket); });
  atEnd(socket, [=] {
    take(socket);
    printRate(received / load->size, started);
    ended(received);
  });
}

// A conversation is one message and its echo or, with messages of no bytes, the server's closing.
static void converse(long round) {
  QLocalSocket *client = connect([=](QLocalSocket *socket) {
    if (load->size > 0) send(socket, load->message(round));
  });
  onReply(client, [=](const QByteArray &reply) {
    if (load->size == 0) fail("bytes that nobody sent");
    load->checkReply(reply, round);
    client->disconnectFromServer();
  });
  atEnd(client, [=] {
    if (round + 1 < load->count) return converse(round + 1);
    printRate(load->count, started);
    quit();
  });
}

static void converseAll() {
  started.start();
  converse(0);
}

static void serveConversations(QLocalSocket *socket, Ended ended) {
  static long connections = 0;
  static qint64 served = 0;
  auto noteEnd = [=](qint64 amount) {
    served += amount;
    if (++connections == load->count) ended(served);
  };
  if (load->size > 0) return echo(socket, noteEnd);
  socket->close();
  socket->deleteLater();
  noteEnd(1);
}

static void playCrowd() {
  static std::vector<QLocalSocket *> clients;
  static long replies = 0, round = 0;
  static auto askAll = [] {
    replies = 0;
    for (QLocalSocket *client : clients) send(client, load->message(round));
  };
  static auto take = [](const QByteArray &reply) {
    load->checkReply(reply, round);
    if (++replies < load->count) return;
    if (++round < crowdEchoes / load->count) askAll(); else quit();
  };
  QLocalServer &server = listen([](QLocalSocket *socket) { echo(socket, ignore); });
  pauseAt("idle");
  started.start();
  for (long left = load->count; left > 0; left--) {
    clients.push_back(connect([](QLocalSocket *) {}));
    onReply(clients.back(), take);
    // The event loop would look at every socket for each connection that it accepts.
    bool timedOut;
    server.waitForNewConnection(30000, &timedOut);
    if (timedOut) fail("no connection");
  }
  printRate(load->count, started, "connect");
  pauseAt("connected");
  started.start();
  askAll();
  QCoreApplication::exec();
  printRate(round * load->count, started, "echo");
  std::fflush(stdout);
  std::_Exit(0);  // without closing what is left, one by one
}

static void onLine(QLocalSocket *socket, const char *expected, std::function<void()> take) {
  QObject::connect(socket, &QLocalSocket::readyRead, [=] {
    while (socket->canReadLine()) {
      checkLine(socket->readLine(), expected);
      take();
    }
  });
}

static void askLines() {
  static long answered = 0;
  QLocalSocket *client = connect([](QLocalSocket *socket) {
    started.start();
    send(socket, load->batch);
  });
  onLine(client, "PONG\n", [=] {
    if (++answered == load->count) {
      printRate(load->count, started);
      quit();
    } else if (answered % load->size == 0) {
      send(client, load->batch);
    }
  });
}

static void answerLines(QLocalSocket *socket, Ended ended) {
  static long served = 0;
  onLine(socket, "PING\n", [=] {
    send(socket, "PONG\n");
    served++;
  });
  atEnd(socket, [=] { ended(served); });
}

using Serve = void (*)(QLocalSocket *, Ended);

static std::function<void()> serving(Serve serve) {
  return [=] {
    listen([=](QLocalSocket *socket) { serve(socket, printServedAndQuit); });
    say("ready");
    QCoreApplication::exec();
  };
}

static std::function<void()> running(void (*play)()) {
  return [=] {
    play();
    QCoreApplication::exec();
  };
}

static std::function<void()> inOneThread(Serve serve, void (*play)(), Ended ended = ignore) {
  return [=] {
    listen([=](QLocalSocket *socket) { serve(socket, ended); });
    play();
    QCoreApplication::exec();
  };
}

int main(int count, char **arguments) {
  QCoreApplication application(count, arguments);
  if (count == 6) load = std::make_unique<Load>(arguments);
  return play(count, arguments, {
    {"roundtrips server", serving(echo)},
    {"roundtrips client", running(askRounds)},
    {"roundtrips both", inOneThread(echo, askRounds)},
    {"stream server", serving(receiveStream)},
    {"stream client", running([] { sendStream(quit); })},
    {"stream both", inOneThread(receiveStream, [] { sendStream([] {}); }, [](qint64) { quit(); })},
    {"conversations server", serving(serveConversations)},
    {"conversations client", running(converseAll)},
    {"conversations both", inOneThread(serveConversations, converseAll)},
    {"crowd both", playCrowd},
    {"lines server", serving(answerLines)},
    {"lines client", running(askLines)},
  });
}
