import type { Workspace } from "./workspace.ts";

const special: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const all = ["here", "channel", "everyone"];

/**
 * What a person typed, as an app gets it: names become ids, and the characters that could pass for
 * them are escaped. `labels` is for commands, whose mentions carry the name too.
 */
export function escapeTyped(workspace: Workspace, text: string, labels: boolean): string {
  const label = (name: string): string => (labels ? `|${name}` : "");

  function person(whole: string, name: string): string {
    if (all.includes(name)) return `<!${name}>`;
    const user = [...workspace.users.values()].find((one) => one.name === name);
    if (user !== undefined) return `<@${user.id}${label(name)}>`;
    const group = [...workspace.groups.values()].find(({ handle }) => handle === name);
    return group === undefined ? whole : `<!subteam^${group.id}${label(`@${name}`)}>`;
  }

  function channel(whole: string, name: string): string {
    const found = [...workspace.channels.values()].find((one) => one.name === name);
    if (found === undefined || found.kind === "im") return whole;
    return `<#${found.id}|${labels && found.kind === "public" ? name : ""}>`;
  }

  return text
    .replaceAll(/[&<>]/g, (character) => special[character] ?? character)
    .replaceAll(/\bhttps?:\/\/[^\s]+|@([\w.-]*\w)|#([\w-]+)/g, (whole, name, room) => {
      if (typeof name === "string") return person(whole, name);
      if (typeof room === "string") return channel(whole, room);
      return `<${whole}>`;
    });
}
