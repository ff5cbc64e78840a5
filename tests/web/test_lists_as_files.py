"""The support desk's lists as files: incoming mail and device extensions, whole and narrowed as the page is."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from rmatrack.db.blobs import Blob
from rmatrack.db.engine import writing
from rmatrack.db.extensions import ExtensionRequest
from rmatrack.db.inbound import InboundMail
from rmatrack.db.orders import DemoOrder
from rmatrack.domain.people import Role
from rmatrack.web.pages.extensions import PAGE
from tests.fixtures.pages import SignIn
from tests.queries import count_queries
from tests.receiving.shipments import make_order

CAME_IN = datetime(2026, 11, 20, 9, tzinfo=UTC)
LISTS = ("/incoming-mail", "/answers", "/charges", "/parcels", "/inspection", "/extensions", "/discrepancies")


def test_incoming_mail_is_a_file_narrowed_as_the_page_is(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.SUPPORT)
    keep_mails(engine, ["stranger", "no-keys"])

    every = rows_of(client.get("/incoming-mail/export.csv"))
    narrowed = rows_of(client.get("/incoming-mail/export.csv?why=no-keys"))

    assert [row["Subject"] for row in every] == ["Mail 0", "Mail 1"]
    assert every[0]["Orders in it"] == "D4000001, D4000002"
    assert every[0]["State"] == "waits for a person"
    assert [row["Subject"] for row in narrowed] == ["Mail 1"]
    assert client.get("/incoming-mail/export.xlsx", buffered=True).data.startswith(b"PK")


def test_extensions_have_pages_and_a_file_of_them_all(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.TRIALS_TEAM)
    ask_often(engine, PAGE + 1)

    first = client.get("/extensions?state=refused").text
    last = client.get("/extensions?state=refused&after=2").text
    with count_queries(engine) as asked:
        file = rows_of(client.get("/extensions/export.csv?state=refused"))

    assert first.count('class="row-link"') == PAGE
    assert 'rel="next" href="/extensions?state=refused&amp;after=2"' in first
    assert last.count('class="row-link"') == 1
    assert [row["Reason"] for row in file] == [f"Reason {number}" for number in range(PAGE, -1, -1)]
    assert len(asked) < 10
    assert client.get("/extensions/export.xlsx", buffered=True).data.startswith(b"PK")


@pytest.mark.parametrize("page", LISTS)
def test_each_list_offers_to_save_what_it_is_narrowed_to(client: FlaskClient, signed_in: SignIn, page: str) -> None:
    signed_in(Role.SUPPORT if page == "/incoming-mail" else Role.LOGISTICS)

    assert "Save this filter" in client.get(f"{page}?state=closed").text
    assert "Save this filter" not in client.get(page).text


def keep_mails(engine: Engine, reasons: list[str]) -> None:
    with writing(engine) as session:
        session.add(Blob(digest="0" * 64, media_type="message/rfc822", size=1, content=b"x", created_at=CAME_IN))
        session.flush()
        for number, why in enumerate(reasons):
            session.add(
                InboundMail(
                    key=f"{number}",
                    raw="0" * 64,
                    size=1,
                    state="waiting",
                    why_not=why,
                    sender_email="it@customer.example",
                    subject=f"Mail {number}",
                    numbers=["D4000001", "D4000002"],
                    received_at=CAME_IN,
                )
            )


def ask_often(engine: Engine, times: int) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", ["FOC2133N7QX"])
        order = session.scalars(select(DemoOrder)).one()
        for number in range(times):
            session.add(
                ExtensionRequest(
                    order_id=order.id,
                    partner_id=order.partner_id,
                    to_on=date(2026, 12, 24),
                    reason=f"Reason {number}",
                    state="refused",
                    requested_at=CAME_IN + timedelta(minutes=number),
                )
            )


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return [*csv.DictReader(StringIO(answer.data.decode("utf-8-sig")))]
