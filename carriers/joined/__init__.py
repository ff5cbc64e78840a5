"""Carriers that are not built in: each module here makes a `CarrierKind` and gives it to `carriers.kinds.join`."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Let every carrier take part that has a module here."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
