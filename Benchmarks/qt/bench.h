// What both Qt programs share: what is sent, its checks, and what is said to the driver. The
// arguments are WORKLOAD ROLE PATH SIZE COUNT.
#ifndef BENCH_H
#define BENCH_H

#include <QByteArray>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QLocalServer>
#include <QLocalSocket>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

[[noreturn]] inline void fail(const QString &what) {
  std::fprintf(stderr, "%s\n", qPrintable(what));
  std::exit(1);
}

constexpr long crowdEchoes = 9900;  // about

struct Load {
  QString path;
  qsizetype size = 0;
  long count = 0;
  QByteArray messages[2];
  QByteArray streamMessage;
  QByteArray batch;

  explicit Load(char **arguments)
      : path(arguments[3]), size(std::atol(arguments[4])), count(std::atol(arguments[5])) {
    messages[0] = QByteArray(size, 'a');
    messages[1] = QByteArray(size, 'b');
    for (qsizetype index = 0; index < size; index++) streamMessage += char(index % period);
    batch = QByteArray("PING\n").repeated(size);
  }

  // Neighbouring rounds differ, so that a late reply is noticed.
  const QByteArray &message(long round) const { return messages[round & 1]; }

  void checkReply(const QByteArray &reply, long round) const {
    if (reply != message(round)) fail("a reply is not what was sent");
  }

  // Checks the first and the last byte, which notices what is lost, double or moved.
  void checkPiece(const QByteArray &piece, qint64 position) const {
    if (uchar(piece.front()) != streamByte(position) ||
        uchar(piece.back()) != streamByte(position + piece.size() - 1))
      fail("a piece of the stream is not what was sent");
  }

 private:
  // A prime, so that no power of two shifts the stream onto itself.
  static constexpr int period = 251;

  int streamByte(qint64 position) const { return int(position % size % period); }
};

inline void checkLine(const QByteArray &line, const char *expected) {
  if (line != expected) fail("not the line that was expected");
}

inline void say(const char *word) {
  std::puts(word);
  std::fflush(stdout);
}

inline void printServed(qint64 amount) { std::printf("served %lld\n", (long long)amount); }

inline void printRate(long operations, const QElapsedTimer &started, const char *word = "rate") {
  std::printf("%s %.2f\n", word, double(operations) * 1e9 / double(started.nsecsElapsed()));
}

// Prints a word and waits until the driver has looked at this process's memory.
inline void pauseAt(const char *word) {
  say(word);
  if (std::getchar() != '\n') fail("the driver has gone");
}

inline void listenOn(QLocalServer &server, const QString &path) {
  if (!server.listen(path)) fail(server.errorString());
}

inline void send(QLocalSocket *socket, const QByteArray &bytes) {
  if (socket->write(bytes) != bytes.size()) fail(socket->errorString());
}

using Roles = std::map<std::string, std::function<void()>>;

// Calls what the workload and the role on the command line name.
inline int play(int count, char **arguments, const Roles &roles) {
  auto role = count == 6 ? roles.find(std::string(arguments[1]) + " " + arguments[2]) : roles.end();
  if (role == roles.end()) fail("usage: WORKLOAD ROLE PATH SIZE COUNT");
  role->second();
  return 0;
}

#endif
