"""What people touch: pages and API, on one server. Asks the query layer and knows no SQL."""

from citybrain.web.app import build_app, serve
from citybrain.web.workers import serve_with_workers, usual_workers

__all__ = ["build_app", "serve", "serve_with_workers", "usual_workers"]
