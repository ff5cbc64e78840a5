"""The log that only grows: its seals, and proving that nobody rewrote it."""
