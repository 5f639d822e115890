"""The fuzzers of W9, and how one converses with the target."""

import contextlib
import json
import socket
import tempfile
import time
from dataclasses import dataclass

from peers import PARLEY, Peer
from programs import BUILT, HERE, Failed, Program

BOOFUZZ = BUILT / "boofuzz/bin/python"
MEMORY = "/dev/shm"


@contextlib.contextmanager
def serving(target, path):
    """Has the target serve."""
    with Program([BUILT / target, path]):
        deadline = time.monotonic() + 10
        while True:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(path)) == 0:
                    break
            if time.monotonic() > deadline:
                raise Failed(f"{target} does not listen")
            time.sleep(0.001)
        yield


def finished(command, environment=None):
    program = Program(command, environment)
    with program:
        program.finish()
    return program


@dataclass
class RawC(Peer):
    """Only converses."""

    target: str = "target"

    def rate(self, messages, directory, count):
        path = f"{directory}/socket"
        with serving(self.target, path):
            return finished([BUILT / "c-fuzzing", "client", path, messages, count]).number("rate")


@dataclass
class Parley(Peer):
    """A campaign, which starts its target by itself."""

    target: str = "target"
    workers: int = 1

    def rate(self, messages, directory, count):
        command = [PARLEY, "fuzz", HERE / "fuzz/messages.lua", "--json", "--output", directory]
        command += ["--runs", count, "-j", self.workers, "--seed", 1]
        environment = {"FUZZ_TARGET": str(BUILT / self.target), "FUZZ_MESSAGES": str(messages)}
        printed = finished(command, environment).printed
        ends = [event for event in map(json.loads, printed.splitlines()) if event["event"] == "end"]
        if sum(end["runs"] for end in ends) < count or any(end["findings"] for end in ends):
            raise Failed(f"has not played {count} cases without a finding: {ends}")
        if "coverage" in self.target and not all(end["known"] > 5 for end in ends):
            raise Failed(f"has not seen the target's edges: {ends}")
        return sum(end["runs"] / end["seconds"] for end in ends)


@dataclass
class Boofuzz(Peer):
    """In a directory of its own, where its database comes to lie."""

    mode: str = "defaults"

    def rate(self, messages, directory, count):
        path = f"{directory}/socket"
        place = MEMORY if self.mode == "fast" else directory
        with serving("target", path), tempfile.TemporaryDirectory(dir=place) as working:
            command = ["env", "-C", working, BOOFUZZ, "-B", HERE / "python/on_boofuzz.py", self.mode]
            return finished([*command, path, messages, count]).number("rate")


def converse(workload, fuzzer, count):
    """A run of W9."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        return {"rate": fuzzer.rate(workload.size, directory, count)}


def beside_c(suffix, title):
    target = BUILT / f"target{suffix}"
    yield RawC(f"c{title}", [], needs=target, target=target.name)
    yield Parley(f"parley{title}", [], needs=target, target=target.name)


FUZZERS = [
    *beside_c("", ""),
    *beside_c("-coverage", ", coverage"),
    *beside_c("-asan", ", ASan"),
    *beside_c("-asan-coverage", ", ASan and coverage"),
    Parley("parley, 2 workers", [], needs=PARLEY, workers=2),
    Boofuzz("boofuzz, fast", [], needs=BOOFUZZ, mode="fast"),
    Boofuzz("boofuzz", [], needs=BOOFUZZ),
]
