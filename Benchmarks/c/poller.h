// Non-blocking sockets that wait in epoll, level-triggered: what an event loop can reach.
#ifndef POLLER_H
#define POLLER_H

#include <stddef.h>
#include <sys/types.h>

// What waits: a listener, or one end of a connection.
struct end {
  int socket;
  unsigned have;  // bytes of the message or line that is being read
  void (*ready)(struct end *end);
};

// Where `read_some` puts what it has read.
extern char arrived[65536];

// Calls `ready` whenever the socket can be read, or, with `watch_writing`, written.
void watch(struct end *end);
void watch_writing(struct end *end);

// Runs until `stop_loop` is called.
void run_loop(void);
void stop_loop(void);

// Starts to listen on the path, and calls `connected` with each connection.
void listen_with(void (*connected)(int connection));

// A client's new connection.
int connect_without_blocking(void);

// Reads once. Returns 0 at the end of the stream, and -1 where nothing was there.
ssize_t read_some(struct end *end);

// Answers each connection with what it sends, until so many have ended; then the loop stops, if
// `stops_loop`. The bytes echoed so far are in `bytes_echoed`.
void serve_echo(long connections, int stops_loop);
extern long bytes_echoed;

// Sends the message of a round, and reads its reply; `take_reply` is true once it is complete.
void ask(struct end *client, long round);
int take_reply(struct end *client, long round);

#endif
