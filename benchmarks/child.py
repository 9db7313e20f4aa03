"""One measured task in a process of its own: `python -m benchmarks.child module:function '{"argument": …}'`.

The function prepares (imports, connections) and returns what is to be timed; that returns facts, such as row counts.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable

Facts = dict[str, float | int | str]
Task = Callable[[], Facts]
RESULT = "benchmark-result "


def main(target: str, arguments: str) -> None:
    """Prepares, times, and prints the result as the last line."""
    module, function = target.split(":")
    task: Task = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    start = time.perf_counter()
    facts = task()
    seconds = time.perf_counter() - start
    print(RESULT + json.dumps({"seconds": seconds, "facts": facts}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
