import { resolve } from "node:path";

/** A path from here is meant for the hub on this machine; every other address stays as it is. */
export function repositoryPathFrom(address: string): string {
  return /^\.{1,2}(?:\/|$)/.test(address) ? resolve(address) : address;
}
