"""A city project: what `city.toml` declares, and a folder to start one from."""

from citybrain.project.area_source import AreaSource, Overlap
from citybrain.project.loading import load_project
from citybrain.project.project import Level, Paths, Project
from citybrain.project.starter import init_project

__all__ = ["AreaSource", "Level", "Overlap", "Paths", "Project", "init_project", "load_project"]
