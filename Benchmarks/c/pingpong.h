// What the raw C programs share: sockets that end the program on any failure, the messages, and
// the clock.
#ifndef PINGPONG_H
#define PINGPONG_H

#include <stddef.h>

enum { LARGEST_MESSAGE = 65536 };

// How many bytes each message has; set from the command line before anything else is called.
extern size_t message_size;
void set_message_size(const char *text);

// Listens on the path, accepts one connection, and stops listening.
int listen_at(const char *path);
int accept_one(int listener);

// Connects to the path, where somebody listens already.
int connect_to(const char *path);

// Tells the driver that the path can be connected to.
void announce_ready(void);

// The message of a round. Neighbouring rounds differ, so that a late reply is noticed.
const char *message_of(long round);

// Ends the program unless the reply is the message of the round.
void check_reply(const char *reply, long round);

// Reads or writes exactly one message on a blocking socket. `read_message` returns 0 at the end of
// the stream.
int read_message(int socket, char *message);
void write_message(int socket, const char *message);

// Parses a count of rounds.
long parse_rounds(const char *text);

// Seconds of a clock that is never set.
double now(void);

// Prints the result of a client that made so many rounds since `started`.
void print_rate(long rounds, double started);

// Prints how many messages a server has echoed, for the driver to check.
void print_echoed(long bytes);

// Ends the program, naming what failed and the system's reason.
_Noreturn void fail(const char *what);

#endif
