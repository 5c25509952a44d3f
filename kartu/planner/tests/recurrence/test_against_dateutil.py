"""Rules that mean the same to dateutil: the same days; and any stretch of time is a part of the whole."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kartu.planner.recurrence import Holiday, Rule, RuleError, Start, first_ones, occurrences, parse, to_text
from kartu.planner.recurrence.text import WEEKDAYS

ZONE = ZoneInfo("Asia/Jakarta")
STARTS = st.dates(date(2024, 1, 1), date(2036, 12, 31))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def listed(values: st.SearchStrategy) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(lambda found: ",".join(map(str, found)))


MONTH_DAYS = listed(st.integers(-28, 31).filter(bool))
MONTHS, WEEK_DAYS = listed(st.integers(1, 12)), listed(st.sampled_from(WEEKDAYS))
NTH_DAYS = listed(st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.sampled_from(WEEKDAYS)))
POSITIONS = listed(st.sampled_from([1, 2, -1, -2]))


@st.composite
def plain_rules(draw) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": freq, "INTERVAL": draw(st.integers(1, 5))}
    wishes = {
        "BYMONTH": MONTHS,
        "BYDAY": WEEK_DAYS if freq in ("DAILY", "WEEKLY") else st.one_of(WEEK_DAYS, NTH_DAYS),
        "WKST": st.sampled_from(WEEKDAYS),
        "COUNT": st.integers(1, 40),
    }
    if freq != "WEEKLY":
        wishes["BYMONTHDAY"] = MONTH_DAYS
    if freq == "YEARLY":
        # Of the last weeks of a year dateutil loses days that lie in the next one: see the test of weeks by definition.
        wishes["BYWEEKNO"] = listed(st.integers(1, 51))
    chosen = draw(st.sets(st.sampled_from(sorted(wishes)), max_size=3))
    parts |= {name: draw(wishes[name]) for name in sorted(chosen)}
    if "BYWEEKNO" in parts:
        parts["BYDAY"] = draw(WEEK_DAYS)
    if freq in ("MONTHLY", "YEARLY") and "BYDAY" in parts and draw(st.booleans()):
        parts["BYSETPOS"] = draw(POSITIONS)
    return ";".join(f"{name}={value}" for name, value in parts.items())


@settings(max_examples=400)
@given(text=plain_rules(), on=STARTS, at=TIMES)
def test_plain_rules_give_the_days_of_dateutil(text, on, at):
    ours = first_ones(parse(f"{text};SKIP=OMIT"), Start(on, at, ZONE), 25)

    far = datetime.combine(on, at) + timedelta(days=366 * 20)
    theirs = [moment for moment in islice(rrulestr(text, dtstart=datetime.combine(on, at)), 25) if moment < far]
    ours = [one for one in ours if one.moment.replace(tzinfo=None) < far]
    assert [one.moment.replace(tzinfo=None) for one in ours] == theirs
    assert [one.slot for one in ours] == [f"{moment:%Y-%m-%dT%H:%M}" for moment in theirs]


def week_of(day: date, first: int) -> int:
    """The number of the week that `day` lies in, by ISO 8601's rule with weeks that begin on weekday `first`: each week
    is of the year that most of its days lie in."""
    start = day - timedelta(days=(day.weekday() - first) % 7)
    middle = start + timedelta(days=3)
    return (middle.timetuple().tm_yday - 1) // 7 + 1


@given(st.integers(1, 53), st.integers(0, 6), st.integers(0, 6))
def test_weeks_of_the_year_are_those_of_the_definition(week, first, weekday):
    text = f"FREQ=YEARLY;BYWEEKNO={week};WKST={WEEKDAYS[first]};BYDAY={WEEKDAYS[weekday]};SKIP=OMIT"
    days = [date(2024, 1, 1) + timedelta(days=each) for each in range(366 * 13)]

    ours = [one.moment.date() for one in first_ones(parse(text), Start(days[0], time(9), ZONE), 20)]

    wanted = [day for day in days if day.weekday() == weekday and week_of(day, first) == week]
    assert [day for day in ours if day <= days[-1]] == wanted[: len(ours)]


@st.composite
def rules(draw) -> Rule:
    """Rules with all that is Kartu's own."""
    try:
        rule = parse(draw(plain_rules()))
        own = draw(st.sampled_from(["", "X-WORKDAY=-1", "X-WORKDAY=2", "X-FIELD=birthday;X-BEFORE=5;X-IN=WORKDAYS"]))
        if own:
            freq = "YEARLY" if "FIELD" in own else draw(st.sampled_from(["WEEKLY", "MONTHLY", "YEARLY"]))
            rule = parse(f"FREQ={freq};INTERVAL={draw(st.integers(1, 3))};{own}")
    except RuleError:
        assume(False)
    text = f"{to_text(rule).splitlines()[0]};X-HOLIDAY={draw(st.sampled_from(list(Holiday)))}"
    if draw(st.booleans()):
        text += ";SKIP=OMIT"
    if draw(st.booleans()):
        text += f";UNTIL={draw(STARTS):%Y%m%d}"
    rule = parse(text).without(f"{day}T10:00" for day in draw(st.lists(STARTS, max_size=3)))
    for day in draw(st.lists(STARTS, max_size=2)):
        rule = rule.paused(day, day + timedelta(days=draw(st.integers(0, 90))))
    return rule


@settings(max_examples=300)
@given(rule=rules())
def test_a_rule_survives_being_written_down(rule):
    assert parse(to_text(rule)) == rule


@settings(max_examples=150)
@given(
    rule=rules(),
    on=STARTS,
    zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Kiritimati", "Asia/Kathmandu"]),
    at=st.sampled_from([time(2, 30), time(10), None]),
    cuts=st.lists(st.integers(0, 1200), min_size=1, max_size=4),
)
def test_stretches_of_time_together_are_the_whole(rule, on, zone, at, cuts):
    start = Start(on, at, ZoneInfo(zone))
    known = {"field_date": date(1990, 2, 28), "is_working_day": lambda day: day.weekday() < 5 and day.day != 13}
    begin = datetime.combine(on, time.min, tzinfo=UTC) - timedelta(days=70)
    whole = list(occurrences(rule, start, after=begin, until=begin + timedelta(days=1200), **known))

    edges = [begin + timedelta(days=days, hours=days % 24) for days in sorted({0, *cuts})]
    edges[-1:] = [edges[-1], max(edges[-1], begin + timedelta(days=1200))]
    parts = [
        one
        for after, until in zip(edges, edges[1:], strict=False)
        for one in occurrences(rule, start, after=after, until=min(until, begin + timedelta(days=1200)), **known)
    ]

    assert parts == whole
    assert len({one.slot for one in whole}) == len({one.moment.astimezone(UTC) for one in whole}) == len(whole)
    assert all(one.day >= on - timedelta(days=31) for one in whole)
