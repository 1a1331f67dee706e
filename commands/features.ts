import { answerFeature } from "./answer.ts";
import { approveFeature } from "./approve.ts";
import { cancelFeature } from "./cancel.ts";
import { claimFeature } from "./claim.ts";
import type { Feature } from "./define-command.ts";
import { destroyFormFeature } from "./destroy-form.ts";
import { destroyFeature } from "./destroy.ts";
import { diffFeature } from "./diff.ts";
import { extendFeature } from "./extend.ts";
import { createHelp } from "./help.ts";
import { askAnAdmin } from "./identity/ask-an-admin.ts";
import { listFeature } from "./list.ts";
import { logFeature } from "./log.ts";
import { loginFeature } from "./login.ts";
import { pauseFeature } from "./pause.ts";
import { provisionFeature } from "./provision.ts";
import { resumeFeature } from "./resume.ts";
import { retryFeature } from "./retry.ts";
import { screenFeature } from "./screen.ts";
import { statusFeature } from "./status.ts";
import { tellFeature } from "./tell.ts";

/** Everything that the Slack app can do, in the order in which `help` shows it. */
export function createFeatures(): readonly Feature[] {
  const features = [
    provisionFeature,
    listFeature,
    statusFeature,
    tellFeature,
    answerFeature,
    screenFeature,
    logFeature,
    diffFeature,
    destroyFeature,
    cancelFeature,
    retryFeature,
    pauseFeature,
    resumeFeature,
    claimFeature,
    loginFeature,
    destroyFormFeature,
    approveFeature,
    extendFeature,
    askAnAdmin,
  ];
  const commands = features.flatMap(({ command }) => (command === undefined ? [] : [command]));
  return [createHelp(commands), ...features];
}
