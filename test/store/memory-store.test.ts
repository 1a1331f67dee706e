import { createMemoryStore } from "../../src/store/memory-store.ts";
import { storeContract } from "../contracts/store-contract.ts";

storeContract("the memory store", (options) => Promise.resolve(createMemoryStore(options)));
