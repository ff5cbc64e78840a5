"""A database that grew by migration is the one that the models describe, on both kinds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from rmatrack.db import migrations
from rmatrack.db.engine import make_engine, writing
from rmatrack.db.history import Event
from rmatrack.db.migrate import is_current, is_ours, upgrade
from rmatrack.db.tables import METADATA
from tests.migrations.catalogue import catalogue, guarded_verbs

VERSIONS = sorted((Path(migrations.__path__[0]) / "versions").glob("[0-9]*.py"))


@pytest.fixture
def bare_engine(bare_database_url: str) -> Iterator[Engine]:
    engine = make_engine(bare_database_url)
    yield engine
    engine.dispose()


def test_a_migrated_database_differs_in_nothing_from_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": True, "compare_server_default": True}
        )

        differences = compare_metadata(context, METADATA)

    assert differences == []


def test_both_ways_to_make_the_tables_give_the_same_catalogue(engine: Engine, bare_engine: Engine) -> None:
    with bare_engine.execution_options(rmatrack_writes=True).begin() as connection:
        METADATA.create_all(connection)

    migrated, described = catalogue(engine), catalogue(bare_engine)
    assert migrated - described == set()
    assert described - migrated == set()


def test_the_catalogue_tells_partial_indexes_apart(bare_engine: Engine) -> None:
    def with_index(predicate: str) -> set[str]:
        with bare_engine.execution_options(rmatrack_writes=True).begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS unit"))
            connection.execute(text("CREATE TABLE unit (settled_at INTEGER)"))
            connection.execute(text(f"CREATE INDEX ix_out ON unit (settled_at) WHERE {predicate}"))
        return catalogue(bare_engine)

    assert with_index("settled_at IS NULL") != with_index("settled_at IS NOT NULL")


def test_history_is_guarded_against_every_statement_that_could_change_it(engine: Engine) -> None:
    forbidden = {"UPDATE", "DELETE"} | ({"TRUNCATE"} if engine.dialect.name == "postgresql" else set())

    assert guarded_verbs(engine) == {"event": forbidden, "seal": forbidden, "tracking_event": forbidden}


@pytest.mark.parametrize("statement", ["UPDATE event SET new = 'never'", "DELETE FROM event"])
def test_history_only_grows(engine: Engine, statement: str) -> None:
    with writing(engine) as session:
        session.add(an_event())

    with pytest.raises(DBAPIError, match="history only grows"), writing(engine) as session:
        session.execute(text(statement))


def test_a_second_upgrade_changes_nothing(bare_engine: Engine) -> None:
    assert not is_current(bare_engine)
    upgrade(bare_engine)
    first = catalogue(bare_engine)

    upgrade(bare_engine)

    assert is_current(bare_engine)
    assert catalogue(bare_engine) == first


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_says_what_could_go_wrong(version: Path) -> None:
    assert "\nRisk: " in version.read_text("utf-8")


def an_event() -> Event:
    return Event(
        at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        subject="order",
        subject_key="D4100201",
        deed="shipped",
        actor="System",
        actor_role="system",
        digest="0" * 64,
    )
