"""Promises, by floor and subject; `tests.fixtures` holds what they share."""
