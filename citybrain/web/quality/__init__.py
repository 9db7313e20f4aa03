"""How good the deliveries are: `/quality`, and one feed at `/quality/feeds/<feed>`."""

from citybrain.web.quality.routes import add_quality

__all__ = ["add_quality"]
