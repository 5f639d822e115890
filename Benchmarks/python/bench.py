"""What the Python programs share: what is sent, its checks, and what is said to the driver."""

import gc
import sys
import time

_, WORKLOAD, ROLE, PATH, *numbers = sys.argv
SIZE, COUNT = map(int, numbers)

CROWD_ROUNDS = 9900 // COUNT  # of echoes
PERIOD = 251  # of a stream; a prime, so that no power of two shifts the stream onto itself

# Neighbouring rounds differ, so that a late reply is noticed.
MESSAGES = [b"a" * SIZE, b"b" * SIZE]
STREAM_MESSAGE = bytes(index % PERIOD for index in range(SIZE))
BATCH = b"PING\n" * SIZE


def check_reply(reply, number):
    if reply != MESSAGES[number & 1]:
        raise ValueError(f"round {number}: the reply is not what was sent")


def check_piece(piece, position):
    """Checks the first and the last byte, which notices what is lost, double or moved."""
    last = position + len(piece) - 1
    if piece[0] != position % SIZE % PERIOD or piece[-1] != last % SIZE % PERIOD:
        raise ValueError(f"byte {position}: a piece of the stream is not what was sent")


def check_line(line, expected):
    if line != expected:
        raise ValueError(f"a line is {line} instead of {expected}")


def say(*words):
    print(*words, flush=True)


class Clock:
    def __init__(self):
        self.started = time.monotonic()

    def print_rate(self, operations=COUNT, word="rate"):
        say(word, f"{operations / (time.monotonic() - self.started):.2f}")


def pause_at(word):
    """Waits until the driver has looked at this process's memory."""
    gc.collect()
    say(word)
    if not sys.stdin.readline():
        raise EOFError("the driver has gone")
