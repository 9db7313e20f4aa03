"""What data there are, what is made of them, and who already collects what: `/catalogue` and the pages below it."""

from citybrain.web.catalogue.routes import add_catalogue

__all__ = ["add_catalogue"]
