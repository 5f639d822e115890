// "PING\n" answered with "PONG\n", SIZE requests in flight, COUNT in all.
#include "bench.h"
#include "poller.h"

#include <string.h>

enum { LINE = 5, LARGEST_BATCH = 1000 };

static char requests[LARGEST_BATCH * LINE];
static long answered, served;

// What has come and was not taken yet. Neither end has more than one connection.
static struct {
  char bytes[2 * sizeof arrived];
  size_t begin, end;
} unread;

// Adds what has come; 0 at the end of the stream.
static int receive(struct end *end) {
  ssize_t length = read_some(end);
  if (length <= 0) return length < 0;
  memmove(unread.bytes, unread.bytes + unread.begin, unread.end - unread.begin);
  unread.end -= unread.begin;
  unread.begin = 0;
  if (unread.end > LINE) refuse("a line is too long");
  memcpy(unread.bytes + unread.end, arrived, (size_t)length);
  unread.end += (size_t)length;
  return 1;
}

// Takes a line out as a string of its own, as a call for lines does; 0 where none is complete.
static size_t take_line(char *line, size_t room) {
  const char *begin = unread.bytes + unread.begin;
  const char *newline = memchr(begin, '\n', unread.end - unread.begin);
  if (!newline) return 0;
  size_t length = (size_t)(newline + 1 - begin);
  if (length >= room) refuse("a line is too long");
  memcpy(line, begin, length);
  line[length] = 0;
  unread.begin += length;
  return length;
}

// Takes each line that is complete and checks it; returns how many there were.
static long take_lines(const char *expected, void (*taken)(void)) {
  long lines = 0;
  for (char line[64]; take_line(line, sizeof line); lines++) {
    if (strcmp(line, expected) != 0) refuse("not the line that was expected");
    taken();
  }
  return lines;
}

static void ask_batch(struct end *client) {
  write_all(client->socket, requests, message_size * LINE);
}

static void note_answer(void) { answered++; }

static void take_replies(struct end *client) {
  if (!receive(client)) refuse("the server closed");
  if (take_lines("PONG\n", note_answer) == 0) return;
  if (answered == count)
    stop_loop();
  else if (answered % (long)message_size == 0)
    ask_batch(client);
}

static void play_client(void) {
  if (message_size > LARGEST_BATCH) refuse("too many requests in flight");
  for (size_t index = 0; index < message_size; index++)
    memcpy(requests + index * LINE, "PING\n", LINE);
  struct end client = {.socket = connect_without_blocking(), .ready = take_replies};
  watch(&client);
  double started = now();
  ask_batch(&client);
  run_loop();
  print_rate("rate", count, started);
}

static char replies[sizeof unread.bytes];
static size_t replies_length;

static void queue_reply(void) {
  memcpy(replies + replies_length, "PONG\n", LINE);
  replies_length += LINE;
  served++;
}

static void answer(struct end *server) {
  if (!receive(server)) return stop_loop();
  if (take_lines("PING\n", queue_reply) == 0) return;
  write_all(server->socket, replies, replies_length);
  replies_length = 0;
}

static void take_connection(int connection) {
  static struct end server;
  server = (struct end){.socket = connection, .ready = answer};
  watch(&server);
}

static void play_server(void) {
  listen_with(take_connection);
  print_ready();
  run_loop();
  print_served(served);
}

int main(int argument_count, char **arguments) {
  return play_role(argument_count, arguments, (struct role[]){
    {"server", play_server}, {"client", play_client}, {0},
  });
}
