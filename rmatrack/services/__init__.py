"""Deeds: load, ask the rule, change, record, queue. Never a commit, never HTTP."""
