"""No secret reaches the logs."""

from itsm.logs import mask_hook_keys


def test_the_key_in_a_hooks_address_is_masked():
    event = {"request": "POST /hooks/alertmanager/JtfIqMGQd7ROLyPt/", "code": 202}
    assert mask_hook_keys(None, "info", event) == {
        "request": "POST /hooks/alertmanager/…/",
        "code": 202,
    }
