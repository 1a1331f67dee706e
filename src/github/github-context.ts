import { z } from "zod";
import type { ContextLink } from "../core/context-link.ts";
import { ProviderError, UserError } from "../core/errors.ts";
import type { ContextSource, Thread, ThreadComment } from "../core/ports/context.ts";
import { createGitHubGet } from "./github-requests.ts";
import type { GitHubGet, GitHubOptions } from "./github-requests.ts";

export type GitHubContextOptions = GitHubOptions & {
  /** Unguessable text. */
  newSecret: () => string;
  /** How long reading one issue or pull request may take, in milliseconds; 45,000 when absent. */
  readMs?: number;
};

const mostComments = 100;

const user = z.object({ login: z.string() }).nullish();
const body = z.string().nullish();
const label = z.union([z.string(), z.object({ name: z.string().nullish() })]);

const issueSchema = z.object({
  title: z.string(),
  state: z.string(),
  user,
  labels: z.array(label),
  body,
  comments: z.int().min(0),
  pull_request: z.unknown().optional(),
});
const commentSchema = z.object({ user, body, created_at: z.string() });
const pullSchema = z.object({
  base: z.object({ ref: z.string() }),
  head: z.object({ label: z.string().nullish(), ref: z.string() }),
  draft: z.boolean().nullish(),
  merged: z.boolean().nullish(),
  review_comments: z.int().min(0),
});
const reviewSchema = commentSchema.extend({ path: z.string(), line: z.int().nullish() });

/** Reads issues and pull requests from GitHub, with the hub's own token. */
export function createGitHubContext({
  newSecret,
  readMs = 45_000,
  ...options
}: GitHubContextOptions): ContextSource {
  const get = createGitHubGet(options);
  return {
    newFence: newSecret,
    async read(link, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(readMs)]);
      try {
        return await readThread(get, link, limited);
      } catch (error) {
        signal.throwIfAborted();
        throw await aboutLink(get, { link, error }, limited);
      }
    },
  };
}

async function readThread(get: GitHubGet, link: ContextLink, signal: AbortSignal): Promise<Thread> {
  const { owner, repository: repo, number } = link;
  const place = { owner, repo, number };
  const issue = await read(
    issueSchema,
    get("/repos/{owner}/{repo}/issues/{number}", place, signal),
  );
  const [comments, review] = await Promise.all([
    issue.comments === 0 ? [] : newestComments(get, place, signal),
    issue.pull_request === undefined ? undefined : readPull(get, place, signal),
  ]);
  const all = [...comments, ...(review?.comments ?? [])].toSorted((a, b) =>
    a.at < b.at ? -1 : Number(a.at > b.at),
  );
  const kept = all.slice(-mostComments);
  const total = Math.max(all.length, issue.comments + (review?.total ?? 0));
  const thread: Thread = {
    kind: review === undefined ? "issue" : "pull request",
    title: issue.title,
    state: review?.state ?? issue.state,
    author: nameOf(issue.user),
    labels: issue.labels.map((one) => (typeof one === "string" ? one : (one.name ?? ""))),
    body: issue.body ?? "",
    comments: kept,
    olderComments: total - kept.length,
  };
  if (review !== undefined) thread.branches = review.branches;
  return thread;
}

type Place = { owner: string; repo: string; number: number };

/** GitHub lists them oldest first: the newest are on the last two pages. */
async function newestComments(
  get: GitHubGet,
  place: Place,
  signal: AbortSignal,
): Promise<ThreadComment[]> {
  const route = "/repos/{owner}/{repo}/issues/{number}/comments";
  const page = (number: number) =>
    get(route, { ...place, per_page: mostComments, page: number }, signal);
  const first = await page(1);
  const { lastPage } = first;
  const numbers = [lastPage - 1, lastPage].filter((number) => number > 1);
  const later = await Promise.all(numbers.map(page));
  const pages = lastPage > 2 ? later : [first, ...later];
  const lists = await Promise.all(
    pages.map((one) => read(z.array(commentSchema), Promise.resolve(one))),
  );
  return lists.flat().map(commentOf);
}

async function readPull(get: GitHubGet, place: Place, signal: AbortSignal) {
  const asked = { ...place, per_page: mostComments, sort: "created", direction: "desc" };
  const [pull, reviews] = await Promise.all([
    read(pullSchema, get("/repos/{owner}/{repo}/pulls/{number}", place, signal)),
    read(
      z.array(reviewSchema),
      get("/repos/{owner}/{repo}/pulls/{number}/comments", asked, signal),
    ),
  ]);
  const { base, head, merged, draft, review_comments: total } = pull;
  const comments = reviews.map((one) => ({
    ...commentOf(one),
    place: typeof one.line === "number" ? `${one.path}:${one.line}` : one.path,
  }));
  const isDraft = draft === true ? "draft" : undefined;
  return {
    branches: { base: base.ref, head: head.label ?? head.ref },
    state: merged === true ? "merged" : isDraft,
    comments,
    total,
  };
}

function commentOf(one: z.output<typeof commentSchema>): ThreadComment {
  return { author: nameOf(one.user), at: one.created_at, text: one.body ?? "" };
}

function nameOf(someone: z.output<typeof user>): string {
  return someone === null || someone === undefined ? "someone who is gone" : `@${someone.login}`;
}

async function read<S extends z.ZodType>(
  schema: S,
  answer: Promise<{ data: unknown }>,
): Promise<z.output<S>> {
  const parsed = schema.safeParse((await answer).data);
  if (parsed.success) return parsed.data;
  // Not as a cause: it may repeat what the answer said.
  throw new ProviderError("GitHub answered with what is no issue or pull request", {
    kind: "permanent",
  });
}

/** The same failure, with what it is about; of what is not shown, whether its repository is. */
async function aboutLink(
  get: GitHubGet,
  { link, error }: { link: ContextLink; error: unknown },
  signal: AbortSignal,
): Promise<unknown> {
  const { owner, repository: repo, url } = link;
  const about = (why: string): string => `Cannot read ${url}: ${why}.`;
  if (error instanceof ProviderError) {
    const { kind, message, retryAfterMs, cause } = error;
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new ProviderError(about(message), { kind, cause, ...wait });
  }
  if (signal.aborted) {
    return new ProviderError(about("GitHub does not answer in time"), {
      kind: "remote",
      cause: error,
    });
  }
  if (!(error instanceof UserError)) return error;
  if (error.code !== "not_found") return new UserError(about(error.message), { code: error.code });
  const whatItSees = await get("/repos/{owner}/{repo}", { owner, repo }, signal).then(
    () => `the hub's token sees ${owner}/${repo}, but no such issue or pull request there`,
    (refusal: unknown) =>
      refusal instanceof UserError && refusal.code === "not_found"
        ? `the hub's token does not see ${owner}/${repo}. Give GITHUB_TOKEN access to it, or mend the address`
        : error.message,
  );
  return new UserError(about(whatItSees), { code: "not_found" });
}
