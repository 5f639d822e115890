// Round trips with both ends in one thread, each reading when it knows that a message is there:
// the floor of the four system calls alone.
#include "pingpong.h"

#include <stdio.h>
#include <string.h>

static void play_both(const char *path, long rounds) {
  int listener = listen_at(path);
  int client = connect_to(path);
  int server = accept_one(listener);
  double started = now();
  for (long round = 0; round < rounds; round++) {
    char message[LARGEST_MESSAGE];
    write_message(client, message_of(round));
    if (!read_message(server, message)) fail("the client closed");
    write_message(server, message);
    if (!read_message(client, message)) fail("the server closed");
    check_reply(message, round);
  }
  print_rate(rounds, started);
}

int main(int count, char **arguments) {
  if (count != 5 || strcmp(arguments[1], "both") != 0) {
    fputs("usage: direct both PATH SIZE ROUNDS\n", stderr);
    return 2;
  }
  set_message_size(arguments[3]);
  play_both(arguments[2], parse_rounds(arguments[4]));
}
