"""Tells the person at the terminal when the portal answers, where it is and who may sign in."""

import http.client
import time
from collections.abc import Mapping

from itsm.runtime.supervisor import say

ACCOUNTS = (
    "admin security_admin service_manager team_lead agent_l1 agent_l2 requester implementer peer "
    "service_owner approver approver2 cab_chair senior_approver vendor_manager finance hr_partner "
    "auditor outsider norole"
)
PASSWORD = "demo"  # noqa: S105 -- the known password of the demo world
LIVE = "Alerts come and go every few minutes; the crew of the demo works on them."
NOT_LIVE = "For alerts that come and go by themselves: make run ITSM_DEMO_LIVE=1"
ASK_EVERY = 0.5
HINT_AFTER = 60.0


def is_on(value: str | None) -> bool:
    """Whether an environment variable says yes."""
    return (value or "").lower() in {"1", "true", "yes", "on"}


class Announcement:
    """Asks `/readyz` when called, until it is well; then speaks once and stays silent."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(  # noqa: S104 -- not bound here
            environment["ITSM_HOST"], environment["ITSM_HOST"]
        )
        self._port = int(environment["PORT"])
        allowed = environment.get("ALLOWED_HOSTS", "").split(",")[0].strip(" .*")
        self._name = allowed or "localhost"
        self._demo = is_on(environment.get("ITSM_DEMO"))
        self._live = is_on(environment.get("ITSM_DEMO_LIVE"))
        self._since = time.monotonic()
        self._next_at = 0.0
        self._is_made = self._has_hinted = False

    def __call__(self) -> None:
        """Does nothing at most times; never raises."""
        if self._is_made or time.monotonic() < self._next_at:
            return
        problem = self._problem()
        self._next_at = time.monotonic() + ASK_EVERY
        if not problem:
            self._is_made = True
            self._announce()
        elif not self._has_hinted and time.monotonic() > self._since + HINT_AFTER:
            self._has_hinted = True
            say(f"the portal is still not ready: {problem}")

    def _problem(self) -> str:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=2)
        try:
            connection.request("GET", "/readyz", headers={"Host": self._name})
            answer = connection.getresponse()
            return "" if answer.status == 200 else f"{answer.status} {answer.read(500)!r}"
        except (OSError, http.client.HTTPException) as error:
            return str(error)
        finally:
            connection.close()

    def _announce(self) -> None:
        say("")
        say(f"The portal is ready:  http://localhost:{self._port}/")
        if self._demo:
            say(f"Sign in with password `{PASSWORD}` as one of:")
            names = ACCOUNTS.split()
            for first in range(0, len(names), 5):
                say("    " + "  ".join(names[first : first + 5]))
            say(LIVE if self._live else NOT_LIVE)
        say("Ctrl-C stops it; the data is kept.")
        say("")
