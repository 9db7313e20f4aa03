"""Semantic types: what a column means, with one normaliser and one check each, as SQL."""

from citybrain.semantics.catalogue import SEMANTIC_TYPES, semantic_type
from citybrain.semantics.guess import guess_semantic
from citybrain.semantics.reasons import REASONS
from citybrain.semantics.semantic_type import Context, SemanticType, Spelling

__all__ = ["REASONS", "SEMANTIC_TYPES", "Context", "SemanticType", "Spelling", "guess_semantic", "semantic_type"]
