"""A worker in a process of its own that delivers to a server of the test, so that tests can kill it."""

import sys
from pathlib import Path

from rmatrack import clock
from rmatrack.db.engine import make_engine
from rmatrack.work.delivery import deliver_mail
from rmatrack.work.tools import Tools
from tests.labels.places import POLICY
from tests.mail.office import mailroom

if __name__ == "__main__":
    url, port, folder = sys.argv[1:]
    deliver_mail(Tools(make_engine(url), POLICY, clock.now), mailroom(Path(folder), int(port), timeout=60))
