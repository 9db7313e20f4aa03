"""What people touch: pages and API, on one server. Asks the query layer and knows no SQL."""

from citybrain.web.app import build_app, serve

__all__ = ["build_app", "serve"]
