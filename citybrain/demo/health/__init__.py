"""What the health side, the townships and the emergency bureau hand over."""

from __future__ import annotations

from citybrain.demo.health.files import HealthFiles

__all__ = ["HealthFiles"]
