"""Promises about trials: starting, consent, managing, expiry."""
