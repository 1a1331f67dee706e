const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** No limit is longer than a year; what says so says something else. */
const longestMs = 366 * dayMs;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const moment = new RegExp(
  [
    String.raw`\bresets?\s+(?:at\s+|on\s+)?`,
    String.raw`(?:(?<weekday>sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6},?\s+)?`,
    String.raw`(?:(?<month>${months.join("|")})[a-z]{0,6}\.?\s+(?<day>\d{1,2})(?:,\s*(?<year>\d{4}))?,?\s+)?`,
    String.raw`(?:at\s+)?(?<hour>\d{1,2})(?::(?<minute>\d{2}))?\s?(?<half>[ap]m)?\s{0,3}`,
    String.raw`\((?<zone>[A-Za-z][\w+/-]{1,50})\)`,
  ].join(""),
  "i",
);

type Groups = Partial<Record<string, string>>;
type Wall = { year: number; month: number; day: number; hour: number; minute: number };

/**
 * When a usage limit ends, by what Claude Code said of it at `at`: "resets 3pm (Europe/Berlin)",
 * "resets Nov 25, 3:30pm (UTC)", "resets Mon 12am (UTC)", "resets in 2h 30m", or seconds since the
 * epoch behind a bar. Undefined where it says no moment, or none that can be told without a zone.
 */
export function parseReset(words: string, at: number): number | undefined {
  const found = epochIn(words) ?? spanIn(words, at) ?? momentIn(words, at);
  return found !== undefined && found > at - minuteMs && found < at + longestMs ? found : undefined;
}

function epochIn(words: string): number | undefined {
  const [, digits] = /\|\s*(\d{10}|\d{13})\b/.exec(words) ?? [];
  if (digits === undefined) return undefined;
  return digits.length === 10 ? Number(digits) * 1000 : Number(digits);
}

function spanIn(words: string, at: number): number | undefined {
  const [, text = ""] =
    /\bresets?\s+in\s+((?:\d{1,4}\s?[a-z]{1,8},?\s{0,3}){1,4})/i.exec(words) ?? [];
  const units: Record<string, number> = { d: dayMs, h: hourMs, m: minuteMs, s: 1000 };
  let ms = 0;
  for (const [, number, unit = ""] of text.matchAll(/(\d{1,4})\s?([a-z])/gi)) {
    ms += Number(number) * (units[unit.toLowerCase()] ?? 0);
  }
  return ms === 0 ? undefined : at + ms;
}

function momentIn(words: string, at: number): number | undefined {
  const groups: Groups | undefined = moment.exec(words)?.groups;
  const time = groups === undefined ? undefined : timeOf(groups);
  if (groups === undefined || time === undefined) return undefined;
  const zone = groups["zone"] ?? "UTC";
  try {
    return nextOf(groups, { ...wallOf(at, zone), ...time }, { zone, at });
  } catch (error) {
    // A zone that nobody knows.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function timeOf({ hour, minute, half }: Groups): { hour: number; minute: number } | undefined {
  const told = Number(hour);
  // A number alone is as likely something else.
  if (half === undefined && minute === undefined) return undefined;
  if (told > (half === undefined ? 23 : 12) || Number(minute ?? 0) > 59) return undefined;
  const afternoon = half?.toLowerCase() === "pm" ? 12 : 0;
  return {
    hour: half === undefined ? told : (told % 12) + afternoon,
    minute: Number(minute ?? 0),
  };
}

/** The first such moment that is not over; `today` has its time of day already. */
function nextOf(
  { weekday, month, day, year }: Groups,
  today: Wall,
  { zone, at }: { zone: string; at: number },
): number {
  const momentOf = (wall: Wall): number => instantOf(wall, zone);
  // Its seconds are not told.
  const isOver = (wall: Wall): boolean => momentOf(wall) <= at - minuteMs;
  if (month !== undefined) {
    const named = { ...today, month: months.indexOf(month.toLowerCase()) + 1, day: Number(day) };
    if (year !== undefined) return momentOf({ ...named, year: Number(year) });
    return momentOf(isOver(named) ? { ...named, year: named.year + 1 } : named);
  }
  const ahead = weekday === undefined ? 0 : daysUntil(weekday, today);
  const next = { ...today, day: today.day + ahead };
  return momentOf(
    isOver(next) ? { ...next, day: next.day + (weekday === undefined ? 1 : 7) } : next,
  );
}

function daysUntil(weekday: string, { year, month, day }: Wall): number {
  const today = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return (weekdays.indexOf(weekday.toLowerCase()) - today + 7) % 7;
}

/** What clocks in a zone show at a moment. Throws RangeError for a zone that is not known. */
function wallOf(at: number, zone: string): Wall {
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric" },
    ...{ day: "numeric", hour: "numeric", minute: "numeric" },
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return {
    ...{ year: part("year"), month: part("month"), day: part("day") },
    ...{ hour: part("hour"), minute: part("minute") },
  };
}

/** When clocks in a zone show this. Near a change of the clocks the second look is the right one. */
function instantOf(wall: Wall, zone: string): number {
  const wanted = asUtc(wall);
  let instant = wanted;
  for (let looks = 0; looks < 2; looks += 1) instant += wanted - asUtc(wallOf(instant, zone));
  return instant;
}

function asUtc({ year, month, day, hour, minute }: Wall): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}
