"""What must stand in a record after several people have edited it from what each of them saw: a plain dictionary."""

from collections.abc import Mapping

from kartu.firm.names import PersonName, split_person

Values = Mapping[str, tuple[str, ...]]
NAMES = ("family_name", "given_name", "patronymic")
OF_PEOPLE = (*NAMES, "salutation", "birthday")


class Model:
    """The fields of one record, as a page shows them. Of a person, parts of the name and the name follow each other."""

    def __init__(self, values: Values, home: str) -> None:
        self.values = dict(values)
        self.home = home

    def send(self, seen: Values, typed: Values) -> set[str]:
        """`typed` comes from who saw `seen`; the fields he is asked about. Then nothing has changed."""
        mine = {name: value for name, value in typed.items() if value != seen[name]}
        if typed.get("kind", seen.get("kind")) == ("company",):
            mine = {name: value for name, value in mine.items() if name not in OF_PEOPLE}
        asked = {name for name, value in mine.items() if self.values[name] not in (seen[name], value)}
        became_a_company = self.one("kind") == "company" and seen.get("kind") != self.values.get("kind")
        if became_a_company and "kind" not in mine and any(mine.get(name) for name in OF_PEOPLE):
            asked.add("kind")  # what was typed of a person has no place on a company
        if not asked:
            before = dict(self.values)
            self.values |= mine
            self.settle({name for name in mine if before[name] != mine[name]})
        return asked

    def one(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def settle(self, written: set[str]) -> None:
        if "family_name" not in self.values:
            return
        country = self.one("country") or self.home
        if self.one("kind") == "company":
            self.values |= dict.fromkeys(NAMES, ())
        elif written & set(NAMES):
            parts = PersonName("", *map(self.one, NAMES))
            self.put("name", parts.in_order(country) or self.one("given_name") or self.one("name"))
        elif written & {"name", "kind"}:
            name = split_person(self.one("name"), country)
            for column, part in zip(NAMES, (name.family, name.given, name.patronymic), strict=True):
                self.put(column, part)

    def put(self, name: str, text: str) -> None:
        self.values[name] = (text,) if text else ()
