"""Organisation ids in the forms in which people have them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmatrack.domain.errors import BadInputError
from rmatrack.domain.orgids import org_id_from

ORG = "7b982ff1-3ad8-432f-8e23-67c3a5464623"


def encoded(address: str) -> str:
    return base64.b64encode(address.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        ORG,
        ORG.upper(),
        f"  {ORG}\n",
        ORG.replace("-", ""),
        f"ciscospark://us/ORGANIZATION/{ORG}",
        encoded(f"ciscospark://us/ORGANIZATION/{ORG}"),
        encoded(f"ciscospark://us/ORGANIZATION/{ORG}").rstrip("="),
        encoded(f"ciscospark://urn:TEAM:eu-central-1_k/ORGANIZATION/{ORG}"),
    ],
)
def test_every_form_of_an_org_id_is_the_same_uuid(text: str) -> None:
    assert org_id_from(text) == ORG


@given(st.uuids(), st.sampled_from(["us", "eu", "us-west-2_r>?", "a~~~"]), st.booleans(), st.booleans())
def test_both_alphabets_are_read_padded_or_not(org: object, region: str, url_safe: bool, padded: bool) -> None:
    address = f"ciscospark://{region}/ORGANIZATION/{org}".encode()
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    text = encode(address).decode()

    assert org_id_from(text if padded else text.rstrip("=")) == str(org)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad-org-id"),
        ("MIT", "bad-org-id"),
        ("D4100201", "bad-org-id"),
        (ORG[:-1], "bad-org-id"),
        ("ÿÿÿ", "bad-org-id"),
        (encoded("ciscospark://us/ORGANIZATION/1234"), "bad-org-id"),
        (encoded(f"ciscospark://us/PEOPLE/{ORG}"), "not-an-org-id"),
    ],
)
def test_anything_else_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        org_id_from(text)

    assert (refused.value.code, refused.value.field) == (code, "org_id")
