"""Several processes that answer on one address: one process under the interpreter's lock uses one core.

Each worker opens the project by itself, reads the served snapshot read-only and follows it when a new one is published, so
that they need not know of each other. Nothing a visitor sees hangs on which of them answers.
"""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import parent_process
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from citybrain.project import load_project
from citybrain.web.app import build_app

SERVED = "CITYBRAIN_SERVED_PROJECT"
"""Environment variable with the folder of the city project; set for the workers by whoever starts them."""
PATIENCE_SECONDS = 120
"""A worker that says nothing for so long is replaced. Loading the libraries on a busy machine takes longer than the usual 5."""


def usual_workers() -> int:
    """Two, where there are two processors; more would each hold what they remember, and few cities ask for that much."""
    return min(2, os.cpu_count() or 1)


def serve_with_workers(project: Path, host: str, port: int, workers: int) -> None:
    """Serve the pages and the API of a city project from so many processes until interrupted."""
    os.environ[SERVED] = str(project.resolve())
    uvicorn.run(
        f"{__name__}:served_app",
        factory=True,
        workers=workers,
        host=host,
        port=port,
        # Without lifespan: Dash would add its catch-all there.
        lifespan="off",
        log_level="warning",
        timeout_worker_healthcheck=PATIENCE_SECONDS,
    )


def served_app() -> FastAPI:
    """The application of the project that the environment names: what each worker serves."""
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    city = load_project(Path(os.environ[SERVED]))
    return build_app(city.paths.snapshots, screen=city.screen, briefing=city.briefing)


def _leave_with_the_parent() -> None:
    """Ends this worker when the process that started it is killed, which can tell it nothing then: it would keep the address."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
