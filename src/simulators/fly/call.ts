import type { SimApp, World } from "./world.ts";

/** One request, as the rules see it. */
export type Call = {
  world: World;
  app: SimApp;
  token: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: unknown;
  nonce: string | undefined;
  /** Whether the caller reads from where it wrote: it has the affinity cookie. */
  isFresh: boolean;
  signal: AbortSignal;
};
