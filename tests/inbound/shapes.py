"""Messages as programs really write them: what each would be to a person, and the bytes that come in."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

from rmatrack.domain.inbound import MOST_BYTES, WhyNot
from tests.inbound.office import ORG_ID

FIRST, SECOND = "SAL1819S6LU", "FNS1009J3MT"
"""Every serial of D4100001."""
BOTH = f"{FIRST} and {SECOND}"
ASKS = f"Which demo order are {BOTH} on?"
VRAAGT = f"Goedemiddag,\n\nWat is ons demo-bestelnummer? De serienummers zijn {FIRST} en {SECOND}.\n"
DELFT, ANNA = "it-admin@tudelft.example", "anna@noordzee.example"

Outcome = WhyNot | str
"""Why it waits, or the language in which it was answered."""

SHAPES: dict[str, tuple[Outcome, Callable[[], bytes]]] = {}


def shape(outcome: Outcome) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Note the message that a function writes under the function's name."""

    def noted(write: Callable[[], bytes]) -> Callable[[], bytes]:
        SHAPES[write.__name__.replace("_", "-")] = (outcome, write)
        return write

    return noted


def mail(text: str | None = None, *, sender: str = DELFT, vouched: str = "", **headers: str) -> EmailMessage:
    """Return a message to the information address that our server vouches for."""
    domain = sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["Authentication-Results"] = vouched or f"mx.trials.example; dmarc=pass header.from={domain}"
    message["From"] = f"IT <{sender}>"
    message["To"] = "info@trials.example"
    message["Subject"] = headers.pop("Subject", "Demo order")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text is not None:
        message.set_content(text)
    return message


def raw(content_type: str, body: bytes, *, encoding: str = "8bit", subject: str = "Demo order") -> bytes:
    """Return a message whose body is written as it stands."""
    head = (
        f"Authentication-Results: mx.trials.example; dmarc=pass header.from=tudelft.example\r\n"
        f"From: IT <{DELFT}>\r\nTo: info@trials.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + body


@shape("nl")
def outlook_above_a_dutch_quote() -> bytes:
    quote = (
        "\n________________________________\nVan: rmatrack <info@trials.example>\n"
        "Verzonden: zondag 22 november 2026 09:12\nAan: IT\nOnderwerp: Retour uiterlijk 28 november\n\n"
        "2 apparaten (D4199999): FOC21213GKV\n"
    )
    return mail(VRAAGT + quote, Subject="RE: Retour uiterlijk 28 november").as_bytes()


@shape("nl")
def ios_in_dutch() -> bytes:
    quote = (
        "\nVerstuurd vanaf mijn iPhone\n\nOp 22 nov. 2026 om 09:12 heeft rmatrack <info@trials.example>\nhet volgende "
        "geschreven:\n\n> 2 apparaten (D4199999): FOC21213GKV\n"
    )
    return mail(VRAAGT + quote).as_bytes()


@shape("en")
def gmail_html_with_a_quote() -> bytes:
    message = mail(f"{ASKS}\n\nOn Sun, 22 Nov 2026 at 09:12, rmatrack\n<info@trials.example> wrote:\n\n> FOC21213GKV\n")
    message.add_alternative(
        f'<div dir="ltr">{ASKS}</div><br><div class="gmail_quote"><div class="gmail_attr">On Sun … wrote:</div>'
        "<blockquote>FOC21213GKV</blockquote></div>",
        subtype="html",
    )
    return message.as_bytes()


@shape("en")
def winmail_beside_the_text() -> bytes:
    message = mail(ASKS)
    message.add_attachment(
        b"\x78\x9f\x3e\x22" + bytes(2_000), maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    return message.as_bytes()


@shape("en")
def signed_by_s_mime() -> bytes:
    body = (
        "--s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{ASKS}\r\n--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7s\r\n\r\n"
        "MIAGCSqGSIb3DQEHAqCAMIACAQExDzAN\r\n--s--\r\n"
    )
    return raw('multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=s', body.encode())


@shape(WhyNot.NO_KEYS)
def wrapped_by_s_mime() -> bytes:
    return raw(
        "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", b"MIAGCSqGSIb3DQEHAqCA", encoding="base64"
    )


@shape("en")
def charset_that_is_another() -> bytes:
    return raw("text/plain; charset=utf-8", f"Caf\xe9 Br\xf6rup: {ASKS}".encode("latin-1"))


@shape("en")
def charset_that_nobody_knows() -> bytes:
    return raw('text/plain; charset="x-unknown-8bit"', f"Łódź: {ASKS}".encode())


@shape("en")
def far_too_big() -> bytes:
    head = (
        f"--b\r\nContent-Type: text/plain\r\n\r\n{ASKS}\r\n--b\r\nContent-Type: video/mp4; name=the-box.mp4\r\n"
        "Content-Disposition: attachment; filename=the-box.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    line = b"A" * 76 + b"\r\n"
    return raw("multipart/mixed; boundary=b", head.encode() + line * (MOST_BYTES // len(line)) + b"--b--\r\n")


@shape(WhyNot.NO_KEYS)
def forwarded_as_an_attachment() -> bytes:
    message = mail("Kunt u dit beantwoorden?")
    message.add_attachment(mail(ASKS, sender="somebody@elsewhere.example", Subject="Two phones"))
    return message.as_bytes()


@shape(WhyNot.NO_KEYS)
def forwarded_thrice() -> bytes:
    inner = mail(ASKS, Subject="innermost")
    for subject in ("inner", "outer"):
        outer = mail("See attached.", Subject=subject)
        outer.add_attachment(inner)
        inner = outer
    return inner.as_bytes()


@shape(WhyNot.BOUNCE)
def bounce_of_exchange() -> bytes:
    body = (
        "--r\r\nContent-Type: text/plain\r\n\r\nDelivery has failed to it-admin@tudelft.example.\r\n"
        "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;mx.tudelft.example\r\n\r\n"
        "Final-recipient: rfc822;it-admin@tudelft.example\r\nAction: failed\r\nStatus: 5.7.1\r\n"
        "--r\r\nContent-Type: message/rfc822\r\n\r\nFrom: info@trials.example\r\nMessage-ID: <ours@trials.example>\r\n"
        "Subject: Return due (D4100001)\r\n\r\nDear reader\r\n--r--\r\n"
    )
    told = raw('multipart/report; report-type="delivery-status"; boundary=r', body.encode())
    return b"Message-ID: <bounced@tudelft.example>\r\n" + told


@shape(WhyNot.AUTOMATIC)
def read_receipt() -> bytes:
    body = (
        "--r\r\nContent-Type: text/plain\r\n\r\nYour message was read.\r\n"
        "--r\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: displayed\r\n--r--\r\n"
    )
    return raw("multipart/report; report-type=disposition-notification; boundary=r", body.encode())


@shape(WhyNot.NO_KEYS)
def invitation() -> bytes:
    message = mail("Zullen we bellen?", Subject="Uitnodiging: retour")
    event = f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{ORG_ID}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    message.add_alternative(event, subtype="calendar", params={"method": "REQUEST"})
    return message.as_bytes()


@shape(WhyNot.AUTOMATIC)
def absence_note_in_dutch() -> bytes:
    return mail(ASKS, Subject="Automatisch antwoord: Retour").as_bytes()


@shape(WhyNot.AUTOMATIC)
def absence_note_in_german() -> bytes:
    return mail(ASKS, Subject="Automatische Antwort: Rücksendung").as_bytes()


@shape(WhyNot.AUTOMATIC)
def absence_note_in_french() -> bytes:
    return mail(ASKS, Subject="Réponse automatique : Retour").as_bytes()


@shape(WhyNot.AUTOMATIC)
def answer_that_nobody_may_return() -> bytes:
    return mail(ASKS, Return_Path="<>").as_bytes()


@shape(WhyNot.AUTOMATIC)
def list_that_one_can_leave() -> bytes:
    return mail(ASKS, List_Unsubscribe="<https://news.example/leave>").as_bytes()


@shape(WhyNot.FORGED)
def forged_and_found_out() -> bytes:
    return mail(ASKS, vouched="mx.trials.example; dmarc=fail header.from=tudelft.example; spf=pass").as_bytes()


@shape(WhyNot.FORGED)
def vouched_for_another_domain() -> bytes:
    return mail(ASKS, vouched="mx.trials.example; dmarc=pass header.from=evil.example").as_bytes()


@shape(WhyNot.FORGED)
def sender_inside_a_name() -> bytes:
    written = mail(ASKS, sender="eve@evil.example").as_bytes()
    return (
        written.replace(b"From: IT <", b'From: "it-admin@tudelft.example" <')
        .replace(b"<eve@evil", b"<it-admin@tudelft")
        .replace(b"dmarc=pass", b"dmarc=none")
    )


@shape(WhyNot.LOOP)
def robot_that_sends_ours_back() -> bytes:
    return mail(ASKS, X_Loop="info@trials.example").as_bytes()


@shape(WhyNot.NO_KEYS)
def empty() -> bytes:
    return mail("", Subject="").as_bytes()


@shape("en")
def subject_only() -> bytes:
    return mail("", Subject=f"Order of {BOTH}?").as_bytes()


@shape("en")
def table_of_serials() -> bytes:
    rows = "".join(f"<tr><td>CP-8845-K9</td><td>{serial}</td><td>IP Phone</td></tr>" for serial in (FIRST, SECOND))
    page = f"<html><body><p>Please tell us the order of</p><table>{rows}</table></body></html>"
    return raw("text/html; charset=utf-8", page.encode())


@shape("en")
def plain_part_that_says_nothing() -> bytes:
    message = mail("This mail needs a program that shows HTML.")
    message.add_alternative(f"<p>{ASKS} {'We look forward to hearing from you. ' * 8}</p>", subtype="html")
    return message.as_bytes()


@shape("en")
def characters_that_no_eye_sees() -> bytes:
    hidden = "\u200b".join(FIRST[:4]) + "\u00ad" + FIRST[4:] + "\ufeff, \u2060" + SECOND
    return mail(f"The order of {hidden}\u00a0please?").as_bytes()


@shape("en")
def right_to_left() -> bytes:
    return mail(f"\u202bמספר סידורי {FIRST}\u202c\n\u061cالرقم التسلسلي \u2066{SECOND}\u2069").as_bytes()


@shape(WhyNot.NO_KEYS)
def file_inside_the_text() -> bytes:
    lines = "\n".join("M" + "#0V%L.UA<FUA=&5D" * 3 for _ in range(200))
    return mail(f"See below.\n\nbegin 644 winmail.dat\n{lines}\n`\nend\n").as_bytes()


@shape(WhyNot.NO_KEYS)
def encrypted() -> bytes:
    body = (
        "--e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        "--e\r\nContent-Type: application/octet-stream; name=a.asc\r\n\r\n-----BEGIN PGP-----\r\n--e--\r\n"
    )
    return raw('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e', body.encode())
