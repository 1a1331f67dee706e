/** Why a run was told to stop. */
export class RunStopped extends Error {
  override name = "RunStopped";
  readonly why: "canceled" | "checkpoint" | "storage";

  constructor(why: "canceled" | "checkpoint" | "storage") {
    super(`Stopped: ${why}`);
    this.why = why;
  }
}
