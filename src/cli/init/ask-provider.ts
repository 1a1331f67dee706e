import { isBad } from "../commands/doctor.ts";
import type { Init } from "./parts.ts";

const providers = [
  { value: "local", label: "On this machine" },
  { value: "fly", label: "At Fly.io", hint: "a machine each" },
] as const;

type Provider = (typeof providers)[number]["value"];

/** Asks where machines come from, and looks whether they can. */
export async function askProvider(init: Init, fixed: string | undefined): Promise<void> {
  const { talk, draft, checks } = init;
  const before: Provider = draft.get("THOPTER_PROVIDER") === "fly" ? "fly" : "local";
  const provider = fixed ?? (await talk.choose("Where do thopters run?", providers, before));
  draft.set({ THOPTER_PROVIDER: provider });
  await talk.check("Looking at this machine", (signal) => checks.machine(draft.values(), signal));
  if (provider === "fly") await askFly(init);
}

const flyQuestions = [
  { name: "FLY_APP", question: 'App at Fly ("fly apps create" makes one)' },
  { name: "FLY_REGION", question: "Regions, such as iad,ams" },
  { name: "FLY_IMAGE", question: "Image that machines boot" },
  { name: "FLY_VM_SIZE", question: "Size of a machine", usual: "shared-cpu-2x" },
];

async function askFly(init: Init): Promise<void> {
  const { talk, draft, checks } = init;
  for (;;) {
    await askFlyToken(init);
    for (const { name, question, usual } of flyQuestions) {
      const value = await talk.ask(question, {
        initial: draft.get(name) ?? usual,
        problemOf: (typed) => (typed === "" ? "Fly needs it." : checks.problemOf(name, typed)),
      });
      draft.set({ [name]: value });
    }
    await askReach(init);
    const found = await talk.check("Asking Fly", (signal) => checks.fly(draft.values(), signal));
    if (!found.some(isBad) || !(await wantsToCorrect(talk))) return;
  }
}

async function askFlyToken({ talk, draft }: Init): Promise<void> {
  for (;;) {
    const present = draft.get("FLY_API_TOKEN");
    const way =
      present === undefined ? '"fly tokens create deploy"' : "Enter keeps the present one";
    const value = (await talk.askSecret(`Token of Fly (${way})`)) || present;
    if (value !== undefined) return draft.set({ FLY_API_TOKEN: value });
    talk.say(["Fly needs a token."], "warning");
  }
}

async function askReach({ talk, draft }: Init): Promise<void> {
  const choices = [
    { value: "private", label: "By Fly's private network", hint: "this machine is in it" },
    { value: "public", label: "Over the internet" },
    { value: "tls", label: "Over the internet, inside TLS" },
  ] as const;
  const before = choices.find(({ value }) => value === draft.get("FLY_REACH"))?.value;
  draft.set({ FLY_REACH: await talk.choose("How does the hub reach them?", choices, before) });
}

async function wantsToCorrect(talk: Init["talk"]): Promise<boolean> {
  const choices = [
    { value: "again", label: "Correct it" },
    { value: "keep", label: "Keep it, and mend that later" },
  ] as const;
  return (await talk.choose("Something is to mend", choices, "again")) === "again";
}
