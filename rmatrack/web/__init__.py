"""The browser's and the programs' door: an app factory over pages and API."""
