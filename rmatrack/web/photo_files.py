"""Photos as a browser or a program sends them, made fit to keep before any writing begins."""

from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from rmatrack.paper.photos import Photo, prepare
from rmatrack.web.languages import _


def prepared(files: Iterable[FileStorage], *, keep: bool = False) -> list[Photo]:
    """Return the photos in *files*, those left empty apart; raises what is wrong with one.

    The files are closed, unless somebody else has yet to read them (*keep*).
    """
    photos = []
    for file in files:
        content = file.read()
        if keep:
            file.stream.seek(0)
        else:
            file.close()
        if content:
            photos.append(prepare(content, file.filename or _("The photo")))
    return photos
