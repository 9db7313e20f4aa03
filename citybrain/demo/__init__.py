"""A county that does not exist: its people, firms and an outbreak, and the files its departments hand over about them."""

from citybrain.demo.county import DemoSummary, make_county
from citybrain.demo.faults import Fault

__all__ = ["DemoSummary", "Fault", "make_county"]
