import type { Config } from "../config.ts";
import { causesOf, UserError } from "../core/errors.ts";
import type { FlyApi } from "../providers/fly/api.ts";
import { hasReason } from "../providers/fly/fly-error.ts";

/** How long Fly has to answer: a hub starts without it. */
const answerMs = 10_000;

export type FlyTrouble = {
  /** A refusal will stand until a person acts; anything else may pass. */
  isRefusal: boolean;
  words: string;
  mend: string;
};

/** What keeps the hub from using its app at Fly; undefined where it can. */
export async function checkFly(
  config: Pick<Config, "FLY_APP" | "FLY_FLAPS_BASE_URL">,
  api: FlyApi,
): Promise<FlyTrouble | undefined> {
  try {
    await api.checkApp(AbortSignal.timeout(answerMs));
    return undefined;
  } catch (error) {
    return troubleOf(config, error);
  }
}

function troubleOf(
  { FLY_APP: app = "", FLY_FLAPS_BASE_URL: url }: Pick<Config, "FLY_APP" | "FLY_FLAPS_BASE_URL">,
  error: unknown,
): FlyTrouble {
  if (hasReason(error, "unauthorized")) {
    return {
      isRefusal: true,
      words: "Fly does not accept the token",
      mend: `put a valid one into FLY_API_TOKEN: fly tokens create deploy --app ${app}`,
    };
  }
  if (hasReason(error, "not_found", "no_app")) {
    return {
      isRefusal: true,
      words: `there is no app "${app}" at Fly`,
      mend: `fly apps create ${app}, or correct FLY_APP`,
    };
  }
  if (hasReason(error, "forbidden")) {
    return {
      isRefusal: true,
      words: `the token may not use the app "${app}"`,
      mend: `correct FLY_APP, or make a token for it: fly tokens create deploy --app ${app}`,
    };
  }
  return {
    isRefusal: false,
    words: `Fly does not answer: ${causesOf(error).join(": ")}`,
    mend: `look whether ${url} can be reached from here, and at https://status.flyio.net`,
  };
}

/** Throws UserError where Fly refuses for good; answers with what may pass. */
export async function refuseUnusableFly(config: Config, api: FlyApi): Promise<string | undefined> {
  const trouble = await checkFly(config, api);
  if (trouble === undefined) return undefined;
  const { isRefusal, words, mend } = trouble;
  if (!isRefusal) return words;
  throw new UserError(`Cannot start with THOPTER_PROVIDER=fly: ${words}. To mend it: ${mend}.`, {
    code: "unavailable",
  });
}
