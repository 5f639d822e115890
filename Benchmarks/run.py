"""Runs the peers of each workload in turn, round after round, and prints their ratios.

The machine is never quiet, so a number by itself says little: every round runs each peer once, and
the medians are compared.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

from workloads import HERE, WORKLOADS, Failed


def run_once(workload, peer, rounds):
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        return workload.run(peer, f"{directory}/socket", workload.size, rounds)


def calibrated_rounds(workload, peer, seconds):
    """How many rounds take about so long, found with two short runs."""
    rounds = 1000
    for share in (0.1, 1):
        rounds = max(1000, int(run_once(workload, peer, rounds) * seconds * share))
    return rounds


def measure(workload, repetitions, seconds):
    """The results of each peer, in the order of the rounds, and why a peer has none."""
    results, rounds, problems = {}, {}, {}

    def attempt(peer, action):
        try:
            return action()
        except Failed as problem:
            problems[peer.name] = str(problem)
            results.pop(peer.name, None)

    for peer in workload.peers:
        if peer.needs and not peer.needs.exists():
            problems[peer.name] = f"skipped: there is no {peer.needs}"
        elif count := attempt(peer, lambda: calibrated_rounds(workload, peer, seconds)):
            rounds[peer.name], results[peer.name] = count, []
    for repetition in range(repetitions):
        print(f"{workload.name}: round {repetition + 1} of {repetitions}", file=sys.stderr)
        for peer in [peer for peer in workload.peers if peer.name in results]:
            rate = attempt(peer, lambda: run_once(workload, peer, rounds[peer.name]))
            if rate is not None:
                results[peer.name].append(rate)
    return results, problems


def table(workload, results):
    """Rows of text, the fastest peer first."""
    medians = {name: statistics.median(rates) for name, rates in results.items()}
    references = [peer.name for peer in workload.references if peer.name in medians]
    rows = [["peer", "median", "min", "max", *(f"÷ {name}" for name in references)]]
    for name in sorted(medians, key=medians.get, reverse=True):
        rates = [medians[name], min(results[name]), max(results[name])]
        ratios = [medians[name] / medians[reference] for reference in references]
        rows.append([name, *(f"{rate:,.0f}" for rate in rates), *(f"{r:.3f}" for r in ratios)])
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        yield "  ".join([row[0].ljust(widths[0]), *cells])


def names_of(cores):
    return f"core{'s' if len(cores) > 1 else ''} {' and '.join(map(str, cores))}"


def first_line(*command):
    try:
        result = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "absent"
    if result.returncode != 0:
        return "unknown"
    return (result.stdout or result.stderr).partition("\n")[0].strip()


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    lua_version = 'print(require "socket"._VERSION, "luv " .. require "luv".version_string())'
    return {
        "machine": f"{os.cpu_count()} × {cpu[1] if cpu else platform.machine()}",
        "kernel": platform.release(),
        "load": f"{os.getloadavg()[0]:.2f} at the start",
        "parley": first_line("git", "-C", str(HERE), "describe", "--always", "--dirty"),
        "swift": first_line("swift", "--version"),
        "gcc": first_line("gcc", "--version"),
        "lua": first_line("lua5.4", "-v"),
        "peers": first_line("lua5.4", "-e", lua_version).replace("\t", ", "),
    }


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="3 short rounds instead of 7")
    parser.add_argument("--only", default="", metavar="LIST", help="workloads, such as W1,W1b")
    parser.add_argument("--json", metavar="FILE", help="also write every single result")
    arguments = parser.parse_args()
    known = [workload.name for workload in WORKLOADS]
    wanted = [name for name in arguments.only.split(",") if name] or known
    if unknown := [name for name in wanted if name not in known]:
        parser.error(f"no workload {', '.join(unknown)}; there are {', '.join(known)}")
    return arguments, [workload for workload in WORKLOADS if workload.name in wanted]


def main():
    arguments, workloads = parse_arguments()
    available = sorted(os.sched_getaffinity(0))
    repetitions, seconds = (3, 0.3) if arguments.quick else (7, 1.0)
    report = {"machine": machine(), "workloads": {}}
    for key, value in report["machine"].items():
        print(f"{key:8} {value}")
    failed = False
    for workload in workloads:
        cores = available[-workload.cores :]
        os.sched_setaffinity(0, cores)
        results, problems = measure(workload, repetitions, seconds)
        report["workloads"][workload.name] = {
            "cores": cores,
            "results": results,
            "problems": problems,
        }
        print(f"\n{workload.name}: {workload.title}; on {names_of(cores)}")
        print(*table(workload, results), sep="\n")
        for name, problem in problems.items():
            print(f"{name}: {problem}")
            failed = failed or not problem.startswith("skipped")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(report, indent=2) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
