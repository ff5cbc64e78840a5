"""`python -m benchmarks [NAME…]`: print the lines of every benchmark, or of those named."""

import sys
from importlib import import_module

NAMES = ("labels", "labels_cores", "scans", "lists", "imports", "lookup_answers", "tracking", "desks")


def main(wanted: list[str]) -> None:
    """Run the benchmarks named in *wanted*, or all of them."""
    for name in wanted or NAMES:
        for line in import_module(f"benchmarks.{name}").lines():
            print(line, flush=True)


main(sys.argv[1:])
