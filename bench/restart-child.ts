import { restartOnce } from "./restart.ts";

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("Name the data directory");
await restartOnce(directory);
