import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import type { Finding } from "../cli/commands/doctor.ts";
import type { Config } from "../config.ts";
import { isSimulated } from "../config/fly-settings.ts";
import { causesOf } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import { createConfiguredFlyApi } from "../machinery/fly-machinery.ts";
import type { FlyApi } from "../providers/fly/api.ts";
import { checkFly } from "./fly-check.ts";

const answerMs = 10_000;

/** Looks at what the hub needs of Fly. */
export async function examineFly(config: Config, clock: Clock): Promise<Finding[]> {
  const api = createConfiguredFlyApi(config, clock);
  // A configuration that wants Fly names its token and app.
  if (api === undefined) return [];
  const app = await examineApp(config, api);
  const region = app.ok ? [await examineRegion(config, api)] : [];
  return [app, ...region, examineImage(config), await examineReach(config)];
}

async function examineApp(config: Config, api: FlyApi): Promise<Finding> {
  const trouble = await checkFly(config, api);
  const what = "fly app";
  if (trouble === undefined) {
    const words = `the token is accepted, and "${config.FLY_APP ?? ""}" is there`;
    return { what, ok: true, words };
  }
  return { what, ok: false, words: trouble.words, mend: trouble.mend };
}

async function examineRegion({ FLY_REGION: wanted }: Config, api: FlyApi): Promise<Finding> {
  const what = "fly region";
  try {
    const known = await api.listRegions(AbortSignal.timeout(answerMs));
    const unknown = wanted.filter((code) => !known.includes(code));
    if (unknown.length === 0) return { what, ok: true, words: wanted.join(", then ") };
    return {
      ...{ what, ok: false, words: `Fly has no region ${unknown.join(", ")}` },
      mend: `set FLY_REGION to some of ${known.join(" ")}`,
    };
  } catch (error) {
    // A token for one app may not be allowed to ask: that is nothing to mend.
    const words = `${wanted.join(", then ")}; not checked: ${causesOf(error).join(": ")}`;
    return { what, ok: false, words };
  }
}

function examineImage({ FLY_IMAGE: image = "", FLY_APP: app = "" }: Config): Finding {
  const what = "fly image";
  const [name = ""] = image.split("@");
  const isFixed = image.includes("@") || /:(?!latest$)[^/:]+$/.test(name);
  if (isFixed)
    return { what, ok: true, words: `${image}; whether it boots shows the first thopter` };
  return {
    ...{ what, ok: false, words: `"${image}" may be another image each time` },
    mend: `name a tag or digest: FLY_IMAGE=registry.fly.io/${app}:1`,
  };
}

async function examineReach(config: Config): Promise<Finding> {
  const { FLY_REACH: reach, FLY_APP: app = "" } = config;
  const what = "fly reach";
  if (isSimulated(config)) return { what, ok: true, words: "a simulator on this machine" };
  if (reach === "private") return examinePrivate(app);
  const host = (config.FLY_ADDRESS ?? "{app}.fly.dev").replaceAll("{app}", app);
  if (host.includes("{")) return { what, ok: true, words: `each machine at ${host}` };
  const family = reach === "public" ? 6 : 0;
  const address = await lookup(host, { family }).catch(() => undefined);
  if (address !== undefined) return { what, ok: true, words: `${host} is ${address.address}` };
  return {
    ...{ what, ok: false, words: `${host} has no ${family === 6 ? "IPv6 " : ""}address` },
    mend:
      reach === "public"
        ? `fly ips allocate-v6 --app ${app}`
        : `fly ips allocate-v4 --shared --app ${app}`,
  };
}

/** Fly's private addresses are all in fdaa::/16. */
function examinePrivate(app: string): Finding {
  const what = "fly reach";
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const own = addresses.find(({ address }) => address.startsWith("fdaa:"));
  if (own !== undefined) {
    return { what, ok: true, words: `this machine is ${own.address} in Fly's private network` };
  }
  return {
    ...{ what, ok: false, words: "this machine is not in Fly's private network" },
    mend: `fly wireguard create, and bring it up; or FLY_REACH=public after fly ips allocate-v6 --app ${app}`,
  };
}
