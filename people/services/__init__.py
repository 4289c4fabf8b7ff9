"""What is done with accounts, roles, teams and tokens: the only writers of this app's tables.

`actor` may be None for commands and the demo world alone; see `people.services.authority`.
"""

from people.services.accounts import (
    create_account,
    disable_account,
    edit_account,
    enable_account,
    reset_password,
)
from people.services.calendar_keys import (
    mint_calendar_key,
    note_calendar_sent,
    revoke_calendar_key,
)
from people.services.calendars import (
    adopt_calendar,
    begin_week,
    close_day,
    draft_calendar,
    edit_calendar,
    open_day,
    withdraw_week,
)
from people.services.grants import end_grant, grant_role
from people.services.holds import lift_hold, place_hold
from people.services.presence import note_presence
from people.services.privacy import (
    accept_request,
    approve_erasure,
    carry_out_request,
    choose_records,
    extend_term,
    record_request,
    refuse_request,
)
from people.services.retention import change_rule, take_up
from people.services.review_decisions import (
    assign_reviewer,
    change_access,
    keep_access,
    remove_access,
)
from people.services.reviews import (
    announce_review,
    cancel_review,
    sign_off_review,
    start_review,
)
from people.services.teams import (
    add_to_team,
    edit_person,
    edit_subsidiary,
    edit_team,
    found_subsidiary,
    found_team,
    hire_person,
    remove_from_team,
)
from people.services.tokens import mint_token, revoke_token
from people.services.wallboard_keys import (
    mint_wallboard_key,
    note_wallboard_shown,
    revoke_wallboard_key,
)

__all__ = [
    "accept_request",
    "add_to_team",
    "adopt_calendar",
    "announce_review",
    "approve_erasure",
    "assign_reviewer",
    "begin_week",
    "cancel_review",
    "carry_out_request",
    "change_access",
    "change_rule",
    "choose_records",
    "close_day",
    "create_account",
    "disable_account",
    "draft_calendar",
    "edit_account",
    "edit_calendar",
    "edit_person",
    "edit_subsidiary",
    "edit_team",
    "enable_account",
    "end_grant",
    "extend_term",
    "found_subsidiary",
    "found_team",
    "grant_role",
    "hire_person",
    "keep_access",
    "lift_hold",
    "mint_calendar_key",
    "mint_token",
    "mint_wallboard_key",
    "note_calendar_sent",
    "note_presence",
    "note_wallboard_shown",
    "open_day",
    "place_hold",
    "record_request",
    "refuse_request",
    "remove_access",
    "remove_from_team",
    "reset_password",
    "revoke_calendar_key",
    "revoke_token",
    "revoke_wallboard_key",
    "sign_off_review",
    "start_review",
    "take_up",
    "withdraw_week",
]
