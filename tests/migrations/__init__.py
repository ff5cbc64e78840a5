"""Promises about databases that grow up by migration."""
