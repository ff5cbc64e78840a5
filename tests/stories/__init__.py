"""Whole stories, told over HTTP."""
