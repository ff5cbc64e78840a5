"""What a shipment file can tell, and the headers people write over it, in English and Dutch (SPEC D-10)."""

import re
from enum import StrEnum

from rmatrack.domain.errors import _
from rmatrack.domain.names import name_key


class Column(StrEnum):
    """A column of a shipment file; one row is one unit."""

    NUMBER = "number"
    SHIPPED_ON = "shipped_on"
    PARTNER = "partner"
    CUSTOMER = "customer"
    ORG_ID = "org_id"
    ADMIN_EMAIL = "admin_email"
    RECIPIENT = "recipient"
    PHONE = "phone"
    SHIP_TO_NAME = "ship_to_name"
    ADDRESS_1 = "address_1"
    ADDRESS_2 = "address_2"
    ADDRESS_3 = "address_3"
    CITY = "city"
    STATE = "state"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    MODEL = "model"
    SERIAL = "serial"
    EULA_EXPIRES_ON = "eula_expires_on"
    EULA_MAILED_ON = "eula_mailed_on"
    TRIAL_EXPIRES_ON = "trial_expires_on"


_C = Column

WORDS: dict[Column, str] = {
    _C.NUMBER: _("Demo order"),
    _C.SHIPPED_ON: _("Ship date"),
    _C.PARTNER: _("Partner"),
    _C.CUSTOMER: _("Customer"),
    _C.ORG_ID: _("Organization ID"),
    _C.ADMIN_EMAIL: _("Admin e-mail"),
    _C.RECIPIENT: _("Recipient"),
    _C.PHONE: _("Phone"),
    _C.SHIP_TO_NAME: _("Ship-to name"),
    _C.ADDRESS_1: _("Address 1"),
    _C.ADDRESS_2: _("Address 2"),
    _C.ADDRESS_3: _("Address 3"),
    _C.CITY: _("City"),
    _C.STATE: _("State"),
    _C.POSTAL_CODE: _("Postal code"),
    _C.COUNTRY: _("Country"),
    _C.MODEL: _("Model"),
    _C.SERIAL: _("Serial number"),
    _C.EULA_EXPIRES_ON: _("EULA expires"),
    _C.EULA_MAILED_ON: _("EULA mailed"),
    _C.TRIAL_EXPIRES_ON: _("Trial expires"),
}

OF_THE_UNIT = (_C.MODEL, _C.SERIAL, _C.EULA_EXPIRES_ON, _C.EULA_MAILED_ON)
OF_THE_ORDER = tuple(column for column in Column if column not in OF_THE_UNIT)
DATES = frozenset({_C.SHIPPED_ON, _C.EULA_EXPIRES_ON, _C.EULA_MAILED_ON, _C.TRIAL_EXPIRES_ON})
OPTIONAL = frozenset(
    {_C.SHIP_TO_NAME, _C.ADDRESS_2, _C.ADDRESS_3, _C.STATE, _C.POSTAL_CODE, _C.EULA_MAILED_ON, _C.TRIAL_EXPIRES_ON}
)
"""What a file may leave out: the column, or its value in a row."""

MOST_CHARACTERS: dict[Column, int] = {
    _C.PARTNER: 200,
    _C.CUSTOMER: 200,
    _C.ADMIN_EMAIL: 254,
    _C.RECIPIENT: 100,
    _C.PHONE: 40,
    _C.SHIP_TO_NAME: 200,
    _C.ADDRESS_1: 100,
    _C.ADDRESS_2: 100,
    _C.ADDRESS_3: 100,
    _C.CITY: 100,
    _C.STATE: 50,
    _C.POSTAL_CODE: 20,
    _C.MODEL: 40,
    _C.SERIAL: 64,
}

_HEADERS: dict[Column, str] = {
    _C.NUMBER: """demo order, demo order number, demo order no, demo order nr, order, order number, order no, order nr
        demo bestelnummer, demo ordernummer, demobestelnummer, demo bestelling, bestelnummer, ordernummer""",
    _C.SHIPPED_ON: """ship date, shipped, shipped on, shipping date, date shipped, shipment date, dispatch date
        verzenddatum, verzonden, verzonden op, verstuurd op, datum verzending, verzendingsdatum""",
    _C.PARTNER: "partner, partner name, reseller, partnernaam, naam partner, wederverkoper",
    _C.CUSTOMER: """customer, customer name, organization, organisation, organization name, organisation name, company
        company name, klant, klantnaam, naam klant, organisatie, organisatienaam, bedrijf, bedrijfsnaam""",
    _C.ORG_ID: """organization id, organisation id, org id, orgid, customer org id, customer organization id
        organisatie id, id organisatie, id van de organisatie""",
    _C.ADMIN_EMAIL: """admin e mail, admin email, administrator e mail, administrator email, customer administrator
        customer admin, customer admin e mail, customer admin email, customer administrator e mail
        customer administrator email, admin, administrator, e mail beheerder, email beheerder, beheerder
        e mail van de beheerder, e mailadres beheerder, e mailadres van de beheerder, emailadres beheerder
        klantbeheerder, e mail klantbeheerder""",
    _C.RECIPIENT: """recipient, recipient name, contact, contact name, contact person, attention, attn
        ontvanger, naam ontvanger, contactpersoon, ter attentie van, t a v, tav""",
    _C.PHONE: """phone, phone number, telephone, telephone number, tel, recipient phone, contact phone
        telefoon, telefoonnummer, tel nr, telefoon ontvanger, telefoonnummer ontvanger""",
    _C.SHIP_TO_NAME: """ship to name, ship to, ship to company, ship to organization, delivery name, deliver to
        afleveren bij, naam afleveradres, bezorgen bij, geadresseerde""",
    _C.ADDRESS_1: """address 1, address, address line 1, street, street address, street 1, ship to address
        adres 1, adres, adresregel 1, straat, straat en huisnummer, afleveradres, verzendadres""",
    _C.ADDRESS_2: "address 2, address line 2, street 2, suite, adres 2, adresregel 2, toevoeging",
    _C.ADDRESS_3: "address 3, address line 3, street 3, adres 3, adresregel 3",
    _C.CITY: "city, town, town city, ship to city, plaats, woonplaats, stad, plaatsnaam",
    _C.STATE: """state, state province, state or province, province, region, county, ship to state
        staat, provincie, staat provincie, regio""",
    _C.POSTAL_CODE: "postal code, post code, zip, zip code, zipcode, zip postal code, ship to postal code, postcode",
    _C.COUNTRY: "country, country code, ship to country, destination country, land, landcode, land van bestemming",
    _C.MODEL: """model, model number, product, product id, pid, part number, device model
        modelnummer, productcode, product code, artikelnummer""",
    _C.SERIAL: """serial number, serial, serial no, serial nr, s n, sn, device serial
        serienummer, serie nummer, serienr""",
    _C.EULA_EXPIRES_ON: """eula expires, eula expires on, eula expiry, eula expiry date, eula expiration
        eula expiration date, eula end, eula end date, eula verloopt, eula verloopt op, vervaldatum eula
        einddatum eula, eula vervaldatum, eula einddatum, vervaldatum gebruiksrechtovereenkomst
        vervaldatum eula gebruiksrechtovereenkomst, gebruiksrechtovereenkomst verloopt, uiterste datum eula""",
    _C.EULA_MAILED_ON: """eula mailed, eula mailed on, eula mail, eula mail date, eula sent, eula sent on
        eula mail verzonden, eula verzonden, eula verzonden op, datum eula mail, eula gemaild, eula gemaild op""",
    _C.TRIAL_EXPIRES_ON: """trial expires, trial expires on, trial expiry, trial expiry date, trial expiration
        trial expiration date, trial end, trial end date, portal expiry, portal expires, portal expiry date
        proefperiode verloopt, proefperiode verloopt op, einde proefperiode, einddatum proefperiode
        vervaldatum proefperiode, vervaldatum in het portaal, vervaldatum portaal, portaal verloopt
        uiterste datum proefperiode""",
}

_SIGNS = re.compile(r"[\W_]+")


def column_called(header: str) -> Column | None:
    """Return which column people mean by *header*, whatever its case, accents and punctuation."""
    return _KNOWN.get(_bare(header))


def _bare(header: str) -> str:
    return _SIGNS.sub(" ", name_key(header)).strip()


_KNOWN = {_bare(words): column for column, listed in _HEADERS.items() for words in re.split(r"[,\n]", listed)}
