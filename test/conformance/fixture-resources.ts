import type { FixtureHandler } from "./fixture-server.ts";
import { pixel } from "./media.ts";

const watched = "test://watched-resource";

const contents: Readonly<Record<string, Record<string, string>>> = {
  "test://static-text": { mimeType: "text/plain", text: "A static text." },
  "test://static-binary": { mimeType: "image/png", blob: pixel },
  [watched]: { mimeType: "text/plain", text: "A watched text." },
};

function contentOf(uri: string): Record<string, string> | undefined {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) return contents[uri];
  return { mimeType: "application/json", text: JSON.stringify({ id, templateTest: true }) };
}

const readOrProduct: FixtureHandler = async ({ params }, _extra, product) => {
  const uri = String(params["uri"]);
  const content = contentOf(uri);
  return content === undefined ? product() : { contents: [{ uri, ...content }] };
};

const acceptOrProduct: FixtureHandler = ({ params }, _extra, product) =>
  params["uri"] === watched ? {} : product();

export const fixtureResources: Readonly<Record<string, FixtureHandler>> = {
  "resources/list": async (_request, _extra, product) => {
    const { resources, ...rest } = await product();
    const own = Object.entries(contents).map(([uri, { mimeType }]) => ({
      uri,
      name: uri,
      description: "A fixture",
      mimeType,
    }));
    // The product's answer is a list of resources.
    return { ...rest, resources: [...(resources as unknown[]), ...own] };
  },
  "resources/read": readOrProduct,
  "resources/subscribe": acceptOrProduct,
  "resources/unsubscribe": acceptOrProduct,
};
