const page = "items";
const thopter =
  "id name status settled ownerId ownerName mine labels repository branch provider agent ageMs createdAt";
const operation =
  "id kind lane status priority thopterId thopterName after actor front attempts steps createdAt explanation";
const approval =
  "id status plan why requestedBy front deciders askerMayDecide createdAt expiresAt askedByName mayDecide";
const status =
  "lanes thopters draining accepting breakers thopterCounts agentCounts queue running pendingApprovals unknownMachines";
const reading = "thopterName what text truncated";
const template = "name description variables";
const templates = "templates problems";
const identity =
  "id name ownerId ownerName mine shared isDefault isHubDefault hasHome variables updatedAt";
const identityDetail = `${identity} logins createdAt updatedByName`;
const repository = "id address variables trusted trustedBySettings changedAt changedByName";

/** The fields at the top of what each command answers; of a list, those of what is in it. */
export const fields: Readonly<Record<string, string>> = {
  provision: "thopter operation",
  "provision --no-wait": "thopter operation outcome",
  "provision --count": "items counts",
  list: "items hasMore",
  status,
  "status <thopter>": `${thopter} task work`,
  wait: "done thopters",
  tell: thopter,
  answer: thopter,
  "answer <thopter>": "thopter text choices hash",
  screen: reading,
  diff: reading,
  log: reading,
  transcript: "thopterName entries",
  run: "exitCode stdout stderr truncated",
  restart: "thopterName agentState",
  rename: thopter,
  label: thopter,
  extend: `${thopter} expiresAt`,
  destroy: operation,
  "destroy --dry-run": "plan verdict",
  "restore <rescue>": "thopter operation",
  restore: "id thopterName repository savedAt commits uncommittedFiles bundlePath",
  "operation get": operation,
  "operation list": page,
  "operation cancel": operation,
  "operation retry": `${operation} retryOf`,
  approve: approval,
  "approve <approval>": "approval operations",
  pause: status,
  resume: status,
  audit: "id at actor front action subject outcome",
  "token create": "token secret",
  "token list": "id kind label personId personName role readOnly toolsets createdAt",
  "token revoke": "id kind label personId personName role readOnly toolsets createdAt revokedAt",
  "person list": "id name role createdAt",
  "person role": "id name role createdAt",
  login: "url tokenId personName role",
  "login status": "url kind personName role",
  "login approve": "code label address personName role",
  "login approve --deny": "code label address",
  logout: "loggedOut revoked url tokenId",
  init: "findings file written next",
  "template list": templates,
  "template list --repo": templates,
  "template show": `${template} text`,
  "template check": "checked problems",
  "template render": "text",
  "identity create": identityDetail,
  "identity create --dry-run": "directory taken leftOut bytes",
  "identity list": identity,
  "identity show": identityDetail,
  "identity check": identityDetail,
  "identity default": "name",
  "identity delete": "name",
  "repository list": repository,
  "repository show": repository,
  "repository env": repository,
  "repository trust": `${repository} setupTimeoutMs`,
  "repository distrust": repository,
  "repository delete": repository,
  config: "file settings problems",
  doctor: "what ok words",
  "slack setup": "mode file",
  "slack manifest": "display_information features oauth_config settings",
  "slack link": "code expiresAt",
};

/** The command alone, without what tells its answers apart. */
export function commandOf(name: string): string[] {
  return name.split(" ").filter((word) => /^\w/.test(word));
}
