"""The command-centre screen: one page that runs for weeks, and the JSON that it patches itself with."""

from citybrain.web.screen.routes import add_screen

__all__ = ["add_screen"]
