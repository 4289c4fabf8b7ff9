"""The one exception of the runtime: what a person must mend before the portal can start."""


class CannotStart(Exception):
    """One line that says what is wrong, and one that says what to do. Shown without a traceback."""

    exit_code = 2

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}\n  What to do: {self.remedy}"
