"""Promises about scans, what they receive, and what does not match."""
