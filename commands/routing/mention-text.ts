/** What was written to the bot: what follows its mention, or what stands before it. */
export function mentionText(text: string, botUserId: string): string {
  const mark = new RegExp(`<@${botUserId.replace(/\W/g, "")}(?:\\|[^>]*)?>[:,]?`, "g");
  const parts = text.split(mark).map((part) => part.trim());
  const [before = "", ...after] = parts;
  const behind = after.filter((part) => part !== "").join(" ");
  return behind === "" ? before : behind;
}
