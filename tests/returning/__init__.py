"""Sending things back: a new label at once in the United States, a note elsewhere, and lists as files."""
