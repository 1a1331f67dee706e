import { someUnsaved } from "../fleet/world.ts";
import type { Stage } from "./stage.ts";

const repository = "owner/web";

/** What a team does with thopters, from the first help to the last destroy. */
export async function playAll(stage: Stage): Promise<void> {
  await help(stage);
  await provision(stage);
  await daily(stage);
  await overview(stage);
  await ending(stage);
  await refusal(stage);
  await destroyOne(stage);
  await destroySeveral(stage);
  await destroyUnsaved(stage);
  await agentAsks(stage);
}

async function help({ kit, message, picture }: Stage): Promise<void> {
  await kit.as("lead").command("/thopter", "help", { channel: "fleet" });
  picture(
    "help",
    "`/thopter help`, to whoever asks.",
    await message("lead>fleet", /What \/thopter/),
  );
}

async function provision(stage: Stage): Promise<void> {
  const { kit, clock, message, modal, picture, work, agent } = stage;
  const lead = kit.as("lead");
  const task = "Mend the login: a refresh must not end the session";
  const words = `provision ${task} --repo ${repository} --name amber-falcon --ttl 8h`;
  await lead.command("/thopter", words, { channel: "fleet" });
  picture(
    "provisioning",
    "One card per request, edited in place while the thopter is made.",
    await message("fleet", /running the setup script/),
  );
  picture("ready", "The same card once it is ready.", await message("fleet", /is ready/));

  await lead.command("/thopter", "provision", { channel: "fleet" });
  const form = await modal("lead", /What should the agent do/);
  picture(
    "provision-form",
    "`/thopter provision` alone; the channel remembers its repository.",
    form,
  );
  await lead.closeView(form);

  work.set("amber-falcon", {
    branch: "thopter/amber-falcon",
    commitsAhead: 3,
    uncommittedFiles: 0,
    diffstat: "4 files changed, 112 insertions(+), 38 deletions(-)",
  });
  await clock.advance(6 * 60_000);
  await agent("amber-falcon", "idle");
  picture(
    "finish",
    "In the thread of the card once the agent has finished.",
    await message("fleet", /is idle after/),
  );
}

async function daily(stage: Stage): Promise<void> {
  const { kit, message, picture, world, agent, thopter } = stage;
  const lead = kit.as("lead");
  for (const [name, task] of [
    ["jade-owl", "Move the settings page to the new form library"],
    ["silver-lark", "Find out why the nightly build is slow --ttl 25m"],
    ["copper-heron", "Try the new parser --label parser"],
  ] as const) {
    const person = name === "copper-heron" ? kit.as("developer") : lead;
    await person.command("/thopter", `provision ${task} --name ${name}`, { channel: "fleet" });
    await thopter(name);
  }
  const question = {
    text: "settings/legacy.ts is used by two other pages.\nDelete it and move them too?",
    hash: "9c1f04",
    choices: ["Yes, move them too", "No, keep it for now"],
  };
  await agent("jade-owl", "waiting", { question });
  const asked = await message("@lead", /waits for an answer/);
  await lead.click(asked, "th:answer:0");
  const answered = await message("@lead", /was answered by/);
  picture(
    "question",
    "An agent's question goes to its owner; the answer stays in its place.",
    asked,
    answered,
  );
  await agent("jade-owl", "working");

  world.screen = [
    "● The two pages use the new form now. I run their tests.",
    "",
    "● Bash(npm test -- settings)",
    "  └  Test Files  6 passed (6)",
    "          Tests  41 passed (41)",
    "",
    "✻ Writing the commit message… (12s)",
  ].join("\n");
  await lead.command("/thopter", "screen jade-owl", { channel: "fleet" });
  picture(
    "screen",
    "`/thopter screen jade-owl`, to its owner alone.",
    await message("lead>fleet", /Screen of/),
  );
}

async function overview(stage: Stage): Promise<void> {
  const { kit, message, picture, world, until } = stage;
  const lead = kit.as("lead");
  world.held.add("clone misty-otter");
  for (const name of ["misty-otter", "rapid-wren"]) {
    const words = `provision Write down how the cache works --name ${name}`;
    await kit.as("developer").command("/thopter", words, { channel: "fleet" });
  }
  await message("fleet", /rapid-wren.* waits/);
  await message("fleet", /misty-otter.*cloning the repository/);
  await lead.command("/thopter", "list", { channel: "fleet" });
  picture(
    "list",
    "`/thopter list`: sorted and filtered in Slack.",
    await message("lead>fleet", /data_table/),
  );
  await lead.command("/thopter", "status", { channel: "fleet" });
  picture(
    "status",
    "`/thopter status`: what runs, what waits and why.",
    await message("lead>fleet", /Thopters: \d/),
  );
  await lead.openHome();
  const home = await until(() => kit.slack.home("lead"), "App Home");
  picture("home", "App Home, kept up to date while it is open.", home);
  world.held.clear();
}

async function ending({ clock, message, picture }: Stage): Promise<void> {
  await clock.advance(10 * 60_000);
  picture(
    "ending",
    "Fifteen minutes before a thopter's time is over, to its owner.",
    await message("@lead", /reaches the end/),
  );
}

async function refusal({ kit, message, picture }: Stage): Promise<void> {
  const reviewer = kit.as("reviewer");
  await kit.as("admin").command("/thopter", "status", { channel: "fleet" });
  await message("admin>fleet", /Thopters/);
  await reviewer.command("/thopter", "provision Mend the header", { channel: "fleet" });
  const refused = await message("reviewer>fleet", /th:ask-admin/);
  await reviewer.click(refused, "th:ask-admin");
  const asked = await message("@admin", /asks to be an operator/);
  picture("refusal", "Who may not do something can ask an admin with one press.", refused, asked);
}

async function destroyOne({ kit, message, picture }: Stage): Promise<void> {
  const lead = kit.as("lead");
  await lead.command("/thopter", "destroy amber-falcon", { channel: "fleet" });
  const preview = await message("lead>fleet", /th:destroy-now/);
  picture("destroy", "One's own thopter without unsaved work: a preview, and one press.", preview);
  await lead.click(preview, "th:keep");
}

async function destroySeveral(stage: Stage): Promise<void> {
  const { kit, message, picture, world } = stage;
  const lead = kit.as("lead");
  const names = "amber-falcon jade-owl silver-lark";
  await lead.command("/thopter", `destroy ${names} --reason "reviewed and merged"`, {
    channel: "fleet",
  });
  const approval = await message("fleet", /Destroy 3 thopters\?/);
  picture("approval", "Several at once: a card that names each, for all to see.", approval);
  world.held.add("destroy-machine silver-lark");
  await lead.click(approval, "th:approve");
  const running = await message("fleet", /Destroying 3 thopters.*2 done/);
  picture("bulk", "The same card after the press: who decided, and how far it is.", running);
  world.held.clear();
  await message("fleet", /Destroy of 3 thopters.*3 done/);
}

async function destroyUnsaved(stage: Stage): Promise<void> {
  const { kit, message, modal, picture, world, thopter } = stage;
  const developer = kit.as("developer");
  const { machineId = "" } = await thopter("copper-heron");
  world.unsaved.set(machineId, someUnsaved);
  await developer.command("/thopter", "destroy copper-heron misty-otter", { channel: "fleet" });
  const approval = await message("fleet", /Destroy 2 thopters\?/);
  await developer.click(approval, "th:approve-typed");
  const counting = await modal("developer", /Type 2/);
  picture(
    "count-form",
    "Unsaved work, ten or more, or force: the number has to be typed.",
    counting,
  );
  await developer.submit(counting, { "count:2": "2" });
  const done = await message("fleet", /Destroy of 2 thopters.*2 done/);
  picture("rescued", "What was unsaved is rescued first.", done);
}

async function agentAsks(stage: Stage): Promise<void> {
  const { kit, message, picture, thopter, world } = stage;
  const { ownerId } = await thopter("rapid-wren");
  const actor = { kind: "agent", personId: ownerId, tokenId: "agent-1" } as const;
  const caller = { actor, role: "operator", front: "mcp" } as const;
  const request = { task: "Measure the start", repository: "https://github.com/owner/web" };
  await kit.rig.fleet.provision(caller, { ...request, name: "opal-finch" });
  const { id, machineId = "" } = await thopter("opal-finch");
  world.unsaved.set(machineId, someUnsaved);
  const reason = "I have its numbers, and need the room for the next one.";
  await kit.rig.fleet.destroy(caller, { thopters: [id], reason });
  picture(
    "agent-approval",
    "An agent never approves: what it asks over MCP goes to the thopter's owner.",
    await message("@developer", /Destroy 1 thopter\?/),
  );
}
