"""What the tests of evidence share: the mail server of the notifications' tests."""

from tests.notifications.conftest import sink

__all__ = ["sink"]
