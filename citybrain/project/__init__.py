"""A city project: what `city.toml` declares, and a folder to start one from."""

from citybrain.project.area_source import AreaSource, Overlap
from citybrain.project.briefing import BriefingSettings
from citybrain.project.loading import WEEKDAYS, load_project
from citybrain.project.project import Level, Paths, Project
from citybrain.project.screen import ScreenChoice
from citybrain.project.starter import init_project

__all__ = [
    "WEEKDAYS",
    "AreaSource",
    "BriefingSettings",
    "Level",
    "Overlap",
    "Paths",
    "Project",
    "ScreenChoice",
    "init_project",
    "load_project",
]
