"""The one error that users of `./portal` see."""


class StackError(Exception):
    """Something the user has to know: what is wrong, and what to do about it.

    Args:
        what: one clear sentence about what is wrong.
        remedy: what to type or change; empty when `what` says it all.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()
