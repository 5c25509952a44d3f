"""What a verification of the log finds, in words."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy

# As they stand in the sentences below: "Line 7 of the log of acts was altered".
STORES = {"acts": gettext_lazy("log of acts"), "views": gettext_lazy("log of views")}

WORDS = {
    "changed": gettext_lazy("Line %(row)s of the %(store)s was altered after seal %(seal)s was put on it."),
    "missing": gettext_lazy("Line %(row)s of the %(store)s was deleted after seal %(seal)s was put on it."),
    "inserted": gettext_lazy("Line %(row)s of the %(store)s was slipped in: all around it are sealed, it is not."),
    "told": gettext_lazy("Line %(row)s of the %(store)s tells something else than when it was written."),
    "emptied": gettext_lazy("Line %(row)s of the %(store)s has lost what it told, and no lawful erasure names it."),
    "archive": gettext_lazy("What the archive holds of seal %(seal)s is not what was sealed."),
    "seal_changed": gettext_lazy("Seal %(seal)s was altered."),
    "seal_missing": gettext_lazy("Seal %(seal)s is missing."),
    "seal_loose": gettext_lazy("Seal %(seal)s does not follow the one before: they were put in another order."),
    "cut": gettext_lazy("The end of the log was cut off: seal %(seal)s was told to you and is not there."),
    "replaced": gettext_lazy("Seal %(seal)s is another one than was told to you: the log was written anew."),
}


@dataclass(frozen=True)
class Finding:
    """One broken thing; `what` is a key of WORDS."""

    what: str
    seal: int | None = None
    row: int | None = None
    store: str = ""

    def __str__(self) -> str:
        words = {"seal": self.seal, "row": self.row, "store": STORES.get(self.store, "")}
        return str(WORDS[self.what]) % words


@dataclass
class Outcome:
    """How a verification went: what was looked at, the first things found broken, and how many there are."""

    SHOWN = 20

    rows: int = 0
    seals: int = 0
    head: str = ""
    waiting: int = 0
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.count

    def add(self, finding: Finding) -> None:
        self.count += 1
        if len(self.findings) < self.SHOWN:
            self.findings.append(finding)
