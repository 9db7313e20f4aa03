"""One measured task in a process of its own: `python -m benchmarks.child module:function '{"argument": …}'`.

The function prepares (imports, connections) and returns what is to be timed; that returns facts, such as row counts.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping

Facts = Mapping[str, float | int | str]
Task = Callable[[], Facts]
RESULT = "benchmark-result "


def main(target: str, arguments: str) -> None:
    """Prepares, times, and prints the result as the last line."""
    module, function = target.split(":")
    task: Task = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    cpu, start = cpu_seconds(), time.perf_counter()
    facts = task()
    seconds, cpu = time.perf_counter() - start, cpu_seconds() - cpu
    print(RESULT + json.dumps({"seconds": seconds, "cpu_seconds": cpu, "facts": dict(facts)}), flush=True)


def cpu_seconds() -> float:
    """Processor time of this process, its threads and the programs it ran (iconv)."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    main(*sys.argv[1:])
