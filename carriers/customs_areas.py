"""Areas without customs papers inside them, and the places that stand elsewhere than their country does.

A place is a country, or the postal codes in it that begin so. Sources: Union Customs Code (Regulation 952/2013) article
4; VAT Directive (2006/112) articles 6 and 7; the Windsor Framework.
"""

import re
from dataclasses import dataclass

from carriers.shipment import Address

UNION = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """The areas that a place is in, and why. `postal` are beginnings of postal codes; empty for the whole country."""

    country: str
    postal: tuple[str, ...]
    areas: frozenset[str]
    reason: str


def _place(country: str, postal: str, areas: str, reason: str) -> Standing:
    return Standing(country, tuple(postal.split()), frozenset(areas.split()), reason)


APART = (
    _place("ES", "35 38", "ES-CN", "Canary Islands: inside the Union's customs territory, outside its VAT area."),
    _place("ES", "51", "ES-CE", "Ceuta: outside the Union's customs territory."),
    _place("ES", "52", "ES-ML", "Melilla: outside the Union's customs territory."),
    _place("FI", "22", "AX", "Åland: inside the Union's customs territory, outside its VAT area."),
    _place("AX", "", "AX", "Åland: inside the Union's customs territory, outside its VAT area."),
    _place("FR", "971 977 978", "GP", "Guadeloupe and its neighbours: outside the Union's VAT area."),
    _place("FR", "972", "MQ", "Martinique: inside the Union's customs territory, outside its VAT area."),
    _place("FR", "973", "GF", "French Guiana: inside the Union's customs territory, outside its VAT area."),
    _place("FR", "974", "RE", "Réunion: inside the Union's customs territory, outside its VAT area."),
    _place("FR", "976", "YT", "Mayotte: inside the Union's customs territory, outside its VAT area."),
    _place("FR", "975", "PM", "Saint Pierre and Miquelon: outside the Union's customs territory."),
    _place("FR", "984", "TF", "French Southern Territories: outside the Union's customs territory."),
    _place("FR", "986", "WF", "Wallis and Futuna: outside the Union's customs territory."),
    _place("FR", "987", "PF", "French Polynesia: outside the Union's customs territory."),
    _place("FR", "988", "NC", "New Caledonia: outside the Union's customs territory."),
    _place("DE", "27498", "DE-HE", "Heligoland: outside the Union's customs territory."),
    _place("DE", "78266", "CH", "Büsingen: in Switzerland's customs area."),
    _place("IT", "23041", "IT-LI", "Livigno: outside the Union's customs territory."),
    _place("IT", "22061", "IT-CA", "Campione d'Italia: inside the Union's customs territory, outside its VAT area."),
    _place("GR", "63086", "GR-AT", "Mount Athos: inside the Union's customs territory, outside its VAT area."),
    _place("DK", "39", "GL", "Greenland: outside the Union's customs territory."),
    _place("MC", "", "EU", "Monaco: inside the Union's customs territory and VAT area, with France."),
    _place("SM", "", "SM", "San Marino: in a customs union with the Union, but with papers that show it."),
    _place("AD", "", "AD", "Andorra: in a customs union with the Union, but with papers that show it."),
    _place("VA", "", "VA", "Vatican City: outside the Union's customs territory."),
    _place("GB", "BT", "EU GB", "Northern Ireland: in the Union's rules for goods and in the United Kingdom's market."),
    _place("GB", "IM", "GB", "Isle of Man: in the United Kingdom's customs and VAT area."),
    _place("IM", "", "GB", "Isle of Man: in the United Kingdom's customs and VAT area."),
    _place("GB", "JE", "JE", "Jersey: in a customs union with the United Kingdom, outside its VAT area."),
    _place("GB", "GY", "GG", "Guernsey: in a customs union with the United Kingdom, outside its VAT area."),
    _place("LI", "", "CH", "Liechtenstein: in Switzerland's customs area."),
    _place("PR", "", "US", "Puerto Rico: in the customs territory of the United States."),
)
"""Countries that are not named here, and not in the Union, are areas of their own."""


def standing(address: Address) -> Standing:
    """Return where *address* stands, and why."""
    postal = re.sub("[^0-9A-Z]", "", address.postal_code.upper())
    for place in APART:
        if place.country == address.country and (not place.postal or postal.startswith(place.postal)):
            return place
    if address.country in UNION:
        return Standing(address.country, (), frozenset({"EU"}), "A member state of the European Union.")
    return Standing(address.country, (), frozenset({address.country}), "A customs area of its own.")
