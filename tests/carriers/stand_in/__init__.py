"""A server on this machine that speaks the carriers' HTTP as their documents describe it, and fails as lines do."""

from tests.carriers.stand_in.faults import Fault
from tests.carriers.stand_in.heard import Heard
from tests.carriers.stand_in.server import StandIn

__all__ = ["Fault", "Heard", "StandIn"]
