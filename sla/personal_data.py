"""Where clients' contacts keep personal data; registered with `records.personal_data`."""

from records.personal_data import PersonalData, by_word, declare


def declare_personal_data() -> None:
    declare(
        PersonalData(
            "sla.ClientContact",
            {"name": by_word, "email": by_word, "phone": by_word},
            ("name", "email", "phone"),
        )
    )
    declare(PersonalData("sla.FeedbackInvitation", {"address": by_word}, ("address",)))
    declare(PersonalData("sla.FeedbackAnswer", {"comment": by_word}, ("comment",)))
