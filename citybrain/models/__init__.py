"""The SQL of the shared schema: folder = schema, file = table."""

from citybrain.models.models import Model, check_models, load_models

__all__ = ["Model", "check_models", "load_models"]
