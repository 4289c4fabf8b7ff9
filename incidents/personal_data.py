"""Where incidents keep personal data; registered with `records.personal_data`."""

from records.personal_data import PersonalData, by_word, declare


def declare_personal_data() -> None:
    declare(
        PersonalData(
            "incidents.Incident",
            {"title": by_word, "description": by_word},
            ("title", "description"),
        )
    )
    declare(PersonalData("incidents.IncidentComment", {"text": by_word}, ("text",)))
    declare(
        PersonalData(
            "incidents.IncidentAttachment",
            {"name": by_word},
            ("name",),
            files=lambda attachment: [attachment.file.name],
        )
    )
    declare(
        PersonalData(
            "incidents.Problem",
            {"title": by_word, "symptom": by_word, "workaround": by_word},
            ("title", "symptom", "workaround"),
        )
    )
    declare(PersonalData("incidents.ProblemComment", {"text": by_word}, ("text",)))
    declare(
        PersonalData(
            "incidents.Request",
            {"title": by_word, "description": by_word, "asked_by": by_word},
            ("title", "description", "asked_by"),
        )
    )
    declare(PersonalData("incidents.RequestComment", {"text": by_word}, ("text",)))
    declare(
        PersonalData(
            "incidents.RequestAttachment",
            {"name": by_word},
            ("name",),
            files=lambda attachment: [attachment.file.name],
        )
    )
    declare(
        PersonalData(
            "incidents.PhoneCall", {"caller": by_word, "note": by_word}, ("caller", "note")
        )
    )
