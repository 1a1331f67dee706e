import type { Readable } from "node:stream";
import { ProviderError } from "../core/errors.ts";
import type { RunOptions, RunResult } from "../core/ports/shell.ts";
import { asError } from "./as-error.ts";
import type { Program } from "./program.ts";

const usualMaxBytes = 16 * 1024 * 1024;

/** Waits for a program's end and answers with what it wrote, within the bounds of the options. */
export async function collectOutput(
  program: Program,
  options: Pick<RunOptions, "maxOutputBytes" | "onOutput">,
): Promise<RunResult> {
  const stdout = keep(program, "stdout", options);
  const stderr = keep(program, "stderr", options);
  const exitCode = await program.finished;
  return { exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}

function keep(
  program: Program,
  stream: "stdout" | "stderr",
  options: Pick<RunOptions, "maxOutputBytes" | "onOutput">,
): Uint8Array[] {
  const { maxOutputBytes = usualMaxBytes, onOutput } = options;
  const kept: Uint8Array[] = [];
  let bytes = 0;
  eachChunk(program, stream, (chunk) => {
    bytes += chunk.length;
    if (bytes > maxOutputBytes) throw tooMuch(program.name, stream, maxOutputBytes);
    if (onOutput === undefined) kept.push(chunk);
    else onOutput(chunk, stream);
  });
  return kept;
}

/** Reads a program's output as it comes; what `take` throws ends the program and is its failure. */
function eachChunk(
  program: Program,
  stream: "stdout" | "stderr",
  take: (chunk: Uint8Array) => void,
): void {
  const source: Readable = program[stream];
  let failed = false;
  source.on("data", (chunk: Uint8Array) => {
    if (failed) return;
    try {
      take(chunk);
    } catch (error) {
      failed = true;
      program.end(asError(error));
    }
  });
}

function tooMuch(name: string, stream: string, maxBytes: number): ProviderError {
  return new ProviderError(
    `Cannot finish "${name}": it wrote more than ${maxBytes} bytes to ${stream}`,
    { kind: "permanent" },
  );
}

/** The last words of a program's stderr, for an error message. Untrusted text. */
export function lastWords(program: Program): () => string {
  let text = "";
  program.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-lastWordsLength);
  });
  return () => text.trim();
}

const lastWordsLength = 2_000;
