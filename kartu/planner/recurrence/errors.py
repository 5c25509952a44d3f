"""What is wrong with a rule, in the reader's words, and in which part of it."""


class RuleError(ValueError):
    """`message` is a sentence for the person who made the rule; `part` the part it is about: "COUNT", "BYDAY"."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(f"{part}: {message}")
        self.part = part
        self.message = message
