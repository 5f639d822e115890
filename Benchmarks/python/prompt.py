"""Measures the prompt in a terminal of its own.

usage: prompt.py PARLEY

Prints how long it takes from the start to the prompt, beside `lua5.4 -i`, and how long from a key to
the line with it on the screen while 10,000 messages a second arrive on a connection whose events are
all shown; and that the log has every one of these messages.
"""

import os
import pty
import select
import signal
import socket
import statistics
import sys
import tempfile
import time

STARTS = 25
KEYS = 400
KEY_INTERVAL = 0.01
MESSAGES_A_SECOND = 10_000
LINE = "abcdefghijklmnopqrstuvwxyz"


class Terminal:
    """A program in a terminal."""

    def __init__(self, *command):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            os.execvp(command[0], command)

    def type(self, keys):
        os.write(self.descriptor, keys.encode())

    def wait_for(self, text, limit=30):
        """Returns when the screen has got a text."""
        seen, deadline = b"", time.monotonic() + limit
        while text.encode() not in seen:
            self.wait(deadline - time.monotonic())
            seen += os.read(self.descriptor, 1 << 16)

    def wait(self, limit):
        if not select.select([self.descriptor], [], [], max(0, limit))[0]:
            raise TimeoutError("the screen does not get what was waited for")

    def pass_over(self, seconds):
        """Reads what comes for so long."""
        deadline = time.monotonic() + seconds
        while (rest := deadline - time.monotonic()) > 0:
            if select.select([self.descriptor], [], [], rest)[0]:
                os.read(self.descriptor, 1 << 16)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.read_out()

    def read_out(self):
        """Waits for the program's end."""
        try:
            while os.read(self.descriptor, 1 << 16):
                pass
        except OSError:  # how Linux tells that nobody has the terminal any more (EIO)
            pass
        os.close(self.descriptor)
        os.waitpid(self.pid, 0)


def start(*command):
    began = time.perf_counter()
    terminal = Terminal(*command)
    terminal.wait_for("> ")
    duration = time.perf_counter() - began
    terminal.kill()
    return duration


def measure_starts(parley):
    lua, prompt = [], []
    for _ in range(STARTS):
        lua.append(start("lua5.4", "-i"))
        prompt.append(start(parley, "repl"))
    lua, prompt = statistics.median(lua) * 1e3, statistics.median(prompt) * 1e3
    print(f"start to prompt: {prompt:.2f} ms, lua5.4 -i {lua:.2f} ms, ratio {prompt / lua:.2f}")


def serve(listener, stop):
    """Sends messages at their rate until it is told to stop; answers how many there were."""
    connection, _ = listener.accept()
    began, count = time.monotonic(), 0
    while not select.select([stop], [], [], 0.001)[0]:
        due = int((time.monotonic() - began) * MESSAGES_A_SECOND)
        connection.sendall(b"".join(b"message %d\n" % number for number in range(count, due)))
        count = due
    connection.close()
    return count


def start_server(path):
    """Starts the peer: its process, a pipe that stops it, and one that has the count then."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    stopped, stop = os.pipe()
    result, tell = os.pipe()
    if os.fork() == 0:
        os.write(tell, str(serve(listener, stopped)).encode())
        os._exit(0)
    listener.close()
    return stop, result


def press_keys(terminal):
    """How long each key took."""
    durations = []
    while len(durations) < KEYS:
        for index, key in enumerate(LINE):
            terminal.pass_over(KEY_INTERVAL)
            began = time.perf_counter()
            terminal.type(key)
            terminal.wait_for("> " + LINE[: index + 1])
            durations.append(time.perf_counter() - began)
        terminal.type("\x15")
    return durations


def measure_keys(parley, directory):
    path, log = os.path.join(directory, "server"), os.path.join(directory, "log")
    stop, result = start_server(path)
    terminal = Terminal(parley, "repl", path, "--codec", "line", "--log", log)
    terminal.wait_for("1> ")
    terminal.type(":trace on\r")
    terminal.wait_for("2> ")
    durations = press_keys(terminal)
    os.write(stop, b".")
    sent = int(os.read(result, 64))
    terminal.wait_for("the peer closed")
    terminal.type("\x04")
    terminal.read_out()
    with open(log, encoding="utf-8") as events:
        logged = sum('"event":"received"' in event for event in events)
    durations = sorted(duration * 1e3 for duration in durations)
    print(
        f"a key: median {statistics.median(durations):.2f} ms, "
        f"95 % {durations[len(durations) * 95 // 100]:.2f} ms, worst {durations[-1]:.2f} ms; "
        f"{sent} messages sent, {logged} in the log"
    )


def main():
    parley = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as directory:
        os.environ["XDG_STATE_HOME"] = directory
        measure_starts(parley)
        measure_keys(parley, directory)


main()
