"""What an auditor asks for and gets, and where a control did not hold."""

__all__: list[str] = []
