"""The broker of one machine: whole messages only, in order, found by another process."""

import pytest
from kombu import Connection

from itsm.runtime import file_broker


@pytest.fixture
def broker(tmp_path):
    file_broker.register()
    folders = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://", transport_options=folders) as connection:
        yield connection


def test_messages_come_back_in_the_order_they_were_sent(broker):
    queue = broker.SimpleQueue("work")
    for number in range(3):
        queue.put({"id": number})

    assert [queue.get(block=False).payload for _ in range(3)] == [{"id": 0}, {"id": 1}, {"id": 2}]
    queue.close()


def test_a_message_that_is_still_being_written_is_not_taken(broker, tmp_path):
    queue = broker.SimpleQueue("work")
    (tmp_path / "queue" / ".1_unfinished.work.msg").write_text("")

    with pytest.raises(queue.Empty):
        queue.get(block=False)
    queue.close()
