// Round trips between two processes with blocking calls: what no event loop can undercut without
// spinning.
#include "pingpong.h"

#include <stdio.h>
#include <string.h>

static void serve(const char *path) {
  int listener = listen_at(path);
  announce_ready();
  int connection = accept_one(listener);
  long bytes = 0;
  for (char message[LARGEST_MESSAGE]; read_message(connection, message);
       bytes += (long)message_size)
    write_message(connection, message);
  print_echoed(bytes);
}

static void ask(const char *path, long rounds) {
  int connection = connect_to(path);
  double started = now();
  for (long round = 0; round < rounds; round++) {
    char reply[LARGEST_MESSAGE];
    write_message(connection, message_of(round));
    if (!read_message(connection, reply)) fail("the server closed");
    check_reply(reply, round);
  }
  print_rate(rounds, started);
}

int main(int count, char **arguments) {
  if (count > 3) set_message_size(arguments[3]);
  if (count == 4 && strcmp(arguments[1], "server") == 0) {
    serve(arguments[2]);
  } else if (count == 5 && strcmp(arguments[1], "client") == 0) {
    ask(arguments[2], parse_rounds(arguments[4]));
  } else {
    fputs("usage: blocking server PATH SIZE | client PATH SIZE ROUNDS\n", stderr);
    return 2;
  }
}
