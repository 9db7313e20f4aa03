"""The whole way from new files to a published snapshot."""

from citybrain.build.build import BuildReport, FeedReport, build
from citybrain.build.declarations import Declarations, load_declarations
from citybrain.build.lock import build_lock

__all__ = ["BuildReport", "Declarations", "FeedReport", "build", "build_lock", "load_declarations"]
