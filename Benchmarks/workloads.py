"""The workloads, and how one run of a peer is made.

A run returns what was measured: a number for each of the workload's metrics.
"""

import tempfile
from dataclasses import dataclass, field

from fuzzers import FUZZERS, converse
from peers import (
    BARE_STATES,
    CALLED,
    CALLED_IN_C,
    HUNDRED_CASES,
    HUNDRED_STARTED,
    LUA_START,
    PEERS,
    STARTED,
    THOUSAND_STARTED,
)
from programs import BUILT, Failed, Program

RESIDENT_LIMIT = 64 << 20  # of a process through which a stream passes with flow control


@dataclass
class Metric:
    """One number of a run, and how a table shows it."""

    name: str
    unit: str
    scale: float = 1
    lower_is_better: bool = False


@dataclass
class Workload:
    name: str
    title: str
    run: object  # (workload, peer, count) -> {metric's name: number}
    program: str = ""
    size: int = 0  # of a message, in bytes, unless the program says otherwise
    cores: int = 1  # how many its processes share, where the machine has as many
    count: int | None = None  # of operations in a run; without it as many as take a second,
    step: int = 1000  # a multiple of this
    unit: int = 1  # what a server counts for each operation
    metrics: list = field(default_factory=lambda: [Metric("rate", "1/s")])
    peers: list = field(default_factory=list)
    references: tuple = ("c-epoll",)  # the peers that the ratios are taken to


def both_ends(workload, peer, path, count):
    command = peer.role(workload.program, "both", path, workload.size, count)
    with Program(command, peer.environment) as program:
        program.finish()
        return {"rate": program.number("rate")}


def two_processes(workload, peer, path, count):
    def start(role):
        command = peer.role(workload.program, role, path, workload.size, count)
        return Program(command, peer.environment)

    with start("server") as server:
        server.wait_for("ready")
        with start("client") as client:
            client.finish()
            server.finish()
            # Of a stream the reader takes the time, for what was written may not have left yet.
            rated = server if "rate" in server.printed else client
            result = {"rate": rated.number("rate")}
        if (served := server.number("served")) != count * workload.unit:
            raise Failed(f"served {served} instead of {count * workload.unit}")
    return result


def crowd(workload, peer, path, count):
    command = peer.role(workload.program, "both", path, workload.size, count)
    with Program(command, peer.environment) as program:
        memory = []
        for word in ("idle", "connected"):
            program.wait_for(word)
            memory.append(program.memory("smaps_rollup", "Anonymous"))
            program.go_on()
        program.finish()
        return {
            "memory": (memory[1] - memory[0]) / count,
            "connect": program.number("connect"),
            "echo": program.number("echo"),
        }


def slow_reader(workload, peer, path, count):
    command = peer.role(workload.program, "slow", path, workload.size, count)
    with Program(command, peer.environment) as program:
        program.wait_for("finished")
        resident = program.memory("status", "VmHWM")
        program.go_on()
        program.finish()
        if resident > RESIDENT_LIMIT:
            raise Failed(f"{resident >> 20} MiB were resident, more than {RESIDENT_LIMIT >> 20}")
        return {"rate": program.number("rate"), "resident": resident}


def at_a_path(run):
    """A run with a path of its own to listen on."""

    def run_at_path(workload, peer, count):
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            return run(workload, peer, f"{directory}/socket", count)

    return run_at_path


def rate_of(command):
    with Program(command) as program:
        program.finish()
        return program.number("rate")


def starts(_, peer, count):
    return {"rate": rate_of([BUILT / "c-start", count, *peer.command])}


def calls(_, peer, count):
    return {"rate": rate_of([*peer.command, count])}


def players(program):
    return [peer for peer in PEERS if program in peer.plays]


def in_two_processes(name, program, title, **options):
    return Workload(
        name,
        f"{title}, client and server in two processes",
        at_a_path(two_processes),
        program,
        cores=2,
        peers=players(program),
        **options,
    )


def in_one_thread(name, program, title, **options):
    return Workload(
        name,
        f"{title}, both ends in one thread",
        at_a_path(both_ends),
        program,
        peers=players(f"{program} both"),
        **options,
    )


def round_trips():
    for suffix, size in (("", 64), ("-4K", 4096)):
        title = f"round trips of {size} bytes"
        options = {"size": size, "unit": size}
        references = ("c-epoll", "c-blocking")
        yield in_two_processes(f"W1{suffix}", "roundtrips", title, references=references, **options)
        references = ("c-epoll", "c-direct")
        yield in_one_thread(f"W1b{suffix}", "roundtrips", title, references=references, **options)


def streams():
    size = 65536
    speed = Metric("rate", "MB/s", size / 1e6)
    options = {"size": size, "unit": size, "metrics": [speed]}
    yield in_two_processes("W2", "stream", "a stream in writes of 64 KiB", **options)
    yield in_one_thread("W2b", "stream", "a stream in writes of 64 KiB", **options)
    for suffix, count in (("1M", 1 << 4), ("64M", 1 << 10), ("1G", 1 << 14)):
        yield Workload(
            f"W2-slow-{suffix}",
            f"{suffix}iB to a reader that rests 1 ms after each MiB, with flow control",
            at_a_path(slow_reader),
            "stream",
            size,
            count=count,
            metrics=[speed, Metric("resident", "MiB at most", 1 / (1 << 20), True)],
            peers=players("stream slow"),
        )


def crowds():
    for count in (100, 1000, 9900):
        yield Workload(
            f"W4-{count}",
            f"{count} connections at once, both ends in one thread",
            at_a_path(crowd),
            "crowd",
            size=64,
            count=count,
            metrics=[
                Metric("memory", "bytes a connection", 1, True),
                Metric("connect", "connections/s"),
                Metric("echo", "echoes/s, on all at once"),
            ],
            peers=players("crowd both"),
        )


def timed(run, units_a_second):
    """A run whose metric is the time of one operation."""

    def timed_run(*arguments):
        rate = run(*arguments)["rate"]
        return {"rate": rate, "time": units_a_second / rate}

    return timed_run


def starting(name, title, peers, references=(LUA_START,), **options):
    return Workload(
        name,
        title,
        timed(starts, 1e3),
        metrics=[Metric("time", "ms", 1, True)],
        peers=peers,
        references=tuple(peer.name for peer in references),
        **options,
    )


def calling():
    return Workload(
        "W7",
        "a method call on a userdata",
        timed(calls, 1e9),
        metrics=[Metric("time", "ns", 1, True)],
        peers=CALLED,
        references=(CALLED_IN_C.name,),
    )


def fuzzing():
    for suffix, messages in (("1", "one message"), ("5", "five messages")):
        yield Workload(
            f"W9-{suffix}",
            f"fuzzing, {messages} a conversation",
            converse,
            size=int(suffix),
            step=100,
            cores=2,
            peers=FUZZERS,
            references=("c", "parley", "boofuzz", "boofuzz, fast"),
        )


CLOSING = "connect, accept, close"

WORKLOADS = [
    *round_trips(),
    *streams(),
    in_two_processes("W3", "conversations", CLOSING),
    in_one_thread("W3b", "conversations", CLOSING),
    *crowds(),
    in_two_processes("W5", "lines", "lines asked one by one", size=1),
    in_two_processes("W5-100", "lines", "lines asked 100 at a time", size=100),
    starting("W6", "from start to exit", STARTED, step=10),
    starting(
        "W6b",
        "a hundred trivial tests, two at a time",
        HUNDRED_STARTED,
        (LUA_START, HUNDRED_CASES),
        step=1,
        cores=2,
    ),
    starting(
        "W6c",
        "a thousand trivial tests, one after another",
        THOUSAND_STARTED,
        (BARE_STATES,),
        step=1,
        cores=2,
    ),
    calling(),
    in_two_processes("W8", "conversations", "connect, send, reply, close", size=64, unit=64),
    *fuzzing(),
]
