"""The first tables.

Risk: none, the database is empty. The log and its seals are guarded by triggers from the first day.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_SQLITE_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'history only grows'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION history_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'history only grows'; END $$
"""
_POSTGRESQL_GUARD = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION history_only_grows()
"""


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Make every table, then guard the log."""
    _create_tables()
    _guard_history()


def _guard_history() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL_FUNCTION)
        for table in ("event", "seal", "tracking_event"):
            op.execute(_POSTGRESQL_GUARD.format(table=table))
        return
    for table in ("event", "seal", "tracking_event"):
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE_GUARD.format(table=table, verb=verb))


def _create_tables() -> None:
    op.create_table(
        "blob",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_blob"),
    )
    op.create_table(
        "carrier_account",
        sa.Column("id", _ID, nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("shipper_number", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("certified", sa.Boolean(), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("credentials", sa.Text(), nullable=True),
        sa.Column("credentials_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asks_per_hour", sa.Integer(), nullable=True),
        sa.Column("asks_per_day", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("source <> 'range' OR certified", name=op.f("ck_carrier_account_range_needs_certification")),
        sa.PrimaryKeyConstraint("id", name="pk_carrier_account"),
        sa.UniqueConstraint("name", name="uq_carrier_account_name"),
    )
    op.create_index("ix_carrier_account_carrier", "carrier_account", ["carrier"], unique=False)
    op.create_index("uq_carrier_account_in_use", "carrier_account", ["carrier"], unique=True, **_where("in_use"))

    op.create_table(
        "carrier_door",
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("carrier", name="pk_carrier_door"),
    )
    op.create_table(
        "customer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=50), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("vertical", sa.String(length=32), nullable=True),
        sa.Column("region", sa.String(length=8), nullable=True),
        sa.Column("location_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("org_id", name="uq_customer_org_id"),
    )
    op.create_index("ix_customer_name_key", "customer", ["name_key"], unique=False)
    op.create_index("ix_customer_zone", "customer", ["zone"], unique=False)

    op.create_table(
        "door_knocks",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("knocks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_door_knocks"),
    )
    op.create_index("ix_door_knocks_minute", "door_knocks", ["minute"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("subject_key", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("actor_role", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_actor_id_id", "event", ["actor_id", "id"], unique=False)
    op.create_index("ix_event_at", "event", ["at"], unique=False)
    op.create_index("ix_event_order_id", "event", ["order_id"], unique=False)
    op.create_index("ix_event_subject_id", "event", ["subject", "id"], unique=False)
    op.create_index("ix_event_subject_subject_key", "event", ["subject", "subject_key"], unique=False)
    op.create_index("ix_event_unit_id", "event", ["unit_id"], unique=False)

    op.create_table(
        "look_up_tries",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_look_up_tries"),
    )
    op.create_index("ix_look_up_tries_since", "look_up_tries", ["since"], unique=False)

    op.create_table(
        "model",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("family", sa.String(length=32), nullable=False),
        sa.Column("weight_kg", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("length_mm", sa.Integer(), nullable=False),
        sa.Column("width_mm", sa.Integer(), nullable=False),
        sa.Column("height_mm", sa.Integer(), nullable=False),
        sa.Column("made_in", sa.String(length=2), nullable=False),
        sa.Column("hs_code", sa.String(length=12), nullable=False),
        sa.Column("value", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_kg", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_model"),
    )
    op.create_table(
        "number_sequence",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("next_value", sa.BigInteger(), nullable=False),
        sa.Column("last_value", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_number_sequence"),
    )
    op.create_table(
        "partner",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("certified", sa.Boolean(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partner"),
        sa.UniqueConstraint("name_key", name="uq_partner_name_key"),
    )
    op.create_table(
        "personal_value",
        sa.Column("commitment", sa.String(length=71), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("commitment", name="pk_personal_value"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_key_at", "sign_in_attempt", ["key", "at"], unique=False)

    op.create_table(
        "stray_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_stray_event"),
        sa.UniqueConstraint(
            "carrier", "number", "at", "code", "state", name="uq_stray_event_carrier_number_at_code_state"
        ),
    )
    op.create_index("ix_stray_event_waiting", "stray_event", ["number"], unique=False, **_where("adopted_at IS NULL"))

    op.create_table(
        "carrier_exchange",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["carrier_account.id"], name="fk_carrier_exchange_account_id_carrier_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_carrier_exchange"),
    )
    op.create_index("ix_carrier_exchange_account_id_id", "carrier_exchange", ["account_id", "id"], unique=False)

    op.create_table(
        "carrier_traffic",
        sa.Column("account_id", _ID, autoincrement=False, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hour_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("day_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_today", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["carrier_account.id"], name="fk_carrier_traffic_account_id_carrier_account"
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_carrier_traffic"),
    )
    op.create_table(
        "customer_administrator",
        sa.Column("id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_customer_administrator_customer_id_customer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_customer_administrator"),
        sa.UniqueConstraint("email", name="uq_customer_administrator_email"),
    )
    op.create_index("ix_customer_administrator_customer_id", "customer_administrator", ["customer_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", _ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("partner_id", _ID, nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_person_partner_id_partner"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )
    op.create_index("ix_person_partner_id", "person", ["partner_id"], unique=False)

    op.create_table(
        "sales_relationship",
        sa.Column("partner_id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_sales_relationship_customer_id_customer"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_sales_relationship_partner_id_partner"),
        sa.PrimaryKeyConstraint("partner_id", "customer_id", name="pk_sales_relationship"),
    )
    op.create_index("ix_sales_relationship_customer_id", "sales_relationship", ["customer_id"], unique=False)

    op.create_table(
        "seal",
        sa.Column("position", _ID, autoincrement=False, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_seal_event_id_event"),
        sa.PrimaryKeyConstraint("position", name="pk_seal"),
        sa.UniqueConstraint("event_id", name="uq_seal_event_id"),
    )
    op.create_table(
        "subscription",
        sa.Column("id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("product", sa.String(length=100), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("partner_id", _ID, nullable=True),
        sa.Column("bought_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_subscription_customer_id_customer"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_subscription_partner_id_partner"),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
    )
    op.create_index("uq_subscription_customer_id_product", "subscription", ["customer_id", "product"], unique=True)

    op.create_table(
        "api_token",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_api_token_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("secret_digest", name="uq_api_token_secret_digest"),
    )
    op.create_index("ix_api_token_person_id", "api_token", ["person_id"], unique=False)

    op.create_table(
        "calendar_feed",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetches", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_calendar_feed_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feed"),
        sa.UniqueConstraint("person_id", name="uq_calendar_feed_person_id"),
        sa.UniqueConstraint("secret_digest", name="uq_calendar_feed_secret_digest"),
    )
    op.create_table(
        "idempotent_answer",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_idempotent_answer_person_id_person"),
        sa.PrimaryKeyConstraint("person_id", "key", name="pk_idempotent_answer"),
    )
    op.create_index("ix_idempotent_answer_at", "idempotent_answer", ["at"], unique=False)

    op.create_table(
        "import_file",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("blob_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["blob_digest"], ["blob.digest"], name="fk_import_file_blob_digest_blob"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_import_file_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_import_file"),
    )
    op.create_table(
        "inbound_mail",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why_not", sa.String(length=24), nullable=True),
        sa.Column("sender_email", sa.String(length=254), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("thread", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("owner_id", _ID, nullable=True),
        sa.Column("answered_to", sa.String(length=254), nullable=True),
        sa.Column("closing", sa.String(length=24), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_inbound_mail_owner_id_person"),
        sa.ForeignKeyConstraint(["raw"], ["blob.digest"], name="fk_inbound_mail_raw_blob"),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_mail"),
        sa.UniqueConstraint("key", name="uq_inbound_mail_key"),
    )
    op.create_index(
        "ix_inbound_mail_answered_to_received_at", "inbound_mail", ["answered_to", "received_at"], unique=False
    )
    op.create_index("ix_inbound_mail_sender_email", "inbound_mail", ["sender_email"], unique=False)
    op.create_index("ix_inbound_mail_state_id", "inbound_mail", ["state", "id"], unique=False)

    op.create_table(
        "label_batch",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("partner_id", _ID, nullable=True),
        sa.Column("paper", sa.String(length=16), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("blob_digest", sa.String(length=64), nullable=True),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["blob_digest"], ["blob.digest"], name="fk_label_batch_blob_digest_blob"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_label_batch_partner_id_partner"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_label_batch_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_label_batch"),
    )
    op.create_table(
        "notification",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("tone", sa.String(length=8), nullable=False),
        sa.Column("href", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_notification_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
        sa.UniqueConstraint("person_id", "about", name="uq_notification_person_id_about"),
    )
    op.create_index("ix_notification_at", "notification", ["at"], unique=False)
    op.create_index("ix_notification_person_at", "notification", ["person_id", "at", "id"], unique=False)
    op.create_index(
        "ix_notification_person_unread", "notification", ["person_id"], unique=False, **_where("read_at IS NULL")
    )

    op.create_table(
        "saved_filter",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("list", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_saved_filter_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filter"),
        sa.UniqueConstraint("person_id", "list", "name", name="uq_saved_filter_person_id_list_name"),
    )
    op.create_table(
        "station",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("unsent_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost_by", sa.String(length=200), nullable=True),
        sa.Column("lost_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("unsent >= 0", name=op.f("ck_station_unsent_from_zero")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_station_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_station"),
    )
    op.create_index("ix_station_heard_at", "station", ["heard_at"], unique=False)

    op.create_table(
        "trial",
        sa.Column("id", _ID, nullable=False),
        sa.Column("partner_id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("requested_by_id", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("duration_days", sa.Integer(), nullable=True),
        sa.Column("licences", sa.Integer(), nullable=True),
        sa.Column("registrations", sa.Integer(), nullable=True),
        sa.Column("site_url", sa.String(length=100), nullable=True),
        sa.Column("site_zone", sa.String(length=64), nullable=True),
        sa.Column("no_devices_because", sa.String(length=24), nullable=True),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("numbers_released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status NOT IN ('active', 'converted', 'lapsed') OR expires_on IS NOT NULL",
            name=op.f("ck_trial_begun_with_an_end"),
        ),
        sa.CheckConstraint("starts_on IS NULL OR expires_on >= starts_on", name=op.f("ck_trial_ends_after_its_start")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_trial_customer_id_customer"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_trial_partner_id_partner"),
        sa.ForeignKeyConstraint(["requested_by_id"], ["person.id"], name="fk_trial_requested_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_trial"),
        sa.UniqueConstraint("site_url", name="uq_trial_site_url"),
    )
    op.create_index("ix_trial_customer_id", "trial", ["customer_id"], unique=False)
    op.create_index(
        "ix_trial_numbers_released_at",
        "trial",
        ["numbers_released_at"],
        unique=False,
        **_where("numbers_released_at IS NOT NULL"),
    )
    op.create_index("ix_trial_partner_id", "trial", ["partner_id"], unique=False)
    op.create_index(
        "ix_trial_partner_id_status_expires_on", "trial", ["partner_id", "status", "expires_on", "id"], unique=False
    )
    op.create_index(
        "ix_trial_status_ended_at", "trial", ["status", "ended_at"], unique=False, **_where("ended_at IS NOT NULL")
    )
    op.create_index("ix_trial_status_expires_on", "trial", ["status", "expires_on", "id"], unique=False)

    op.create_table(
        "consent_request",
        sa.Column("id", _ID, nullable=False),
        sa.Column("trial_id", _ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("resent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times_sent", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", _ID, nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["customer_administrator.id"],
            name="fk_consent_request_answered_by_id_customer_administrator",
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_consent_request_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_request"),
        sa.UniqueConstraint("trial_id", name="uq_consent_request_trial_id"),
    )
    op.create_index("ix_consent_request_last_on", "consent_request", ["last_on"], unique=False)

    op.create_table(
        "conversion",
        sa.Column("id", _ID, nullable=False),
        sa.Column("trial_id", _ID, nullable=False),
        sa.Column("order_number", sa.String(length=40), nullable=False),
        sa.Column("distributor", sa.String(length=200), nullable=True),
        sa.Column("services", sa.String(length=100), nullable=False),
        sa.Column("lost", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.String(length=16), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_up_as", sa.String(length=16), nullable=True),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_conversion_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_conversion"),
        sa.UniqueConstraint("trial_id", name="uq_conversion_trial_id"),
    )
    op.create_table(
        "customer_user",
        sa.Column("id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("trial_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("licences", sa.String(length=100), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_user_customer_id_customer"),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_customer_user_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_user"),
    )
    op.create_index("ix_customer_user_customer_id", "customer_user", ["customer_id"], unique=False)
    op.create_index("uq_customer_user_trial_id_email", "customer_user", ["trial_id", "email"], unique=True)

    op.create_table(
        "demo_order",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("partner_id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("trial_id", _ID, nullable=True),
        sa.Column("shipped_on", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("ship_to_name", sa.String(length=200), nullable=False),
        sa.Column("address_1", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=100), nullable=False),
        sa.Column("address_3", sa.String(length=100), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=50), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_demo_order_customer_id_customer"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_demo_order_partner_id_partner"),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_demo_order_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_demo_order"),
        sa.UniqueConstraint("number", name="uq_demo_order_number"),
    )
    op.create_index("ix_demo_order_country", "demo_order", ["country"], unique=False)
    op.create_index("ix_demo_order_customer_id", "demo_order", ["customer_id"], unique=False)
    op.create_index("ix_demo_order_partner_id", "demo_order", ["partner_id"], unique=False)
    op.create_index("ix_demo_order_shipped_on", "demo_order", ["shipped_on"], unique=False)
    op.create_index("ix_demo_order_trial_id", "demo_order", ["trial_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("trial_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_notice_trial_id_trial"),
        sa.PrimaryKeyConstraint("trial_id", "kind", "expires_on", "email", name="pk_notice"),
    )
    op.create_table(
        "parcel_request",
        sa.Column("id", _ID, nullable=False),
        sa.Column("trial_id", _ID, nullable=False),
        sa.Column("partner_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("ship_to_name", sa.String(length=200), nullable=False),
        sa.Column("address_1", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=100), nullable=False),
        sa.Column("address_3", sa.String(length=100), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("country_state", sa.String(length=50), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", _ID, nullable=True),
        sa.Column("order_number", sa.String(length=12), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_parcel_request_partner_id_partner"),
        sa.ForeignKeyConstraint(["requested_by_id"], ["person.id"], name="fk_parcel_request_requested_by_id_person"),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_parcel_request_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_parcel_request"),
    )
    op.create_index("ix_parcel_request_partner_id", "parcel_request", ["partner_id"], unique=False)
    op.create_index("ix_parcel_request_state", "parcel_request", ["state"], unique=False)
    op.create_index("ix_parcel_request_trial_id", "parcel_request", ["trial_id"], unique=False)

    op.create_table(
        "phone_number",
        sa.Column("id", _ID, nullable=False),
        sa.Column("trial_id", _ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_phone_number_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_phone_number"),
    )
    op.create_index("uq_phone_number_trial_id_number", "phone_number", ["trial_id", "number"], unique=True)

    op.create_table(
        "trial_draft",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("trial_id", _ID, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_trial_draft_person_id_person"),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_trial_draft_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_trial_draft"),
    )
    op.create_index("ix_trial_draft_person_id_changed_at", "trial_draft", ["person_id", "changed_at"], unique=False)

    op.create_table(
        "trial_service",
        sa.Column("id", _ID, nullable=False),
        sa.Column("trial_id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_trial_service_customer_id_customer"),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_trial_service_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_trial_service"),
    )
    op.create_index("ix_trial_service_customer_id", "trial_service", ["customer_id"], unique=False)
    op.create_index("ix_trial_service_trial_id", "trial_service", ["trial_id"], unique=False)
    op.create_index(
        "uq_trial_service_customer_id_service_running",
        "trial_service",
        ["customer_id", "service"],
        unique=True,
        **_where("ended_at IS NULL"),
    )

    op.create_table(
        "extension_request",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("partner_id", _ID, nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", _ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", _ID, nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("refused_because", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name="fk_extension_request_decided_by_id_person"),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_extension_request_order_id_demo_order"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_extension_request_partner_id_partner"),
        sa.ForeignKeyConstraint(["requested_by_id"], ["person.id"], name="fk_extension_request_requested_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_extension_request"),
    )
    op.create_index("ix_extension_request_order_id", "extension_request", ["order_id"], unique=False)
    op.create_index("ix_extension_request_partner_id", "extension_request", ["partner_id"], unique=False)
    op.create_index("ix_extension_request_state", "extension_request", ["state"], unique=False)
    op.create_index(
        "uq_extension_request_order_id_open",
        "extension_request",
        ["order_id"],
        unique=True,
        **_where("state = 'requested'"),
    )

    op.create_table(
        "outbox_mail",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("to_email", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("trial_id", _ID, nullable=True),
        sa.Column("order_id", _ID, nullable=True),
        sa.Column("thread", sa.JSON(), nullable=False),
        sa.Column("bundle_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bundle_id"], ["outbox_mail.id"], name="fk_outbox_mail_bundle_id_outbox_mail"),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_outbox_mail_order_id_demo_order"),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name="fk_outbox_mail_trial_id_trial"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_mail"),
        sa.UniqueConstraint("key", name="uq_outbox_mail_key"),
    )
    op.create_index("ix_outbox_mail_bundle_id", "outbox_mail", ["bundle_id"], unique=False)
    op.create_index("ix_outbox_mail_message_id", "outbox_mail", ["message_id"], unique=False)
    op.create_index("ix_outbox_mail_order_id", "outbox_mail", ["order_id"], unique=False)
    op.create_index("ix_outbox_mail_state_next_try_at", "outbox_mail", ["state", "next_try_at", "id"], unique=False)
    op.create_index("ix_outbox_mail_to_email", "outbox_mail", ["to_email"], unique=False)
    op.create_index("ix_outbox_mail_trial_id", "outbox_mail", ["trial_id"], unique=False)

    op.create_table(
        "parcel_line",
        sa.Column("parcel_id", _ID, nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel_request.id"], name="fk_parcel_line_parcel_id_parcel_request"),
        sa.PrimaryKeyConstraint("parcel_id", "model", name="pk_parcel_line"),
    )
    op.create_table(
        "rma",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_process_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_rma_order_id_demo_order"),
        sa.PrimaryKeyConstraint("id", name="pk_rma"),
        sa.UniqueConstraint("number", name="uq_rma_number"),
        sa.UniqueConstraint("order_id", name="uq_rma_order_id"),
    )
    op.create_index("ix_rma_open", "rma", ["id"], unique=False, **_where("completed_at IS NULL"))

    op.create_table(
        "unit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("partner_id", _ID, nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("serial_key", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("eula_expires_on", sa.Date(), nullable=False),
        sa.Column("eula_mailed_on", sa.Date(), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'shipped') = (settled_at IS NULL)", name=op.f("ck_unit_settled_or_out")),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_unit_order_id_demo_order"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_unit_partner_id_partner"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
    )
    op.create_index(
        "ix_unit_eula_expires_on_order_id_out",
        "unit",
        ["eula_expires_on", "order_id", "zone"],
        unique=False,
        **_where("settled_at IS NULL"),
    )
    op.create_index(
        "ix_unit_eula_expires_on_out", "unit", ["eula_expires_on", "id"], unique=False, **_where("settled_at IS NULL")
    )
    op.create_index(
        "ix_unit_model_eula_expires_on_out",
        "unit",
        ["model", "eula_expires_on", "id"],
        unique=False,
        **_where("settled_at IS NULL"),
    )
    op.create_index("ix_unit_order_id", "unit", ["order_id"], unique=False)
    op.create_index("ix_unit_order_id_out", "unit", ["order_id"], unique=False, **_where("settled_at IS NULL"))
    op.create_index(
        "ix_unit_partner_eula_expires_on_out",
        "unit",
        ["partner_id", "eula_expires_on", "id"],
        unique=False,
        **_where("settled_at IS NULL"),
    )
    op.create_index(
        "ix_unit_partner_received_at",
        "unit",
        ["partner_id", "received_at", "id"],
        unique=False,
        **_where("received_at IS NOT NULL"),
    )
    op.create_index(
        "ix_unit_received_at",
        "unit",
        ["received_at", "id", "eula_expires_on"],
        unique=False,
        **_where("received_at IS NOT NULL"),
    )
    op.create_index(
        "ix_unit_received_at_to_inspect",
        "unit",
        ["received_at", "id"],
        unique=False,
        **_where("received_at IS NOT NULL AND inspected_at IS NULL"),
    )
    op.create_index("ix_unit_serial_key", "unit", ["serial_key"], unique=False)
    op.create_index("ix_unit_zone_out", "unit", ["zone"], unique=False, **_where("settled_at IS NULL"))
    op.create_index("uq_unit_serial_key_out", "unit", ["serial_key"], unique=True, **_where("settled_at IS NULL"))

    op.create_table(
        "booking",
        sa.Column("id", _ID, nullable=False),
        sa.Column("rma_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instructions", sa.String(length=500), nullable=False),
        sa.Column("desk", sa.String(length=254), nullable=False),
        sa.Column("cartons", sa.JSON(), nullable=False),
        sa.Column("unit_ids", sa.JSON(), nullable=False),
        sa.Column("blob_digest", sa.String(length=64), nullable=False),
        sa.Column("file_number", sa.String(length=12), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["blob_digest"], ["blob.digest"], name="fk_booking_blob_digest_blob"),
        sa.ForeignKeyConstraint(["rma_id"], ["rma.id"], name="fk_booking_rma_id_rma"),
        sa.PrimaryKeyConstraint("id", name="pk_booking"),
    )
    op.create_index("ix_booking_file_number", "booking", ["file_number"], unique=False)
    op.create_index("ix_booking_rma_id", "booking", ["rma_id"], unique=False)
    op.create_index("uq_booking_open", "booking", ["rma_id"], unique=True, **_where("ended_at IS NULL"))

    op.create_table(
        "charge",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("eula_expires_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disputed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disputed_by", sa.String(length=200), nullable=True),
        sa.Column("dispute", sa.String(length=1000), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=16), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_charge_order_id_demo_order"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_charge_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_charge"),
    )
    op.create_index("ix_charge_order_id", "charge", ["order_id"], unique=False)
    op.create_index("ix_charge_state_id", "charge", ["state", "id"], unique=False)
    op.create_index("ix_charge_unit_id", "charge", ["unit_id"], unique=False)
    op.create_index(
        "uq_charge_unit_id_standing",
        "charge",
        ["unit_id", "cause"],
        unique=True,
        **_where("state IN ('accepted', 'disputed', 'notified', 'proposed', 'to-credit')"),
    )

    op.create_table(
        "extension_unit",
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["extension_request.id"], name="fk_extension_unit_request_id_extension_request"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_extension_unit_unit_id_unit"),
        sa.PrimaryKeyConstraint("request_id", "unit_id", name="pk_extension_unit"),
    )
    op.create_index("ix_extension_unit_unit_id", "extension_unit", ["unit_id"], unique=False)

    op.create_table(
        "inspection",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(length=16), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("notes", sa.String(length=1000), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("inspected_by", sa.String(length=200), nullable=False),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_inspection_person_id_person"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_inspection_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_inspection"),
        sa.UniqueConstraint("unit_id", "revision", name="uq_inspection_unit_id_revision"),
    )
    op.create_index("ix_inspection_inspected_at_id", "inspection", ["inspected_at", "id"], unique=False)

    op.create_table(
        "label",
        sa.Column("id", _ID, nullable=False),
        sa.Column("rma_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("piece", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("account_id", _ID, nullable=True),
        sa.Column("image_digest", sa.String(length=64), nullable=True),
        sa.Column("superseded_by_id", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["carrier_account.id"], name="fk_label_account_id_carrier_account"),
        sa.ForeignKeyConstraint(["image_digest"], ["blob.digest"], name="fk_label_image_digest_blob"),
        sa.ForeignKeyConstraint(["rma_id"], ["rma.id"], name="fk_label_rma_id_rma"),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["label.id"], name="fk_label_superseded_by_id_label"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_label_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_label"),
        sa.UniqueConstraint("carrier", "number", name="uq_label_carrier_number"),
        sa.UniqueConstraint("unit_id", "attempt", name="uq_label_unit_id_attempt"),
    )
    op.create_index("ix_label_held", "label", ["id"], unique=False, **_where("state = 'held'"))
    op.create_index("ix_label_number", "label", ["number"], unique=False)
    op.create_index("ix_label_piece", "label", ["piece"], unique=False, **_where("piece <> ''"))
    op.create_index("ix_label_rma_id", "label", ["rma_id"], unique=False)
    op.create_index("ix_label_state_created_at", "label", ["state", "created_at"], unique=False)
    op.create_index("ix_label_unit_id_state", "label", ["unit_id", "state"], unique=False)

    op.create_table(
        "mail_attachment",
        sa.Column("mail_id", _ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("blob_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["blob_digest"], ["blob.digest"], name="fk_mail_attachment_blob_digest_blob"),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox_mail.id"], name="fk_mail_attachment_mail_id_outbox_mail"),
        sa.PrimaryKeyConstraint("mail_id", "place", name="pk_mail_attachment"),
    )
    op.create_table(
        "return_answer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("tracking", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=254), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_return_answer_order_id_demo_order"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_return_answer_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_return_answer"),
    )
    op.create_index("ix_return_answer_order_id", "return_answer", ["order_id"], unique=False)
    op.create_index("ix_return_answer_state_id", "return_answer", ["state", "id"], unique=False)
    op.create_index(
        "ix_return_answer_tracking", "return_answer", ["tracking"], unique=False, **_where("tracking <> ''")
    )
    op.create_index("ix_return_answer_unit_id", "return_answer", ["unit_id"], unique=False)
    op.create_index(
        "uq_return_answer_unit_id_topic_open",
        "return_answer",
        ["unit_id", "topic"],
        unique=True,
        **_where("state = 'open'"),
    )

    op.create_table(
        "scan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("raw", sa.String(length=500), nullable=False),
        sa.Column("serial_key", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("expected_rma_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=True),
        sa.Column("undo_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["expected_rma_id"], ["rma.id"], name="fk_scan_expected_rma_id_rma"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_scan_person_id_person"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_scan_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_scan"),
    )
    op.create_index("ix_scan_expected_rma_id", "scan", ["expected_rma_id"], unique=False)
    op.create_index("ix_scan_serial_key", "scan", ["serial_key"], unique=False)
    op.create_index("ix_scan_station_scanned_at", "scan", ["station", "scanned_at"], unique=False)
    op.create_index("ix_scan_unit_id", "scan", ["unit_id"], unique=False)

    op.create_table(
        "station_return",
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("rma_id", _ID, nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["rma_id"], ["rma.id"], name="fk_station_return_rma_id_rma"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_station_return_station_id_station"),
        sa.PrimaryKeyConstraint("station_id", "rma_id", name="pk_station_return"),
    )
    op.create_index("ix_station_return_rma_id", "station_return", ["rma_id"], unique=False)

    op.create_table(
        "unit_notice",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("eula_expires_on", sa.Date(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_notice_unit_id_unit"),
        sa.PrimaryKeyConstraint("unit_id", "step", "eula_expires_on", "email", name="pk_unit_notice"),
    )
    op.create_table(
        "wipe_certificate",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("wiped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("certified_by", sa.String(length=200), nullable=False),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_wipe_certificate_person_id_person"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_wipe_certificate_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_wipe_certificate"),
        sa.UniqueConstraint("number", name="uq_wipe_certificate_number"),
    )
    op.create_index("ix_wipe_certificate_unit_id", "wipe_certificate", ["unit_id"], unique=False)

    op.create_table(
        "discrepancy",
        sa.Column("id", _ID, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("scan_id", sa.String(length=36), nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("rma_id", _ID, nullable=True),
        sa.Column("partner_id", _ID, nullable=True),
        sa.Column("serial", sa.String(length=500), nullable=False),
        sa.Column("serial_key", sa.String(length=64), nullable=False),
        sa.Column("suggestion", sa.JSON(), nullable=True),
        sa.Column("owner_id", _ID, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_reason", sa.String(length=32), nullable=True),
        sa.Column("closing_note", sa.String(length=500), nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_discrepancy_owner_id_person"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_discrepancy_partner_id_partner"),
        sa.ForeignKeyConstraint(["rma_id"], ["rma.id"], name="fk_discrepancy_rma_id_rma"),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name="fk_discrepancy_scan_id_scan"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_discrepancy_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_discrepancy"),
    )
    op.create_index(
        "ix_discrepancy_opened_at_open", "discrepancy", ["opened_at"], unique=False, **_where("closed_at IS NULL")
    )
    op.create_index("ix_discrepancy_rma_id", "discrepancy", ["rma_id"], unique=False)
    op.create_index("ix_discrepancy_scan_id", "discrepancy", ["scan_id"], unique=False)
    op.create_index(
        "ix_discrepancy_serial_key_open", "discrepancy", ["serial_key"], unique=False, **_where("closed_at IS NULL")
    )
    op.create_index("ix_discrepancy_unit_id", "discrepancy", ["unit_id"], unique=False)

    op.create_table(
        "flag_aside",
        sa.Column("label_id", _ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_flag_aside_label_id_label"),
        sa.PrimaryKeyConstraint("label_id", "kind", name="pk_flag_aside"),
    )
    op.create_table(
        "label_batch_item",
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("label_id", _ID, nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["label_batch.id"], name="fk_label_batch_item_batch_id_label_batch"),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_label_batch_item_label_id_label"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_label_batch_item_unit_id_unit"),
        sa.PrimaryKeyConstraint("batch_id", "position", name="pk_label_batch_item"),
    )
    op.create_table(
        "label_document",
        sa.Column("id", _ID, nullable=False),
        sa.Column("label_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("blob_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["blob_digest"], ["blob.digest"], name="fk_label_document_blob_digest_blob"),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_label_document_label_id_label"),
        sa.PrimaryKeyConstraint("id", name="pk_label_document"),
    )
    op.create_index("ix_label_document_label_id", "label_document", ["label_id"], unique=False)

    op.create_table(
        "label_intent",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("rma_id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("replaces_id", _ID, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("by_role", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doubtful", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=True),
        sa.Column("label_id", _ID, nullable=True),
        sa.Column("look_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'made' OR label_id IS NOT NULL", name=op.f("ck_label_intent_made_has_a_label")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["carrier_account.id"], name="fk_label_intent_account_id_carrier_account"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_label_intent_by_id_person"),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_label_intent_label_id_label"),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_label_intent_order_id_demo_order"),
        sa.ForeignKeyConstraint(["replaces_id"], ["label.id"], name="fk_label_intent_replaces_id_label"),
        sa.ForeignKeyConstraint(["rma_id"], ["rma.id"], name="fk_label_intent_rma_id_rma"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_label_intent_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_label_intent"),
    )
    op.create_index(
        "ix_label_intent_due",
        "label_intent",
        ["due_at"],
        unique=False,
        **_where("state IN ('wanted', 'calling', 'unclear')"),
    )
    op.create_index(
        "ix_label_intent_look_back",
        "label_intent",
        ["look_back_at"],
        unique=False,
        **_where("look_back_at IS NOT NULL"),
    )
    op.create_index("ix_label_intent_order_id", "label_intent", ["order_id"], unique=False)
    op.create_index("ix_label_intent_unit_id", "label_intent", ["unit_id"], unique=False)
    op.create_index(
        "uq_label_intent_open",
        "label_intent",
        ["unit_id"],
        unique=True,
        **_where("state IN ('wanted', 'calling', 'unclear')"),
    )

    op.create_table(
        "label_print",
        sa.Column("id", _ID, nullable=False),
        sa.Column("label_id", _ID, nullable=False),
        sa.Column("paper", sa.String(length=16), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["label_batch.id"], name="fk_label_print_batch_id_label_batch"),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_label_print_label_id_label"),
        sa.PrimaryKeyConstraint("id", name="pk_label_print"),
    )
    op.create_index("ix_label_print_label_id", "label_print", ["label_id"], unique=False)

    op.create_table(
        "pickup",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("account_id", _ID, nullable=True),
        sa.Column("booking_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("wish", sa.String(length=8), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ready_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("moves_to", sa.JSON(), nullable=True),
        sa.Column("instructions", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=True),
        sa.Column("mail_to", sa.String(length=254), nullable=False),
        sa.Column("mail_name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calling_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["carrier_account.id"], name="fk_pickup_account_id_carrier_account"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_pickup_booking_id_booking"),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_pickup_order_id_demo_order"),
        sa.PrimaryKeyConstraint("id", name="pk_pickup"),
        sa.UniqueConstraint("booking_id", name="uq_pickup_booking_id"),
    )
    op.create_index("ix_pickup_day", "pickup", ["day"], unique=False)
    op.create_index("ix_pickup_due", "pickup", ["due_at"], unique=False, **_where("wish IS NOT NULL"))
    op.create_index("ix_pickup_order_id", "pickup", ["order_id"], unique=False)

    op.create_table(
        "track",
        sa.Column("label_id", _ID, autoincrement=False, nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("file_number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resting", sa.String(length=16), nullable=True),
        sa.Column("to_country", sa.String(length=2), nullable=False),
        sa.Column("news_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_track_label_id_label"),
        sa.PrimaryKeyConstraint("label_id", name="pk_track"),
    )
    op.create_index("ix_track_due", "track", ["carrier", "due_at"], unique=False, **_where("due_at IS NOT NULL"))
    op.create_index(
        "ix_track_heard_of",
        "track",
        ["ended_at", "label_id"],
        unique=False,
        **_where("moved_at IS NOT NULL OR voided_at IS NOT NULL OR problem IS NOT NULL OR state <> 'announced'"),
    )
    op.create_index("ix_track_open", "track", ["label_id"], unique=False, **_where("ended_at IS NULL"))

    op.create_table(
        "tracking_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("label_id", _ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdraws_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_tracking_event_label_id_label"),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_event"),
        sa.UniqueConstraint(
            "label_id", "number", "at", "code", "state", name="uq_tracking_event_label_id_number_at_code_state"
        ),
    )
    op.create_table(
        "unit_photo",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("scan_id", sa.String(length=36), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("small_digest", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("unit_id IS NOT NULL OR scan_id IS NOT NULL", name=op.f("ck_unit_photo_of_something")),
        sa.ForeignKeyConstraint(["digest"], ["blob.digest"], name="fk_unit_photo_digest_blob"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_unit_photo_person_id_person"),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name="fk_unit_photo_scan_id_scan"),
        sa.ForeignKeyConstraint(["small_digest"], ["blob.digest"], name="fk_unit_photo_small_digest_blob"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_photo_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_photo"),
        sa.UniqueConstraint("scan_id", "digest", name="uq_unit_photo_scan_id_digest"),
        sa.UniqueConstraint("unit_id", "digest", name="uq_unit_photo_unit_id_digest"),
    )
    op.create_table(
        "label_request",
        sa.Column("id", _ID, nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("label_id", _ID, nullable=True),
        sa.Column("intent_id", _ID, nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("paper", sa.String(length=16), nullable=False),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_to", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_label_request_by_id_person"),
        sa.ForeignKeyConstraint(["intent_id"], ["label_intent.id"], name="fk_label_request_intent_id_label_intent"),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_label_request_label_id_label"),
        sa.ForeignKeyConstraint(["order_id"], ["demo_order.id"], name="fk_label_request_order_id_demo_order"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_label_request_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_label_request"),
        sa.UniqueConstraint("form", "unit_id", name="uq_label_request_form_unit_id"),
    )
    op.create_index("ix_label_request_asked_at", "label_request", ["asked_at"], unique=False)
    op.create_index("ix_label_request_intent_id", "label_request", ["intent_id"], unique=False)
    op.create_index("ix_label_request_label_id", "label_request", ["label_id"], unique=False)
    op.create_index("ix_label_request_order_id_asked_at", "label_request", ["order_id", "asked_at"], unique=False)
    op.create_index("ix_label_request_reason", "label_request", ["reason", "id"], unique=False)
    op.create_index(
        "ix_label_request_to_mail", "label_request", ["form"], unique=False, **_where("mail_to IS NOT NULL")
    )
    op.create_index("ix_label_request_unit_id", "label_request", ["unit_id"], unique=False)

    op.create_table(
        "number_to_void",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("label_id", _ID, nullable=True),
        sa.Column("intent_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["carrier_account.id"], name="fk_number_to_void_account_id_carrier_account"
        ),
        sa.ForeignKeyConstraint(["intent_id"], ["label_intent.id"], name="fk_number_to_void_intent_id_label_intent"),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_number_to_void_label_id_label"),
        sa.PrimaryKeyConstraint("id", name="pk_number_to_void"),
        sa.UniqueConstraint("account_id", "number", name="uq_number_to_void_account_id_number"),
    )
    op.create_index("ix_number_to_void_account_id", "number_to_void", ["account_id"], unique=False)
    op.create_index("ix_number_to_void_due", "number_to_void", ["due_at"], unique=False, **_where("state = 'wanted'"))

    op.create_table(
        "pickup_box",
        sa.Column("pickup_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("label_number", sa.String(length=40), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name="fk_pickup_box_pickup_id_pickup"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_pickup_box_unit_id_unit"),
        sa.PrimaryKeyConstraint("pickup_id", "unit_id", name="pk_pickup_box"),
    )
    op.create_index("uq_pickup_box_unit_held", "pickup_box", ["unit_id"], unique=True, **_where("held"))
