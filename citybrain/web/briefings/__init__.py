"""Briefings for the phone: the archive, every issue as a page with its files, and a preview of any week."""

from citybrain.web.briefings.routes import add_briefings

__all__ = ["add_briefings"]
