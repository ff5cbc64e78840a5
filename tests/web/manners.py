"""What every page owes its reader, checked on each one that a test asks for."""

import re
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

VOID_OF_TEXT = re.compile(r"\s+")
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


def complaints(html: str) -> list[str]:
    """Return what is wrong with a page, or with the part of one that htmx asked for; nothing is best."""
    if "<html" not in html:
        return _of_any(html5lib.parseFragment(html, namespaceHTMLElements=False))
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(html)
    mistakes = [f"not HTML5: {code} at {place}" for place, code, _ in parser.errors]
    return [*mistakes, *_of_whole(document), *_of_any(document)]


def _of_whole(document: Element) -> list[str]:
    found = []
    if not document.get("lang"):
        found.append("the page does not say its language")
    headings = [text_of(heading) for heading in document.iter("h1")]
    title = text_of(document.find("head/title"))
    if len(headings) != 1:
        found.append(f"{len(headings)} h1 headings instead of one")
    elif not title.startswith(headings[0]):
        found.append(f"the title {title!r} does not begin with the heading {headings[0]!r}")
    return found


def _of_any(part: Element) -> list[str]:
    ids = Counter(element.get("id") for element in part.iter() if element.get("id"))
    return [
        *(f"the id {name!r} occurs {times} times" for name, times in ids.items() if times > 1),
        *_inline(part),
        *_forms(part),
        *_labels(part),
        *(f"an image without alt: {image.get('src')}" for image in part.iter("img") if image.get("alt") is None),
    ]


def _inline(part: Element) -> list[str]:
    found = []
    for element in part.iter():
        if element.tag == "style" or element.get("style") is not None:
            found.append(f"a style inside the page, at <{element.tag}>")
        if element.tag == "script" and not element.get("src"):
            found.append("a script inside the page")
        found += [f"{name} on <{element.tag}>" for name in element.keys() if name.startswith("on")]  # noqa: SIM118
    return found


def _forms(part: Element) -> list[str]:
    found = []
    for form in part.iter("form"):
        method = (form.get("method") or "get").lower()
        if form.get("action") is None:
            found.append("a form without action")
        if method == "post" and not any(field.get("name") == "csrf_token" for field in form.iter("input")):
            found.append(f"no token against forgery in the form to {form.get('action')}")
    return found


def _labels(part: Element) -> list[str]:
    labelled = {label.get("for") for label in part.iter("label")}
    within = {id(field) for label in part.iter("label") for field in label.iter()}
    return [
        f"no label for <{field.tag} name={field.get('name')!r}>"
        for field in part.iter()
        if field.tag in {"input", "select", "textarea"}
        and (field.get("type") or "text") not in UNLABELLED
        and field.get("id") not in labelled
        and id(field) not in within
        and not field.get("aria-label")
        and not field.get("aria-labelledby")
    ]


def text_of(element: Element | None) -> str:
    """Return the words inside *element*, blanks folded."""
    return VOID_OF_TEXT.sub(" ", "".join(element.itertext())).strip() if element is not None else ""
