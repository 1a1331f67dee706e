type Parts = Intl.DateTimeFormatOptions;

const clock: Parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const tokens: Readonly<Record<string, Parts>> = {
  date: { month: "long", day: "numeric" },
  date_short: { month: "short", day: "numeric", year: "numeric" },
  date_long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  date_long_full: { month: "long", day: "numeric", year: "numeric" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  time: clock,
  time_secs: { ...clock, second: "2-digit" },
  ago: { month: "short", day: "numeric", ...clock },
};

/** Slack's date tokens, in UTC. Nothing here knows today: tokens that would say so give the date. */
export function formatDate(seconds: number, format: string): string | undefined {
  const date = new Date(seconds * 1000);
  if (!Number.isFinite(date.getTime())) return undefined;
  return format.slice(0, 200).replace(/\{(\w+)\}/g, (all, token: string) => {
    const iso = date.toISOString();
    if (token === "date_num") return iso.slice(0, 10);
    if (token === "date_slash") return iso.slice(0, 10).split("-").toReversed().join("/");
    const plain = token.replace(/_pretty$/, "");
    const parts = [token, plain].find((each) => Object.hasOwn(tokens, each));
    if (parts === undefined) return all;
    return new Intl.DateTimeFormat("en-US", { ...tokens[parts], timeZone: "UTC" }).format(date);
  });
}
