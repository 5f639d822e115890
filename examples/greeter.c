// A daemon to be tested: it answers each name that a client sends with a greeting.
//
// usage: greeter SOCKET CONFIGURATION
//
// The first line of the configuration is the greeting; SIGHUP reads it again. There is one mistake
// in here, for which the scenarios in greeter.lua set a trap.
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS = 16 };

struct client {
  int socket;
  const char *greeting;  // as it was when the client came
};

static struct client clients[CLIENTS];
static int client_count;
static char *greeting;
static volatile sig_atomic_t must_reload, must_end;

static void take_signal(int number) {
  if (number == SIGHUP) must_reload = 1;
  else must_end = 1;
}

static void load(const char *path) {
  char *line = NULL;
  size_t size = 0;
  FILE *file = fopen(path, "r");
  if (file == NULL || getline(&line, &size, file) < 0) err(1, "%s", path);
  fclose(file);
  line[strcspn(line, "\n")] = '\0';
  free(greeting);
  greeting = line;
  fprintf(stderr, "configuration: %s\n", greeting);
}

static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) err(1, "%s", path);
  if (listen(listener, CLIENTS) < 0) err(1, "%s", path);
  return listener;
}

static void welcome(int listener) {
  int socket = accept(listener, NULL, NULL);
  if (socket < 0) return;
  if (client_count == CLIENTS) close(socket);
  else clients[client_count++] = (struct client){socket, greeting};
}

// Whether the client is still there. A name is taken to come in one piece.
static int answer(struct client *client) {
  char name[64], text[256];
  ssize_t length = read(client->socket, name, sizeof name);
  if (length <= 0) return 0;
  snprintf(text, sizeof text, "%s, %.*s", client->greeting, (int)length, name);
  return write(client->socket, text, strlen(text)) > 0;
}

static void serve(int listener, const sigset_t *waiting) {
  struct pollfd polled[1 + CLIENTS] = {{.fd = listener, .events = POLLIN}};
  for (int i = 0; i < client_count; i++)
    polled[i + 1] = (struct pollfd){.fd = clients[i].socket, .events = POLLIN};
  int count = client_count;
  if (ppoll(polled, 1 + count, NULL, waiting) < 0) return;  // a signal
  for (int i = count - 1; i >= 0; i--) {
    if (!polled[i + 1].revents || answer(&clients[i])) continue;
    close(clients[i].socket);
    clients[i] = clients[--client_count];
  }
  if (polled[0].revents) welcome(listener);
}

int main(int count, char **arguments) {
  if (count != 3) errx(2, "usage: greeter SOCKET CONFIGURATION");
  // Signals come while it waits, and at no other time.
  sigset_t blocked, waiting;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGHUP);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, &waiting);
  signal(SIGHUP, take_signal);
  signal(SIGTERM, take_signal);

  load(arguments[2]);
  int listener = listen_at(arguments[1]);
  fprintf(stderr, "serving %s\n", arguments[1]);
  while (!must_end) {
    if (must_reload) load(arguments[2]);
    must_reload = 0;
    serve(listener, &waiting);
  }
  unlink(arguments[1]);
}
