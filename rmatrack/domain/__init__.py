"""The rules of the trade, in plain Python: tables and short functions that return or raise."""
