"""Conversations with the target as boofuzz makes them, at its defaults or as fast as it can.

usage: on_boofuzz.py defaults|fast PATH MESSAGES COUNT

It fuzzes the number of the last message. `fast` writes no log; the driver gives it a working directory
in memory, where its database then is.
"""

import re
import sys
import time

from boofuzz import Group, Request, Session, Static, Target, UnixSocketConnection

MODE, PATH = sys.argv[1:3]
MESSAGES, COUNT = map(int, sys.argv[3:])

ends = []  # when each case was over


def check(target, fuzz_data_logger, session, *arguments, **options):
    """Compares the reply to the last message with what was asked for."""
    ends.append(time.monotonic())
    request = re.fullmatch(rb"ADD (-?\d+)\n", session.last_send)
    if not request or session.last_recv != b"%d\n" % (int(request[1]) + 1):
        sys.exit(f"{session.last_send!r} was answered with {session.last_recv!r}")


def message(number, value):
    verb, end = Static("verb", default_value="ADD "), Static("end", default_value="\n")
    return Request(f"message {number}", children=(verb, value, end))


def main():
    options = {"fuzz_loggers": [], "fuzz_db_keep_only_n_pass_cases": 10} if MODE == "fast" else {}
    session = Session(
        target=Target(connection=UnixSocketConnection(PATH)),
        receive_data_after_fuzz=True,  # which it does not by default, but the others do
        post_test_case_callbacks=[check],
        index_end=COUNT,
        keep_web_open=False,
        **options,
    )
    chain = [message(number, Static("number", default_value="1")) for number in range(1, MESSAGES)]
    # A Word of as many values would count them anew for each case.
    chain.append(message(MESSAGES, Group("number", values=[str(n) for n in range(COUNT + 1)])))
    session.connect(chain[0])
    for earlier, later in zip(chain, chain[1:]):
        session.connect(earlier, later)
    session.fuzz()
    if len(ends) < COUNT:
        sys.exit(f"{len(ends)} cases instead of {COUNT}")
    # Without what comes before the first case, such as its web server's start.
    sys.stdout.write(f"\nrate {(len(ends) - 1) / (ends[-1] - ends[0]):.2f}\n")


if __name__ == "__main__":
    main()
