import type { EventStore } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

/** Keeps the events of one session, so that a stream that was closed can be taken up again. */
export function createEventStore(): EventStore {
  const events: { streamId: string; message: Parameters<EventStore["storeEvent"]>[1] }[] = [];

  return {
    async storeEvent(streamId, message) {
      events.push({ streamId, message });
      return String(events.length - 1);
    },
    async getStreamIdForEventId(eventId) {
      return events[Number(eventId)]?.streamId;
    },
    async replayEventsAfter(lastEventId, { send }) {
      const streamId = events[Number(lastEventId)]?.streamId ?? "";
      for (const [index, event] of events.entries()) {
        const isLater = index > Number(lastEventId) && event.streamId === streamId;
        // The event that opens a stream has no message.
        if (isLater && "jsonrpc" in event.message) await send(String(index), event.message);
      }
      return streamId;
    },
  };
}
