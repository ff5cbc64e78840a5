"""Promises about shipments that come in by file."""
