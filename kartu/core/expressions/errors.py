"""What is wrong with an expression, in the reader's words, and where."""


class ExpressionError(ValueError):
    """`message` is a sentence for the person who wrote it; `at` the number of the first letter meant, from 0."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
