"""Alembic's home: one file a step, each written for SQLite and PostgreSQL alike."""
