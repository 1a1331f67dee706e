import { z } from "zod";
import { flyApp, flyRegions, flyVolume, type FlyVolume } from "./answers.ts";
import type { FlyCall, FlyHttp } from "./http.ts";
import { abortable } from "./abortable.ts";
import { createSharedRead } from "./shared-read.ts";

export type CreateVolume = { name: string; region: string; size_gb: number; compute: unknown };

/** What is asked of an app, beside its machines. */
export type AppCalls = {
  createVolume(request: CreateVolume, signal: AbortSignal): Promise<FlyVolume>;
  listVolumes(signal: AbortSignal): Promise<FlyVolume[]>;
  deleteVolume(volumeId: string, signal: AbortSignal): Promise<void>;
  /** Throws where the app cannot be reached with this token. */
  checkApp(signal: AbortSignal): Promise<void>;
  /** The codes of the regions that machines can be made in. */
  listRegions(signal: AbortSignal): Promise<string[]>;
};

const anything = z.unknown();
const neverAborted = new AbortController().signal;

export function createAppCalls(http: FlyHttp, app: string): AppCalls {
  const below = `/apps/${encodeURIComponent(app)}`;

  function onApp<T>(call: Omit<FlyCall<T>, "limit"> & { action: string }): FlyCall<T> {
    const { action, ...rest } = call;
    return { ...rest, path: below + call.path, limit: { action, id: app } };
  }

  const readVolumes = createSharedRead((onSend) => {
    const list = { doing: "list the volumes", method: "GET", path: "/volumes" } as const;
    const call = { ...list, action: "volumes.list", answer: z.array(flyVolume), onSend };
    return http.send(onApp(call), neverAborted);
  });

  return {
    createVolume(request, signal) {
      const what = { doing: `create a volume in "${request.region}"`, path: "/volumes" };
      const call = { ...what, action: "volumes.create", answer: flyVolume, body: request };
      return http.send(onApp({ ...call, method: "POST" }), signal);
    },
    listVolumes: (signal) => abortable(readVolumes(), signal),
    async deleteVolume(volumeId, signal) {
      await http.send(
        {
          ...{ doing: `delete volume "${volumeId}"`, method: "DELETE", answer: anything },
          isRepeatable: true,
          path: `${below}/volumes/${encodeURIComponent(volumeId)}`,
          limit: { action: "volumes.delete", id: volumeId },
        },
        signal,
      );
    },
    async checkApp(signal) {
      const what = { doing: `reach the app "${app}"`, path: "", method: "GET" } as const;
      await http.send(onApp({ ...what, action: "apps.get", answer: flyApp }), signal);
    },
    async listRegions(signal) {
      const { regions } = await http.send(
        {
          ...{ doing: "list Fly's regions", method: "GET", path: "/platform/regions" },
          ...{ answer: flyRegions, limit: { action: "platform.regions", id: "platform" } },
        },
        signal,
      );
      return regions.filter(({ deprecated }) => deprecated !== true).map(({ code }) => code);
    },
  };
}
