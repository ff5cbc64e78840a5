"""However accounts are closed and roles changed, somebody is left who can open one."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.engine import writing
from rmatrack.db.people import Person
from rmatrack.domain.errors import ConflictError
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.people import LastAdministratorError, actor_of, change_role, set_active
from tests.fixtures.app import NOON
from tests.people import add_person


def remove(session: Session, person: Person, by: Person, *, demoted: bool) -> None:
    if demoted:
        change_role(session, person.id, Role.SUPPORT, by=actor_of(by), now=NOON)
    else:
        set_active(session, person.id, False, by=actor_of(by), now=NOON)


@pytest.mark.parametrize("demoted", [True, False])
def test_two_administrators_who_remove_each_other_at_once_leave_one(engine: Engine, demoted: bool) -> None:
    ada, ben = (add_person(engine, Role.ADMINISTRATOR, email=f"{name}@vendor.example") for name in ("ada", "ben"))
    barrier, refused = Barrier(2), []

    def run(person: Person, by: Person) -> None:
        barrier.wait()
        try:
            with writing(engine) as session:
                remove(session, person, by, demoted=demoted)
        except (LastAdministratorError, ConflictError) as error:
            refused.append(error.code)

    threads = [Thread(target=run, args=pair) for pair in ((ada, ben), (ben, ada))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with writing(engine) as session:
        left = session.scalars(select(Person.id).filter_by(active=True, role=Role.ADMINISTRATOR)).all()
    assert len(left) == 1
    assert refused == ["last-administrator"]


def test_the_last_administrator_stays_whoever_asks_and_others_go(engine: Engine) -> None:
    ada = add_person(engine, Role.ADMINISTRATOR)
    sam = add_person(engine, Role.SUPPORT)

    with writing(engine) as session:
        set_active(session, sam.id, False, by=SYSTEM, now=NOON)
        with pytest.raises(LastAdministratorError):
            set_active(session, ada.id, False, by=SYSTEM, now=NOON)
        with pytest.raises(LastAdministratorError):
            change_role(session, ada.id, Role.SUPPORT, by=SYSTEM, now=NOON)
