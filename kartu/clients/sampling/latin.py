"""Russian letters as they stand in addresses."""

LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch _ y _ e yu ya".replace("_", "").split(" "),
        strict=True,
    )
)


def latin(text: str) -> str:
    return "".join(LETTERS.get(letter, letter) for letter in text.lower())
