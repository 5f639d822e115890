"""What a result depends on: the machine, and the versions of everything that is measured."""

import os
import pathlib
import platform
import re

from peers import PYTHON
from programs import HERE, first_line


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return {
        "machine": f"{os.cpu_count()} × {cpu[1] if cpu else platform.machine()}",
        "kernel": platform.release(),
        "load": f"{os.getloadavg()[0]:.2f} at the start",
        "parley": first_line("git", "-C", str(HERE), "describe", "--always", "--dirty"),
        "swift": first_line("swift", "--version"),
        "gcc": first_line("gcc", "--version"),
        "lua": first_line("lua5.4", "-v"),
        "python": first_line(str(PYTHON), "--version"),
        "peers": ", ".join(versions_of_peers()),
    }


def versions_of_peers():
    for package in ("qt6-base-dev", "lua-luv", "lua-cqueues", "lua-socket", "socat", "varnish"):
        version = first_line("dpkg-query", "--show", "--showformat=${Version}", package)
        yield f"{package} {version}"
    resolved = HERE / "nio/Package.resolved"
    nio = r'"swift-nio",.*?"version" : "([^"]*)"'
    if resolved.exists() and (match := re.search(nio, resolved.read_text(), re.DOTALL)):
        yield f"swift-nio {match[1]}"
