import { createAppCalls, type AppCalls } from "./app-calls.ts";
import type { FlyHttp } from "./http.ts";
import { createMachineCalls, type MachineCalls } from "./machine-calls.ts";

/** The few calls of the Machines API that are used, on one app. */
export type FlyApi = MachineCalls & AppCalls;

export function createFlyApi(http: FlyHttp, app: string): FlyApi {
  return { ...createMachineCalls(http, app), ...createAppCalls(http, app) };
}
