"""What the terminal tells about signing in must be what the demo world holds."""

from itsm.runtime import announcement
from people.demo_cast import DEMO_PASSWORD, DEMO_PEOPLE


def test_the_accounts_that_are_printed_are_those_of_the_demo_world():
    assert sorted(announcement.ACCOUNTS.split()) == sorted(DEMO_PEOPLE)
    assert announcement.PASSWORD == DEMO_PASSWORD
