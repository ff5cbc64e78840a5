"""Photos as a browser or a program sends them, made fit to keep before any writing begins."""

from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from rmatrack.paper.photos import Photo, prepare
from rmatrack.web.languages import _


def prepared(files: Iterable[FileStorage]) -> list[Photo]:
    """Return the photos in *files*, those left empty apart; raises what is wrong with one."""
    photos = []
    for file in files:
        content = file.read()
        name = file.filename or _("The photo")
        file.close()
        if content:
            photos.append(prepare(content, name))
    return photos
