"""The policy, read once at start: the packaged files, each replaced by the one of the same name in a folder."""

import tomllib
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from carriers import joined
from carriers.kinds import KINDS
from rmatrack.domain.policy import Carrier, Policy
from rmatrack.domain.policy_rows import PolicyError
from rmatrack.domain.policy_tables import policy_from

_SUFFIX = ".toml"


def load(folder: Path | None) -> Policy:
    """Return the policy in force; a file in *folder* replaces the packaged one whole. Raises `PolicyError`."""
    _know_carriers()
    tables = _read_all(files("rmatrack.policy"))
    if folder is not None:
        if not folder.is_dir():
            raise PolicyError(str(folder), "folder", "RMATRACK_POLICY_DIR names no folder")
        tables |= _read_all(folder)
    return policy_from(tables)


def _know_carriers() -> None:
    """Let policy rows name every carrier that the shipping kit has a module for."""
    joined.load()
    for kind in KINDS.values():
        Carrier.joined(kind.carrier.value, kind.name)


def _read_all(folder: Traversable) -> dict[str, object]:
    found = sorted((file for file in folder.iterdir() if file.name.endswith(_SUFFIX)), key=lambda file: file.name)
    return {file.name.removesuffix(_SUFFIX): _read(file) for file in found}


def _read(file: Traversable) -> dict[str, object]:
    name = file.name.removesuffix(_SUFFIX)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise PolicyError(name, "whole file", "it is not written in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(name, "whole file", f"it is not TOML: {error}") from None
