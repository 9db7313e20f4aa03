"""Where two departments differ: `/reconciliation`, and one difference at `/reconciliation/cell`."""

from citybrain.web.reconciliation.routes import add_reconciliation

__all__ = ["add_reconciliation"]
