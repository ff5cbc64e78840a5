"""Expeditors: bookings by mail, because it takes none by API, and tracking by its API, which only reads."""
