"""Which files are deliveries of which feeds, and which of them are new."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from citybrain.contracts.contract import Contract, Delivery
from citybrain.errors import DeliveryError
from citybrain.ingest.returned import RETURNED_FOLDERS, ReturnedSheet, returned_sheets
from citybrain.project import Paths


@dataclass(frozen=True)
class Found:
    """A file in the extracts folder, claimed by one contract."""

    contract: Contract
    path: Path
    size: int
    modified_ns: int
    returned: ReturnedSheet | None = None
    """What it says of the feed, where it is a workbook of quarantined rows that came back."""

    @property
    def modified_at(self) -> dt.datetime:
        """When the file was last written (UTC), never later than now."""
        return min(dt.datetime.fromtimestamp(self.modified_ns / 1e9, dt.UTC), dt.datetime.now(dt.UTC))


@dataclass(frozen=True)
class Discovery:
    """Files claimed by exactly one contract, oldest first, and sentences about the others."""

    files: tuple[Found, ...]
    returned: tuple[Found, ...]
    """Workbooks of quarantined rows that came back, oldest first."""
    findings: tuple[str, ...]


def discover(paths: Paths, contracts: Iterable[Contract]) -> Discovery:
    """Looks through the extracts folder for what the contracts claim.

    A file that two contracts claim is taken by neither; a file that none claims is a finding.
    """
    returned, findings_of_returned = _returned(paths, contracts)
    came_back = {f.path for f in returned}
    claims: dict[Path, list[Contract]] = defaultdict(list)
    for contract in contracts:
        if contract.source.path:
            for file in paths.extracts.glob(contract.source.path):
                if file.is_file() and not _is_unfinished(file) and file not in came_back:
                    claims[file].append(contract)
    findings = [
        f"{file.relative_to(paths.extracts)}: claimed by {' and '.join(c.feed for c in claimants)}, so taken by neither."
        " Make the path of one contract narrower."
        for file, claimants in sorted(claims.items())
        if len(claimants) > 1
    ]
    findings += [*_unclaimed(paths, claims, came_back), *findings_of_returned]
    found = [_stat(claimants[0], file) for file, claimants in claims.items() if len(claimants) == 1]
    ordered = sorted((f for f in found if f), key=lambda f: (f.modified_ns, f.path.name))
    return Discovery(tuple(ordered), tuple(sorted(returned, key=lambda f: f.modified_ns)), tuple(findings))


def _returned(paths: Paths, contracts: Iterable[Contract]) -> tuple[list[Found], list[str]]:
    """Workbooks of quarantined rows that came back, once for each feed they speak of; and what is wrong with others."""
    by_feed = {c.feed: c for c in contracts}
    found: list[Found] = []
    findings = []
    for file in sorted(
        {f for folder in RETURNED_FOLDERS for f in paths.extracts.glob(folder) if not _is_unfinished(f)}
    ):
        try:
            sheets = returned_sheets(file)
        except DeliveryError as error:
            findings.append(str(error))
            continue
        for sheet in sheets:
            one = _stat(by_feed[sheet.feed], file, sheet) if sheet.feed in by_feed else None
            if one:
                found.append(one)
            else:
                findings.append(
                    f"{file.relative_to(paths.extracts)}: it corrects the feed {sheet.feed}, which is unknown."
                )
    return found, findings


def _stat(contract: Contract, file: Path, returned: ReturnedSheet | None = None) -> Found | None:
    try:
        stat = file.stat()
    except FileNotFoundError:
        return None
    return Found(contract, file, stat.st_size, stat.st_mtime_ns, returned)


def _is_unfinished(file: Path) -> bool:
    """Files that copying programs and offices keep beside the real one."""
    return file.name.startswith((".", "~$")) or file.suffix in (".part", ".tmp", ".crdownload", ".filepart")


def _unclaimed(paths: Paths, claims: dict[Path, list[Contract]], came_back: Collection[Path]) -> list[str]:
    """Only folders that a contract looks into: an extracts folder may be shared with other projects."""
    folders = {file.parent for file in claims}
    folders |= {f.parent for pattern in RETURNED_FOLDERS for f in paths.extracts.glob(pattern)}
    return [
        f"{file.relative_to(paths.extracts)}: no contract claims this file. Write one, or move the file away."
        for folder in sorted(folders)
        for file in sorted(folder.iterdir())
        if file.is_file()
        and file not in claims
        and file not in came_back
        and not _is_unfinished(file)
        and not _belongs_to(file, claims)
    ]


def _belongs_to(file: Path, claims: dict[Path, list[Contract]]) -> bool:
    """A shapefile's other parts (.dbf, .shx, …) belong to the .shp that is claimed."""
    return file.with_suffix(".shp") in claims


def part_of(contract: Contract, file_name: str) -> str:
    """The part of the feed that this file delivers; '' = the whole feed, or each delivery on its own for `append`."""
    if contract.source.part:
        match = re.search(contract.source.part, file_name)
        if match:
            return "/".join(g for g in match.groups() if g is not None) or match.group(0)
        return file_name
    has_wildcard = any(mark in contract.source.path for mark in "*?[")
    return file_name if contract.delivery is Delivery.APPEND and has_wildcard else ""


class Seen:
    """Remembers size, time and hash of files already looked at, so that an unchanged file is not read again.

    Only a cache: losing it costs time, never data.
    """

    def __init__(self, paths: Paths) -> None:
        self._file = paths.batches / "seen.json"
        try:
            self._known: dict[str, list[object]] = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            self._known = {}
        self._changed = False

    def sha256(self, found: Found) -> str | None:
        """The hash of the file as last read, or None if it may have changed."""
        entry = self._known.get(f"{found.contract.feed}:{found.path}")
        return str(entry[2]) if entry and entry[:2] == [found.size, found.modified_ns] else None

    def remember(self, found: Found, sha256: str) -> None:
        """Notes the hash of the file as it is now."""
        self._known[f"{found.contract.feed}:{found.path}"] = [found.size, found.modified_ns, sha256]
        self._changed = True

    def save(self) -> None:
        """Writes the notes, whole or not at all."""
        if self._changed:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside = self._file.with_suffix(".part")
            beside.write_text(json.dumps(self._known), encoding="utf-8")
            beside.replace(self._file)
