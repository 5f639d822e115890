// What the raw C programs share: sockets that end the program on any failure, what is sent, the
// clock, and what is said to the driver.
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>

enum { LARGEST_MESSAGE = 65536 };

// The command line: ROLE PATH SIZE COUNT. What the count counts depends on the workload.
extern const char *path;
extern size_t message_size;
extern long count;

// Reads the command line and plays the role that it names, of a list that ends with {0}.
struct role {
  const char *name;
  void (*play)(void);
};
int play_role(int argument_count, char **arguments, const struct role *roles);

// Blocking sockets: listens on the path; accepts one connection and stops listening; connects to
// the path, where somebody listens already.
int listen_at_path(void);
int accept_one(int listener);
int connect_to_path(void);

// The message of a round. Neighbouring rounds differ, so that a late reply is noticed.
const char *message_of(long round);

// Ends the program unless these bytes are what the message of the round has at the offset.
void check_reply(const char *bytes, size_t offset, size_t length, long round);

// The message of a stream, and the check of a piece that came after so many bytes: what its first
// and its last byte must be there. That costs little, and notices what is lost, double or moved.
const char *stream_message(void);
void check_piece(const char *bytes, size_t length, long position);

// Reads or writes exactly one message on a blocking socket. `read_message` returns 0 at the end of
// the stream.
int read_message(int socket, char *message);
void write_all(int socket, const char *bytes, size_t length);

// Seconds of a clock that is never set.
double now(void);

// Prints a word for the driver: that the path can be connected to, how many operations a second
// were done since `started`, how much a server has served.
void print_ready(void);
void print_rate(const char *word, long operations, double started);
void print_served(long amount);

// Prints a word and waits until the driver has looked at this process's memory.
void pause_at(const char *word);

// Ends the program, naming what is wrong; `fail` with the system's reason.
_Noreturn void fail(const char *what);
_Noreturn void refuse(const char *what);

#endif
