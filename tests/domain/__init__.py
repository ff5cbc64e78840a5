"""Promises about the rules of the trade."""
