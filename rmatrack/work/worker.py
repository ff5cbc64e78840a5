"""A worker: runs jobs that were put in line, and those due by the clock, until it is told to stop.

The job engine is DBOS on our own database. It survives `kill -9`: what a worker had begun is begun again by the next
one at its place, or by any other worker that finds the place empty. Jobs are plain functions of a row's id and look at
the row for what is left to do.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from dbos import DBOS, DBOSConfig, ScheduleInput
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
from rmatrack.work.pickups import call_carriers
from rmatrack.work.reading_mail import MailIn
from rmatrack.work.sealing import seal_history
from rmatrack.work.sweeping import sweep
from rmatrack.work.tools import Tools
from rmatrack.work.tracking import follow_parcels

LOOK_EVERY_SECONDS = 0.5
"""How often the worker looks for jobs in line."""

WATCH_EVERY_SECONDS = 10.0
KEEP_JOBS = timedelta(days=3)
PRUNE_AT_ONCE = 500
SECONDS_TO_STOP = 20
JOBS_AT_ONCE = 2

EVERY_MINUTE = "0 * * * * *"
EVERY_FIVE_MINUTES = "20 */5 * * * *"
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

    @DBOS.workflow(name=jobs.CALL_CARRIERS)
    def call(_pickup_id: int) -> None:
        call_carriers(tools)

    def forget() -> None:
        forget_old_answers(tools)
        forget_old_notifications(tools)

    schedules = [
        _by_the_clock("seal-history", EVERY_MINUTE, lambda: seal_history(tools)),
        _by_the_clock("ask-carriers-again", EVERY_MINUTE, lambda: ask_carriers(tools)),
        _by_the_clock("call-carriers-again", EVERY_MINUTE, lambda: call_carriers(tools)),
        _by_the_clock("follow-parcels", EVERY_FIVE_MINUTES, lambda: follow_parcels(tools)),
        _by_the_clock("read-mail", EVERY_MINUTE, mail_in.go),
        _by_the_clock("deliver-mail-again", EVERY_MINUTE, lambda: deliver_mail(tools, mailroom)),
        _by_the_clock(SWEEP, EVERY_HOUR, lambda: sweep(tools)),
        _by_the_clock("seal-all-history", EVERY_NIGHT, lambda: seal_history(tools, everything=True)),
        _by_the_clock("forget-answers", EVERY_NIGHT, forget),
    ]
    DBOS.launch()
    DBOS.register_queue(jobs.QUEUE, worker_concurrency=JOBS_AT_ONCE, polling_interval_sec=LOOK_EVERY_SECONDS)
    DBOS.apply_schedules(schedules)
    DBOS.trigger_schedule(SWEEP)


def _by_the_clock(name: str, schedule: str, deed: Callable[[], object]) -> ScheduleInput:
    """Return *deed* as a job that is done on a schedule (seconds first, in UTC)."""

    @DBOS.workflow(name=name)
    def run(_at: Any, _context: Any) -> None:
        deed()

    return {"schedule_name": name, "workflow_fn": run, "schedule": schedule}
