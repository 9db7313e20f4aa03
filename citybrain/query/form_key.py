"""The secret that signs the forms of pages; it lies beside the secret of the pseudonyms, so that every server process has it."""

from __future__ import annotations

from pathlib import Path

from citybrain.errors import BuildError
from citybrain.project import Paths
from citybrain.warehouse.secrets import secret


def form_key(snapshots: Path) -> bytes:
    """The 32 secret bytes for the project whose snapshots lie in the folder, made when first asked for.

    Raises:
        BuildError: the folder of keys can neither be read nor written.
    """
    paths = Paths.below(snapshots.parent)
    try:
        return secret(paths, "forms")
    except (OSError, ValueError) as error:
        raise BuildError(
            str(paths.keys), "the key of the forms can neither be read nor made", found=type(error).__name__,
            remedy="Give the user that runs CityBrain the right to write there",
        ) from error  # fmt: skip
