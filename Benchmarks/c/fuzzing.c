// Conversations with the target one after another, of SIZE messages each: connect, send and receive in
// turn, close. What is the least that a fuzzer does.
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char request[64], wanted[64];

static void compose(long number) {
  snprintf(request, sizeof request, "ADD %ld\n", number);
  snprintf(wanted, sizeof wanted, "%ld\n", number + 1);
}

static void ask(int connection, long number) {
  char reply[64];
  compose(number);
  write_all(connection, request, strlen(request));
  size_t length = 0;
  do {
    ssize_t more = read(connection, reply + length, sizeof reply - length);
    if (more <= 0) fail("read");
    length += (size_t)more;
  } while (reply[length - 1] != '\n' && length < sizeof reply);
  if (length != strlen(wanted) || memcmp(reply, wanted, length) != 0)
    refuse("a reply is not what was asked for");
}

static void play_client(void) {
  double started = now();
  for (long conversation = 0; conversation < count; conversation++) {
    int connection = connect_to_path();
    for (size_t message = 0; message < message_size; message++)
      ask(connection, (conversation + (long)message) % 1000);
    close(connection);
  }
  print_rate("rate", count, started);
}

int main(int argument_count, char **arguments) {
  return play_role(argument_count, arguments, (struct role[]){{"client", play_client}, {0}});
}
