"""How long an SMS is: seven bits for each sign of the old alphabet of phones, sixteen for all if one is foreign."""

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These take the place of two.
GSM_DOUBLE = frozenset("^{}\\[~]|€\f")


def is_gsm(text: str) -> bool:
    return all(sign in GSM or sign in GSM_DOUBLE for sign in text)


def length(text: str) -> int:
    if is_gsm(text):
        return sum(2 if sign in GSM_DOUBLE else 1 for sign in text)
    return len(text.encode("utf-16-be")) // 2


def room(text: str) -> tuple[int, int]:
    """(signs of a single SMS, signs of each part of a longer one)."""
    return (160, 153) if is_gsm(text) else (70, 67)


def segments(text: str) -> int:
    """How many SMS the operator counts for it."""
    whole, part = room(text)
    signs = length(text)
    return 1 if signs <= whole else -(-signs // part)


def shortened(text: str, most: int, tail: str = "") -> str:
    """`text` in one line, cut so that with its `tail`, of which nothing is cut, it takes `most` SMS at most."""
    text, tail = " ".join(text.split()), " ".join(tail.split())
    tail = f" {tail}" if tail else ""
    if segments(text + tail) <= most:
        return text + tail
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if segments(ended(text[:middle]) + tail) <= most:
            low = middle
        else:
            high = middle - 1
    return ended(text[:low]) + tail


def ended(text: str) -> str:
    return text.rstrip(" ,.;:") + ("..." if is_gsm(text) else "…")
