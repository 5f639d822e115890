"""The peers, the workloads, and how one run of a peer is made.

What a program must do to be a peer is in README.md next to this file.
"""

import os
import pathlib
import re
import subprocess
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
BUILT = pathlib.Path(os.environ.get("BENCH_DIRECTORY", HERE.parent / ".build/bench"))
PARLEY = HERE.parent / ".build/parley/parley"
TIME_LIMIT = ["timeout", "--kill-after=5", "60"]  # a peer that hangs fails, with status 124


@dataclass
class Peer:
    """A program that plays a workload's roles: server and client, or both."""

    name: str
    command: list
    needs: pathlib.Path | None = None  # absent: the peer is skipped


def lua(interpreter, script):
    return [str(interpreter), str(HERE / "lua" / f"roundtrips-{script}.lua")]


def built(name):
    return Peer(name, [str(BUILT / name)], BUILT / name)


BLOCKING = built("c-blocking")
DIRECT = built("c-direct")
EPOLL = built("c-epoll")
IN_LUA_AND_SWIFT = [
    built("swift-core"),
    Peer("localsocket in parley", lua(PARLEY, "localsocket"), PARLEY),
    Peer("localsocket in lua5.4", lua("lua5.4", "localsocket"), BUILT / "localsocket.so"),
    Peer("LuaSocket", lua("lua5.4", "luasocket")),
    Peer("luv", lua("lua5.4", "luv")),
]


@dataclass
class Workload:
    name: str
    title: str
    size: int  # of a message, in bytes
    cores: int  # how many its processes share, where the machine has as many
    run: object  # (peer, path, size, rounds) -> round trips a second
    references: list  # the peers that the ratios are taken to
    peers: list


class Failed(Exception):
    """A program ended with an error or printed something else than its contract says."""


def start(peer, *arguments):
    environment = os.environ | {
        "LUA_PATH": f"{HERE}/lua/?.lua;;",
        "LUA_CPATH": f"{BUILT}/?.so;;",
    }
    return subprocess.Popen(
        [*TIME_LIMIT, *peer.command, *map(str, arguments)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    """What the program printed, once it has ended well."""
    output, errors = process.communicate()
    if process.returncode != 0:
        raise Failed(f"exit status {process.returncode}\n{errors.strip() or output.strip()}")
    return output


def number(word, output):
    match = re.search(rf"^{word} (\d+)$", output, re.MULTILINE)
    if not match:
        raise Failed(f"printed no '{word} NUMBER' but {output!r}")
    return int(match[1])


def end(process):
    if process.poll() is None:
        process.terminate()
    return process.communicate()


def both_ends(peer, path, size, rounds):
    process = start(peer, "both", path, size, rounds)
    try:
        return number("rate", finish(process))
    finally:
        end(process)


def two_processes(peer, path, size, rounds):
    server = start(peer, "server", path, size)
    try:
        if server.stdout.readline() != "ready\n":
            raise Failed(f"the server does not start\n{end(server)[1].strip()}")
        client = start(peer, "client", path, size, rounds)
        try:
            rate = number("rate", finish(client))
            echoed = number("echoed", finish(server))
        finally:
            end(client)
    finally:
        end(server)
    if echoed != rounds * size:
        raise Failed(f"echoed {echoed} bytes instead of {rounds * size}")
    return rate


def in_two_processes(name, size):
    return Workload(
        name,
        f"round trips of {size} bytes a second, client and server in two processes",
        size,
        2,
        two_processes,
        [EPOLL, BLOCKING],
        [BLOCKING, EPOLL, *IN_LUA_AND_SWIFT],
    )


def in_one_thread(name, size):
    return Workload(
        name,
        f"round trips of {size} bytes a second, both ends in one thread",
        size,
        1,
        both_ends,
        [EPOLL, DIRECT],
        [DIRECT, EPOLL, *IN_LUA_AND_SWIFT],
    )


WORKLOADS = [
    in_two_processes("W1", 64),
    in_two_processes("W1-4K", 4096),
    in_one_thread("W1b", 64),
    in_one_thread("W1b-4K", 4096),
]
