"""Asking any carrier where a parcel is, whatever it wants to know it by: its number, or a reference and then a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from carriers.connections import Connection, DhlConnection, ExpeditorsConnection, UpsConnection
from carriers.parcel_states import ParcelEvent


@dataclass(frozen=True, slots=True)
class Followed:
    """A parcel by its number, its licence plate and its RMA; `file` is the carrier's own name, once that is known."""

    number: str
    piece: str
    rma: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a carrier told; `file` is what it calls the parcel."""

    events: tuple[ParcelEvent, ...]
    file: str = ""


def report_on(connection: Connection, parcel: Followed) -> Report:
    """Ask about one parcel; one that the carrier does not know yet has no events. Raises what the clients raise."""
    match connection:
        case UpsConnection():
            events = connection.client.events(parcel.number)
            return Report(tuple(event for event in events if event.number in ("", parcel.number)))
        case DhlConnection():
            return Report(tuple(connection.client.events(parcel.number)))
        case ExpeditorsConnection():
            file = parcel.file or next(iter(connection.client.files_under(parcel.rma)), "")
            return Report(tuple(connection.client.events(file)) if file else (), file)
        case _:
            return Report(())


def numbers_under(connection: Connection, rma: str, since: date, until: date) -> list[str]:
    """Return the numbers of what travels under an RMA on our account, made by us or elsewhere, between two days.

    Of Expeditors these are files. Raises what the clients raise.
    """
    match connection:
        case UpsConnection():
            return connection.client.numbers_under(rma, since=since, until=until)
        case DhlConnection():
            return connection.client.waybills_of_return(rma, since=since, until=until)
        case ExpeditorsConnection():
            return connection.client.files_under(rma)
        case _:
            return []


def quiet_among(
    connection: Connection, parcels: Iterable[Followed], since: datetime, until: datetime
) -> frozenset[Followed]:
    """Return the *parcels* of which nothing changed between two moments, where a carrier tells so in one answer."""
    named = [parcel for parcel in parcels if parcel.file]
    if not isinstance(connection, ExpeditorsConnection) or len(named) < 2:
        return frozenset()
    changed = set(connection.client.changed(since, until))
    return frozenset(parcel for parcel in named if parcel.file not in changed)
