"""What we write to people, in their language.

`render` turns one notice into a letter, `render_bundle` several notices for one person into one.
"""

from rmatrack.letters.letter import Letter
from rmatrack.letters.rendering import Notice, render, render_bundle

__all__ = ["Letter", "Notice", "render", "render_bundle"]
