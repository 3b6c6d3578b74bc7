/**
 * Dates as the reader writes them, taken from the instant's own clock: a scan at 23:40+01:00 belongs to that day, whatever the
 * zone of the reader.
 */
const MS_PER_DAY = 86_400_000;

/** The calendar date and clock as written in an ISO instant, held in UTC so that no zone moves it; null where it is none. */
export function wallClock(iso: string): Date | null {
  const m = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?/.exec(iso);
  if (!m) return null;
  return new Date(Date.UTC(+m[1]!, +m[2]! - 1, +m[3]!, +(m[4] ?? 0), +(m[5] ?? 0)));
}

/** "3 March 2026" in the reader's own order and language. */
export function longDate(iso: string): string {
  const d = wallClock(iso);
  return d ? new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(d) : iso;
}

/** "3 Mar 2026", or without the year. */
export function shortDate(value: string | Date, year = true): string {
  const d = typeof value === "string" ? wallClock(value) : value;
  if (!d) return String(value);
  return new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", ...(year ? { year: "numeric" as const } : {}), timeZone: "UTC" }).format(d);
}

/** Turns days since the first visit into dates and back. */
export class DayAxis {
  private readonly origin: number;
  /** Where no visit has a readable time, day 0 stands at 1 January 2000 and `dated` is false. */
  readonly dated: boolean;
  constructor(visits: readonly { time: string; day: number }[]) {
    const first = visits.find(v => wallClock(v.time) != null);
    this.dated = first !== undefined;
    this.origin = first ? wallClock(first.time)!.getTime() - first.day * MS_PER_DAY : Date.UTC(2000, 0, 1);
  }
  date(day: number): Date { return new Date(this.origin + day * MS_PER_DAY); }
}
