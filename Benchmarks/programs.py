"""Starts programs, talks to them, and ends them.

What a program must do is in README.md next to this file.
"""

import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
BUILT = pathlib.Path(os.environ.get("BENCH_DIRECTORY", HERE.parent / ".build/bench"))
LIMIT = 60  # seconds of a run, after which `timeout` ends it with status 124
ENVIRONMENT = os.environ | {
    "BENCH_DIRECTORY": str(BUILT),
    "LUA_PATH": f"{HERE}/lua/shared/?.lua;;",
    "LUA_CPATH": f"{BUILT}/?.so;;",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class Failed(Exception):
    """A program ended with an error or printed something else than its contract says."""


class Program:
    """A running program; leaving its `with` block ends it."""

    def __init__(self, command, environment=None):
        self.printed = ""
        self.process = subprocess.Popen(
            ["timeout", "--kill-after=5", str(LIMIT), *map(str, command)],
            env=ENVIRONMENT | (environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate()

    def wait_for(self, word):
        """Reads until the program prints this line."""
        for line in self.process.stdout:
            self.printed += line
            if line == f"{word}\n":
                return
        self.finish()
        raise Failed(f"printed no '{word}'")

    def go_on(self):
        """Ends the pause of a program that has printed a word and waits."""
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Failed("ended too early") from None

    def finish(self):
        """Waits until the program has ended well."""
        output, errors = self.process.communicate()
        self.printed += output
        status = self.process.returncode
        if status == 124:
            raise Failed(f"took longer than {LIMIT} s")
        if status != 0:
            raise Failed(f"exit status {status}\n{errors.strip() or self.printed.strip()}")

    def number(self, word):
        """The number that the program printed after the word."""
        match = re.search(rf"^{word} ([\d.]+)$", self.printed, re.MULTILINE)
        if not match:
            raise Failed(f"printed no '{word} NUMBER' but {self.printed!r}")
        return float(match[1])

    def memory(self, file, field):
        """A field of the program's memory as the kernel counts it, in bytes."""
        process = self.process.pid  # that of `timeout`, whose only child is the program
        children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
        status = pathlib.Path(f"/proc/{children[0]}/{file}").read_text()
        return 1024 * int(re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)[1])


def first_line(*command):
    try:
        result = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "absent"
    if result.returncode != 0:
        return "unknown"
    return (result.stdout or result.stderr).partition("\n")[0].strip()
