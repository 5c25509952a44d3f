/* Time as the person's wall clock shows it: whole minutes, counted as if their zone were UTC. All of the timeline works
   in these; only what the server says and hears is in minutes of the true epoch. */
export const DAY = 1440;
export const HOUR = 60;
const MS = 60_000;

export class Clock {
  #dates = new Map();
  #times = new Array(DAY);

  /** `offsets`: [[minute of the epoch from which it holds, minutes ahead of UTC], ...], oldest first. */
  constructor(offsets, language) {
    this.offsets = offsets.length ? offsets : [[0, 0]];
    this.language = language === "en" ? "en-GB" : language;
    this.formats = {
      time: this.#format({ hour: "2-digit", minute: "2-digit" }),
      date: this.#format({ weekday: "short", day: "numeric", month: "short" }),
      day: this.#format({ weekday: "long" }),
      long: this.#format({ weekday: "long", day: "numeric", month: "long" }),
      narrow: this.#format({ weekday: "short" }),
      month: this.#format({ month: "long", year: "numeric" }),
    };
    this.number = new Intl.NumberFormat(this.language, { maximumFractionDigits: 1 });
  }

  #format(options) {
    return new Intl.DateTimeFormat(this.language, { ...options, timeZone: "UTC" });
  }

  offsetAt(minute) {
    let found = this.offsets[0][1];
    for (const [from, offset] of this.offsets) {
      if (from > minute) break;
      found = offset;
    }
    return found;
  }

  toLocal(minute) {
    return minute + this.offsetAt(minute);
  }

  /** An hour that comes twice is its first; one that the clocks leave out is as much later. */
  toUtc(local) {
    let fallback = null;
    for (const [from, offset] of this.offsets) {
      const minute = local - offset;
      fallback ??= minute;
      if (this.offsetAt(minute) === offset) return minute;
      if (minute >= from) fallback = local - this.offsetAt(from - 1);
    }
    return fallback;
  }

  now() {
    return this.toLocal(Math.floor(Date.now() / MS));
  }

  time(local) {
    const minute = ((local % DAY) + DAY) % DAY;
    return (this.#times[minute] ??= this.formats.time.format(minute * MS));
  }

  /** `kind`: date, day, long, narrow or month. */
  date(local, kind = "date") {
    const day = Math.floor(local / DAY);
    const key = `${kind}${day}`;
    if (!this.#dates.has(key)) this.#dates.set(key, this.formats[kind].format(day * DAY * MS));
    return this.#dates.get(key);
  }

  dayOfMonth(local) {
    return new Date(local * MS).getUTCDate();
  }

  /** 0 is Monday. */
  weekday(local) {
    return (new Date(local * MS).getUTCDay() + 6) % 7;
  }

  /** "2026-11-23", as fields of dates want it. */
  iso(local) {
    return new Date(local * MS).toISOString().slice(0, 10);
  }

  fromIso(date, time = "00:00") {
    return Date.parse(`${date}T${time}Z`) / MS;
  }

  hours(minutes) {
    return this.number.format(minutes / HOUR);
  }
}

export const dayOf = (local) => Math.floor(local / DAY);
export const floorTo = (value, step) => Math.floor(value / step) * step;
export const roundTo = (value, step) => Math.round(value / step) * step;
