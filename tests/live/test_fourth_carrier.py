"""A fourth carrier is one module and the policy rows that name it: everything else goes by itself."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import Engine

from carriers.kinds import KINDS, CarrierKind, Taken, join
from carriers.recognise import bare
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, NumberSource, SourceKind
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.domain.policy import Carrier as CarrierWord
from rmatrack.paper.papers import Paper
from rmatrack.services.policy import load
from rmatrack.web.app import create_app
from rmatrack.work.printing import print_labels
from tests.api.conftest import program_of
from tests.fixtures.app import settings
from tests.labels.places import NOW, ship
from tests.labels.printing import labels_of
from tests.people import add_person

JAPAN = {
    "Country": "JP",
    "Customer": "University of Tokyo",
    "City": "Tokyo",
    "State": "",
    "Postal code": "113-8654",
    "Address 1": "7-3-1 Hongo",
}
ROW = """
[[carrier]]
country = "JP"
carrier = "kuroneko"
from = 2020-01-01
reason = "A fourth carrier, for a test."
"""
ROUTE = """
[[route]]
carrier = "kuroneko"
countries = ["JP"]
depot = "au"
from = 2020-01-01
reason = "A fourth carrier, for a test."
"""
ACCOUNT = {"carrier": "kuroneko", "name": "Kuroneko", "source": "specimen", "shipper_number": "1"}


class KuronekoNumbers:
    """Twelve digits."""

    carrier = Carrier.joined("kuroneko")

    def __init__(self, first: int, last: int, kind: SourceKind) -> None:
        self.first, self.last, self.kind = first, last, kind

    def issue(self, shipment: Shipment, running: int) -> Issued:
        return Issued(f"{running:012d}", self.kind)


def block(_account: str, taken: Taken) -> NumberSource:
    return KuronekoNumbers(taken.numbers.start, taken.numbers.stop - 1, SourceKind.RANGE)


@pytest.fixture
def kuroneko() -> Iterator[None]:
    """What a module of a fourth carrier does when it is imported."""
    carrier = Carrier.joined("kuroneko")
    specimens = KuronekoNumbers(1, 999_999, SourceKind.SPECIMEN)
    join(
        CarrierKind(carrier=carrier, name="Kuroneko", service="TA-Q-BIN", specimens=specimens, block=block),
    )
    yield
    del KINDS[carrier]
    CARRIER_NAMES.pop(CarrierWord("kuroneko"), None)


@pytest.mark.usefixtures("kuroneko")
def test_a_fourth_carrier_prints_a_label(engine: Engine, tmp_path: Path) -> None:
    units = ship(engine, place=JAPAN)
    policy = load(policy_with_rows(tmp_path))

    printed = print_labels(engine, units, paper=Paper.A4, policy=policy, by=SYSTEM, now=lambda: NOW)

    [label] = labels_of(engine, units)
    assert printed.count == 1, printed.left_out
    assert (label.carrier, label.service, label.state) == ("kuroneko", "TA-Q-BIN", LabelState.PRINTED)
    assert bare(label.number) == "000000000001"


@pytest.mark.usefixtures("kuroneko")
def test_programs_are_told_of_a_fourth_carrier(engine: Engine, tmp_path: Path) -> None:
    policy = load(policy_with_rows(tmp_path))
    app = create_app(settings(tmp_path), engine=engine, policy=policy)
    administrator = program_of(app, engine, add_person(engine, Role.ADMINISTRATOR))

    described = administrator.get("/api/v1/openapi.json").get_json(force=True)
    entered = administrator.post("/api/v1/carrier-accounts", json=ACCOUNT)

    assert described["components"]["schemas"]["Carrier"]["enum"] == ["ups", "dhl", "expeditors", "kuroneko"]
    assert (entered.status_code, entered.get_json(force=True)["carrier"]) == (201, "kuroneko")


def policy_with_rows(folder: Path) -> Path:
    """The policy as it ships, with the rows of one more carrier."""
    packaged = Path(__file__).parents[2] / "rmatrack" / "policy"
    copytree(packaged, folder / "policy", ignore=lambda _path, names: [n for n in names if not n.endswith(".toml")])
    for name, row in (("carriers.toml", ROW), ("depots.toml", ROUTE)):
        file = folder / "policy" / name
        file.write_text(file.read_text() + row)
    return folder / "policy"
