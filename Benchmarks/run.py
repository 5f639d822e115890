"""Runs the peers of each workload in turn, round after round, and prints their ratios.

The machine is never quiet, so a number by itself says little: every round runs each peer once, and
the medians are compared.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import sys

from machine import machine
from programs import Failed
from workloads import WORKLOADS


def calibrated_count(workload, peer, seconds):
    """How many operations take about so long, found with two short runs."""
    if workload.count:
        return workload.count
    count = workload.step
    for share in (0.1, 1):
        rate = workload.run(workload, peer, count)["rate"]
        count = workload.step * max(1, round(rate * seconds * share / workload.step))
    return count


def measure(workload, peers, repetitions, seconds):
    """What each peer's rounds gave, in their order, and why a peer has none."""
    results, counts, problems = {}, {}, {}

    def attempt(peer, action):
        try:
            return action()
        except Failed as problem:
            problems[peer.name] = str(problem)
            results.pop(peer.name, None)

    for peer in peers:
        if peer.needs and not peer.needs.exists():
            problems[peer.name] = f"skipped: there is no {peer.needs}"
        elif count := attempt(peer, lambda: calibrated_count(workload, peer, seconds)):
            counts[peer.name], results[peer.name] = count, []
    for repetition in range(repetitions):
        print(f"{workload.name}: round {repetition + 1} of {repetitions}", file=sys.stderr)
        for peer in [peer for peer in peers if peer.name in results]:
            numbers = attempt(peer, lambda: workload.run(workload, peer, counts[peer.name]))
            if numbers is not None:
                results[peer.name].append(numbers)
    return results, problems


def table(metric, references, results):
    """Rows of text, the best peer first."""
    numbers = {
        name: [metric.scale * numbers[metric.name] for numbers in rounds]
        for name, rounds in results.items()
    }
    medians = {name: statistics.median(values) for name, values in numbers.items()}
    references = [name for name in references if medians.get(name)]
    rows = [[metric.unit, "median", "min", "max", *(f"÷ {name}" for name in references)]]
    for name in sorted(medians, key=medians.get, reverse=not metric.lower_is_better):
        values = [medians[name], min(numbers[name]), max(numbers[name])]
        ratios = [medians[name] / medians[reference] for reference in references]
        rows.append([name, *map(shown, values), *(f"{ratio:.3f}" for ratio in ratios)])
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        yield "  ".join([row[0].ljust(widths[0]), *cells])


def shown(number):
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def names_of(cores):
    return f"core{'s' if len(cores) > 1 else ''} {' and '.join(map(str, cores))}"


def is_named(workload, name):
    """Whether a name on the command line means the workload; W4 also means W4-100."""
    return workload.name == name or workload.name.startswith(f"{name}-")


def chosen(names):
    """The workloads with these names; all where there is none."""
    for name in names:
        if not any(is_named(workload, name) for workload in WORKLOADS):
            known = ", ".join(workload.name for workload in WORKLOADS)
            raise argparse.ArgumentTypeError(f"no workload {name}; there are {known}")
    return [
        workload
        for workload in WORKLOADS
        if not names or any(is_named(workload, name) for name in names)
    ]


def listed(text):
    return [item for item in text.split(",") if item]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="3 short rounds instead of 7")
    parser.add_argument(
        "--only",
        default="",
        type=lambda text: chosen(listed(text)),
        metavar="LIST",
        help="workloads, such as W1,W4",
    )
    parser.add_argument(
        "--peers", default=[], type=listed, metavar="LIST", help="parts of the peers' names"
    )
    parser.add_argument("--json", metavar="FILE", help="also write every single result")
    return parser.parse_args()


def taking_part(workload, parts):
    """The peers whose names have one of these parts, and what they are compared with."""
    return [
        peer
        for peer in workload.peers
        if not parts or peer.name in workload.references or any(part in peer.name for part in parts)
    ]


def main():
    arguments = parse_arguments()
    available = sorted(os.sched_getaffinity(0))
    allow_many_descriptors()
    repetitions, seconds = (3, 0.3) if arguments.quick else (7, 0.5)
    report = {"machine": machine(), "workloads": {}}
    for key, value in report["machine"].items():
        print(f"{key:8} {value}")
    failed = False
    for workload in arguments.only:
        cores = available[-workload.cores :]
        os.sched_setaffinity(0, cores)
        peers = taking_part(workload, arguments.peers)
        results, problems = measure(workload, peers, repetitions, seconds)
        report["workloads"][workload.name] = {
            "cores": cores,
            "results": results,
            "problems": problems,
        }
        print(f"\n{workload.name}: {workload.title}; on {names_of(cores)}")
        for metric in workload.metrics:
            print(*table(metric, workload.references, results), sep="\n")
        for name, problem in problems.items():
            print(f"{name}: {problem}")
            failed = failed or not problem.startswith("skipped")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(report, indent=2) + "\n")
    return 1 if failed else 0


def allow_many_descriptors():
    """Both ends of 9,900 connections, in programs that inherit the limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())
