"""Where vendors' people are named; registered with `records.personal_data`."""

from records.personal_data import PersonalData, by_word, declare


def declare_personal_data() -> None:
    declare(
        PersonalData(
            "vendors.VendorContact",
            {"name": by_word, "role": by_word, "email": by_word, "phone": by_word},
            ("name", "email", "phone"),
        )
    )
    declare(
        PersonalData(
            "vendors.ResponsibilityMatrix", {"representative": by_word}, ("representative",)
        )
    )
    declare(PersonalData("vendors.Vendor", {"representative": by_word}, ("representative",)))
    declare(PersonalData("vendors.ReviewAttendee", {"name": by_word, "role": by_word}, ("name",)))
    declare(PersonalData("vendors.ReviewAction", {"contact": by_word}, ("contact",)))
    declare(PersonalData("vendors.ImprovementPlan", {"contact": by_word}, ("contact",)))
    declare(PersonalData("vendors.CreditClaim", {"sent_to": by_word}, ("sent_to",)))
