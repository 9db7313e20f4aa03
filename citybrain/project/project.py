"""What a city project is, as frozen dataclasses; `loading` reads them from `city.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from citybrain.project.area_source import AreaSource
from citybrain.project.briefing import BriefingSettings
from citybrain.project.screen import ScreenChoice

Engine = Literal["duckdb", "spark"]
ReceivedAt = Literal["modified", "ingested"]


@dataclass(frozen=True)
class Level:
    """One level of the administrative tree, such as `township` 乡镇."""

    code: str
    title: str


@dataclass(frozen=True)
class Paths:
    """Where a project keeps things; all absolute."""

    extracts: Path
    """What departments deliver; contract paths are relative to it."""
    data: Path
    """Base of the folders below, which CityBrain writes."""
    archive: Path
    accepted: Path
    quarantine: Path
    batches: Path
    snapshots: Path
    vault: Path
    keys: Path
    work: Path

    @classmethod
    def below(cls, data: Path, extracts: Path | None = None) -> Paths:
        """The usual folders below `data`; `extracts` may be anywhere."""
        own = ("archive", "accepted", "quarantine", "batches", "snapshots", "vault", "keys", "work")
        return cls(extracts=extracts or data / "extracts", data=data, **{name: data / name for name in own})


@dataclass(frozen=True)
class Project:
    """One city project: the folder and what its `city.toml` says."""

    root: Path
    name: str
    levels: tuple[Level, ...]
    """From the top of the tree to the bottom."""
    timezone: str
    """IANA name; local days and due times are meant in it."""
    engine: Engine
    received_at: ReceivedAt
    """When a delivery counts as received: when its file was last modified, or when it was ingested."""
    area_sources: tuple[AreaSource, ...]
    paths: Paths
    briefing: BriefingSettings = field(default_factory=BriefingSettings)
    screen: ScreenChoice = field(default_factory=ScreenChoice)

    @property
    def file(self) -> Path:
        """The `city.toml`."""
        return self.root / "city.toml"

    def depth_of(self, level: str) -> int:
        """The position of a level code in `levels`, from 0. Raises KeyError for an unknown level."""
        for depth, known in enumerate(self.levels):
            if known.code == level:
                return depth
        raise KeyError(level)
