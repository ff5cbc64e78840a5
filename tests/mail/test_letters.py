"""Every letter can be read in both languages, as text and as HTML, whatever people are called."""

import re

import html5lib
import pytest

from rmatrack.domain.mails import MailKind
from rmatrack.letters import Notice, render, render_bundle
from rmatrack.letters.contents import CONTENTS
from tests.mail.samples import LINKS, PARAMS, sample

LONGEST_SUBJECT = 78
LANGUAGES = ("en", "nl")
ENGLISH_ONLY = {"the", "and", "you", "trial", "your", "are"}
"""Words that no Dutch letter has; product names have others."""

every_letter = pytest.mark.parametrize("name", PARAMS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_there_is_a_sample_of_every_kind() -> None:
    assert {kind for kind, _params in PARAMS.values()} == set(MailKind) == set(CONTENTS)


@every_language
@every_letter
def test_a_subject_is_short_and_on_one_line(name: str, language: str) -> None:
    subject = render(sample(name), language).subject

    assert 10 < len(subject) < LONGEST_SUBJECT
    assert subject == " ".join(subject.split())


@every_language
@every_letter
def test_both_twins_lead_to_the_same_places(name: str, language: str) -> None:
    letter = render(sample(name), language)

    assert links_in(letter.text) == set(hrefs(letter.html))
    only_told = {"consent-request-limited", "answer-number-customer", "booking-request", "return-labels"}
    if name not in only_told and not name.startswith("pickup-"):
        answers = 4 if name.startswith(("return-due", "return-overdue")) else 1
        assert len(hrefs(letter.html)) == answers, "one purpose, one button"


@every_language
@every_letter
def test_both_twins_say_the_same(name: str, language: str) -> None:
    letter = render(sample(name), language)

    said = set(re.findall(r"\w+", words_of(letter.html)))
    written = set(re.findall(r"\w+", re.sub(r"https?://\S+", "", letter.text)))
    assert said == written


@every_letter
def test_a_dutch_letter_has_no_english_in_it(name: str) -> None:
    text = render(sample(name), "nl").text

    ours = re.sub(r"(?m)^> .*$|https?://\S+|^rmatrack.*$", "", text)
    assert set(re.findall(r"[a-z]+", ours)) & ENGLISH_ONLY == set()


@every_language
@every_letter
def test_the_html_is_valid_and_loads_nothing(name: str, language: str) -> None:
    html = render(sample(name), language).html

    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(html)

    assert document.get("lang", "").startswith(language)
    assert not re.search(r"src=|url\(|<link|<script", html)


@every_letter
def test_a_letter_ends_by_saying_why_one_got_it(name: str) -> None:
    letter = render(sample(name), "en")

    assert "\n--\nYou get this mail because " in letter.text


@every_letter
def test_names_cannot_change_what_a_letter_is(name: str) -> None:
    nasty = '<b>Łódź & "Söhne"</b>\r\nBcc: everybody@example.com\n\u202ehttp'
    changed = {key: nasty for key, value in PARAMS[name][1].items() if isinstance(value, str) and is_free(key)}

    letter = render(sample(name, **changed), "en")

    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert "\nBcc:" not in letter.text
    assert "<b>Ł" not in letter.html
    assert "\u202e" not in letter.text
    assert len(hrefs(letter.html)) <= (4 if name.startswith(("return-due", "return-overdue")) else 1)
    html5lib.HTMLParser(strict=True).parse(letter.html)


def test_dates_are_written_as_the_reader_s_country_does() -> None:
    notice = sample("expiry-soon-customer")

    assert "expires 28 November:" in render(notice, "en").subject
    assert "expires November 28:" in render(notice, "en-US").subject
    assert "28 november:" in render(notice, "nl").subject
    assert "28 november 2026" in render(notice, "nl-BE").text


def test_a_language_that_we_do_not_write_reads_english() -> None:
    assert render(sample("interest"), "pl") == render(sample("interest"), "en")


def test_a_reminder_says_that_it_is_one() -> None:
    assert render(sample("consent-request-again"), "en").subject.startswith("Reminder: ")


def test_who_cannot_answer_is_given_no_link() -> None:
    letter = render(sample("consent-request-limited"), "en")

    assert "/consent/" not in letter.text
    assert "Only a full administrator" in letter.text


def test_one_device_is_not_devices() -> None:
    assert "1 device is still out." in render(sample("expiry-soon-partner", units_out=1), "en").text
    assert "3 devices are still out." in render(sample("expiry-soon-partner", units_out=3), "en").text
    assert "still out" not in render(sample("expiry-soon-partner", units_out=0), "en").text


def test_what_is_lost_is_not_called_bought() -> None:
    text = render(sample("conversion-summary"), "en").text

    assert "Bought: Messaging and Meetings\nNot in the order: Calling" in text


@pytest.mark.parametrize("kind", MailKind)
def test_a_letter_that_lacks_something_is_not_written(kind: MailKind) -> None:
    with pytest.raises(ValueError, match="lacks"):
        render(Notice(kind, {}, LINKS), "en")


def test_a_letter_without_the_link_to_answer_by_is_not_written() -> None:
    kind, params = PARAMS["expiry-day-customer"]

    with pytest.raises(ValueError, match="lacks interest"):
        render(Notice(kind, params, {}), "en")


def test_a_letter_leads_to_web_addresses_only() -> None:
    kind, params = PARAMS["consent-request"]

    with pytest.raises(ValueError, match="cannot lead"):
        render(Notice(kind, params, {"consent": "javascript:alert(1)"}), "en")


@every_language
def test_a_bundle_is_one_letter_with_all_that_its_notices_say(language: str) -> None:
    names = ["expiry-soon-customer", "consent-request", "final-customer"]
    alone = [render(sample(name), language) for name in names]

    letter = render_bundle([sample(name) for name in names], language)

    assert letter.subject.startswith(alone[0].subject)
    assert "2" in letter.subject
    assert all(one.subject in letter.text and one.subject in words_of(letter.html) for one in alone)
    assert set(hrefs(letter.html)) == {href for one in alone for href in hrefs(one.html)} == links_in(letter.text)
    html5lib.HTMLParser(strict=True).parse(letter.html)


def test_a_bundle_says_each_reason_once() -> None:
    letter = render_bundle([sample("expiry-soon-customer"), sample("expiry-day-customer")], "en")

    assert letter.text.count("You get this mail because") == 1


def is_free(name: str) -> bool:
    return not name.endswith("_on") and name != "audience"


def hrefs(html: str) -> list[str]:
    document = html5lib.parse(html, namespaceHTMLElements=False)
    return [str(link.get("href")) for link in document.iter("a")]


def links_in(text: str) -> set[str]:
    return set(re.findall(r"https?://\S+", text))


def words_of(html: str) -> str:
    shown = re.sub(r"(?s)<!--.*?-->", "", html)
    body = html5lib.parse(shown, namespaceHTMLElements=False).find("body")
    assert body is not None
    return " ".join(text for text in body.itertext() if text.strip())
