"""A worker: runs jobs that were put in line, and those due by the clock, until it is told to stop.

The job engine is DBOS on our own database. It survives `kill -9`: what a worker had begun is begun again by the next
one at its place, or by any other worker that finds the place empty. Jobs are plain functions of a row's id and look at
the row for what is left to do.
"""

import logging
from datetime import timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from dbos import DBOS, DBOSConfig
from sqlalchemy import Engine

from rmatrack import clock
from rmatrack.db import jobs
from rmatrack.domain.policy import Policy
from rmatrack.services.carrier_lines import Lines
from rmatrack.settings import Settings, credentials_keys
from rmatrack.vault import Vault
from rmatrack.work.buying import ask_carriers
from rmatrack.work.delivery import deliver_mail
from rmatrack.work.drawing import draw_batch
from rmatrack.work.forgetting import forget_old_answers, forget_old_notifications
from rmatrack.work.lease import Lease, name_of, place_of, take_first_place, take_place
from rmatrack.work.mailroom import Mailroom
from rmatrack.work.reading_mail import MailIn
from rmatrack.work.sealing import seal_history
from rmatrack.work.sweeping import sweep
from rmatrack.work.tools import Tools

LOOK_EVERY_SECONDS = 0.5
"""How often the worker looks for jobs in line."""

WATCH_EVERY_SECONDS = 10.0
KEEP_JOBS = timedelta(days=3)
PRUNE_AT_ONCE = 500
SECONDS_TO_STOP = 20
JOBS_AT_ONCE = 2

EVERY_MINUTE = "0 * * * * *"
EVERY_HOUR = "10 0 * * * *"
"""Seconds after the day has begun somewhere. What was missed is not made up for: the next sweep finds all of it."""

EVERY_NIGHT = "0 30 2 * * *"

SWEEP = "sweep"
"""Also done when a worker begins, which catches up with the time in which none ran."""

log = logging.getLogger(__name__)


class Worker:
    """Works while the `with` block runs. One process has at most one; raises `NoPlaceError` when places are full."""

    def __init__(self, settings: Settings, engine: Engine, policy: Policy) -> None:
        self._mailroom = Mailroom.from_settings(settings)
        self._engine = engine
        self._stopping = Event()
        lines = Lines(lambda: Vault(credentials_keys(settings)), clock.now)
        self._tools = Tools(engine, policy, clock.now, self._stopping.is_set, lines)
        self._mail_in = MailIn.from_settings(settings, self._tools)
        self._watch: Thread | None = None
        self._lease: Lease | None = None

    def __enter__(self) -> Self:
        lease = take_first_place(self._engine)
        try:
            _launch(self._tools, self._mailroom, self._mail_in, name_of(lease.place))
        except BaseException:
            DBOS.destroy(destroy_registry=True)
            lease.release()
            raise
        self._lease = lease
        self._watch = Thread(target=self._keep_watch, args=(lease,), name="rmatrack-watch", daemon=True)
        self._watch.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._watch:
            self._watch.join()
        _end()
        if self._lease:
            self._lease.release()

    def _keep_watch(self, lease: Lease) -> None:
        """Take over what dead workers left, clear away what is long done, and stop when the place is lost."""
        while True:
            if not lease.holds():
                log.critical("The worker's place is lost; it stops. Start it again when the database is back.")
                self._stopping.set()
                _end()
                return
            try:
                take_over(self._engine, lease.place)
                prune(self._tools)
            except Exception:
                log.exception("Looking after the jobs went wrong; the next round tries again.")
            if self._stopping.wait(WATCH_EVERY_SECONDS):
                return


def _end() -> None:
    """Begin no more jobs; let those running come to an end, or put themselves back in line."""
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=SECONDS_TO_STOP)


def take_over(engine: Engine, mine: int) -> None:
    """Put back in line what workers had begun whose place is empty now."""
    begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    for place in {place_of(job.executor_id or "") for job in begun} - {mine, None}:
        lease = take_place(engine, place) if place else None
        if lease:
            DBOS._recover_pending_workflows([name_of(lease.place)])
            lease.release()


def prune(tools: Tools) -> None:
    """Clear away jobs that ended days ago."""
    before = (tools.now() - KEEP_JOBS).isoformat()
    ended = DBOS.list_workflows(completed_before=before, limit=PRUNE_AT_ONCE, load_input=False, load_output=False)
    if ended:
        DBOS.delete_workflows([job.workflow_id for job in ended])


def _launch(tools: Tools, mailroom: Mailroom, mail_in: MailIn, name: str) -> None:
    config: DBOSConfig = {
        "name": jobs.APPLICATION,
        "system_database_url": jobs.engine_url(tools.engine),
        "dbos_system_schema": jobs.SCHEMA,
        "application_version": jobs.VERSION,
        "executor_id": name,
        "sys_db_pool_size": 5,
        "log_level": "WARNING",
    }
    DBOS(config=config)

    @DBOS.workflow(name=jobs.DRAW_LABELS)
    def draw(batch_id: int) -> None:
        draw_batch(tools, batch_id)

    @DBOS.workflow(name=jobs.DELIVER_MAIL)
    def deliver(_first_mail_id: int) -> None:
        deliver_mail(tools, mailroom)

    @DBOS.workflow(name=jobs.BUY_LABELS)
    def buy(_account_id: int) -> None:
        ask_carriers(tools)

    @DBOS.workflow(name="ask-carriers-again")
    def ask_again(_at: Any, _context: Any) -> None:
        ask_carriers(tools)

    @DBOS.workflow(name="deliver-mail-again")
    def deliver_again(_at: Any, _context: Any) -> None:
        deliver_mail(tools, mailroom)

    @DBOS.workflow(name="read-mail")
    def read_mail(_at: Any, _context: Any) -> None:
        mail_in.go()

    @DBOS.workflow(name="seal-history")
    def seal(_at: Any, _context: Any) -> None:
        seal_history(tools)

    @DBOS.workflow(name=SWEEP)
    def sweep_now(_at: Any, _context: Any) -> None:
        sweep(tools)

    @DBOS.workflow(name="seal-all-history")
    def seal_all(_at: Any, _context: Any) -> None:
        seal_history(tools, everything=True)

    @DBOS.workflow(name="forget-answers")
    def forget(_at: Any, _context: Any) -> None:
        forget_old_answers(tools)
        forget_old_notifications(tools)

    DBOS.launch()
    DBOS.register_queue(jobs.QUEUE, worker_concurrency=JOBS_AT_ONCE, polling_interval_sec=LOOK_EVERY_SECONDS)
    DBOS.apply_schedules(
        [
            {"schedule_name": "seal-history", "workflow_fn": seal, "schedule": EVERY_MINUTE},
            {"schedule_name": "ask-carriers-again", "workflow_fn": ask_again, "schedule": EVERY_MINUTE},
            {"schedule_name": "read-mail", "workflow_fn": read_mail, "schedule": EVERY_MINUTE},
            {"schedule_name": "deliver-mail-again", "workflow_fn": deliver_again, "schedule": EVERY_MINUTE},
            {"schedule_name": SWEEP, "workflow_fn": sweep_now, "schedule": EVERY_HOUR},
            {"schedule_name": "seal-all-history", "workflow_fn": seal_all, "schedule": EVERY_NIGHT},
            {"schedule_name": "forget-answers", "workflow_fn": forget, "schedule": EVERY_NIGHT},
        ]
    )
    DBOS.trigger_schedule(SWEEP)
