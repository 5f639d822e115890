"""The peers: which program is which, and what it can play."""

from dataclasses import dataclass, field
from pathlib import Path

from programs import BUILT, HERE, first_line

PARLEY = HERE.parent / ".build/parley/parley"
STATES = 1000  # of Lua, one after another
PYTHON = Path("/usr/bin/python3")  # Debian's, even where another is first on the PATH
SOCAT = Path("/usr/bin/socat")
VARNISHTEST = Path("/usr/bin/varnishtest")


def lua_module(name):
    """Where lua5.4 finds a module that is written in C."""
    found = first_line("lua5.4", "-e", f'print(package.searchpath("{name}", package.cpath))')
    return Path(found if found.startswith("/") else f"Lua module {name}")


LUV, CQUEUES, LUASOCKET = map(lua_module, ("luv", "_cqueues", "socket.unix"))

BOTH_WAYS = {"roundtrips", "stream", "conversations"}
EVENT_DRIVEN = {*BOTH_WAYS, *(f"{name} both" for name in BOTH_WAYS), "crowd both", "lines"}


@dataclass
class Peer:
    """A program that plays a workload's roles: server and client, or both in one thread."""

    name: str
    command: list
    plays: set = field(default_factory=set)  # programs, with " both" where one process plays all
    needs: Path | None = None  # absent: the peer is skipped
    environment: dict = field(default_factory=dict)

    def role(self, program, role, path, size, count):
        """The command of a role."""
        return [*self.command, program, role, path, size, count]


class RawC(Peer):
    """Has a program of its own for each workload."""

    def role(self, program, *arguments):
        return [f"{self.command[0]}-{program}", *arguments]


def raw_c(name, plays):
    return RawC(name, [BUILT / name], plays, BUILT / f"{name}-roundtrips")


def built(name, plays, **environment):
    return Peer(name, [BUILT / name], plays, BUILT / name, environment)


def script(name, interpreter, file, plays, needs=None):
    return Peer(name, [interpreter, HERE / file], plays, needs)


def scenario(name, file, plays):
    # In parley's own process, as it is that which the driver talks to and whose memory it looks at.
    command = [PARLEY, "run", "-j", "0", HERE / file, "--"]
    return Peer(name, command, plays, PARLEY)


def localsocket(style):
    """This project's module, in its own host and in the stock interpreter."""
    plays = {*EVENT_DRIVEN, "stream slow"}
    file = f"lua/localsocket-{style}.lua"
    yield scenario(f"parley, {style}", file, plays)
    yield script(f"lua5.4, {style}", "lua5.4", file, plays, BUILT / "localsocket.so")


PEERS = [
    raw_c("c-blocking", {"roundtrips"}),
    raw_c("c-direct", {"roundtrips both"}),
    raw_c("c-epoll", {*EVENT_DRIVEN, "stream slow"}),
    built("swift-core", {*EVENT_DRIVEN, "stream slow"}),
    *localsocket("tasks"),
    *localsocket("callbacks"),
    built("qt-signals", EVENT_DRIVEN, QT_NO_GLIB="1"),
    built("qt-waits", EVENT_DRIVEN - {"crowd both"}, QT_NO_GLIB="1"),
    built("nio", EVENT_DRIVEN),
    script("luv", "lua5.4", "lua/on-luv.lua", EVENT_DRIVEN, LUV),
    script("cqueues", "lua5.4", "lua/on-cqueues.lua", EVENT_DRIVEN, CQUEUES),
    script("LuaSocket", "lua5.4", "lua/on-luasocket.lua", EVENT_DRIVEN, LUASOCKET),
    script("python sockets", PYTHON, "python/on_sockets.py", EVENT_DRIVEN, PYTHON),
    script("python asyncio", PYTHON, "python/on_asyncio.py", EVENT_DRIVEN, PYTHON),
    script("socat relay", "bash", "socat/relay.sh", {"stream"}, SOCAT),
]


def started(name, *command, needs=None):
    return Peer(name, command, needs=needs)


LUA_START = started("lua5.4 -e ''", "lua5.4", "-e", "")
STARTED = [
    LUA_START,
    started("c-empty", BUILT / "c-empty"),
    started("parley, a scenario", PARLEY, "run", HERE / "start/one.lua", needs=PARLEY),
    started(
        "lua5.4, require localsocket",
        *("lua5.4", "-e", 'require "localsocket"'),
        needs=BUILT / "localsocket.so",
    ),
    started(
        "lua5.4, require socket.unix",
        *("lua5.4", "-e", 'require "socket.unix"'),
        needs=LUASOCKET,
    ),
    started("Qt, QCoreApplication", BUILT / "qt-empty", needs=BUILT / "qt-empty"),
    started("python3 -c ''", PYTHON, "-c", "", needs=PYTHON),
    started("python3, import asyncio", PYTHON, "-c", "import asyncio", needs=PYTHON),
    started("varnishtest, a case", VARNISHTEST, "-q", HERE / "start/one.vtc", needs=VARNISHTEST),
]
HUNDRED_CASES = started(
    "varnishtest, 100 cases",
    *(VARNISHTEST, "-q", "-j2", "-n100", HERE / "start/one.vtc"),
    needs=VARNISHTEST,
)
HUNDRED_STARTED = [
    LUA_START,
    started(
        "parley, 100 scenarios",
        *(PARLEY, "run", "-j2", HERE / "start/hundred.lua"),
        needs=PARLEY,
    ),
    HUNDRED_CASES,
]
# Scenarios in files of their own, and as many states of Lua with nothing around them.
BARE_STATES = started("c-states", BUILT / "c-states", STATES)
THOUSAND_STARTED = [
    BARE_STATES,
    started(
        "parley, 1000 scenarios",
        *(PARLEY, "run", "-j1", HERE / "start/one.lua", "--repeat", STATES),
        needs=PARLEY,
    ),
]


def called(name, module, interpreter="lua5.4", needs=None):
    """What calls a method of an object that the module makes."""
    return Peer(name, [interpreter, HERE / "lua/calls.lua", module], needs=needs)


CALLED_IN_C = called("C, checked", "meter", needs=BUILT / "meter.so")
CALLED = [
    CALLED_IN_C,
    called("parley", "localsocket", PARLEY, PARLEY),
    called("localsocket in lua5.4", "localsocket", needs=BUILT / "localsocket.so"),
    called("luv", "luv", needs=LUV),
    called("cqueues", "cqueues", needs=CQUEUES),
    called("LuaSocket", "luasocket", needs=LUASOCKET),
]
