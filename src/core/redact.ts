import { createSecretIndex, indexWidth } from "./secret-index.ts";
import { spellingsOf } from "./secret-spellings.ts";

const mark = "[redacted]";

/** Shapes of well-known credentials, so that one that was never configured is caught as well. */
const shapes: readonly RegExp[] = [
  /thp_[a-z]+_[A-Za-z0-9_-]{20,}/g,
  /gh[pousr]_[A-Za-z0-9]{20,}/g,
  /github_pat_[A-Za-z0-9_]{20,}/g,
  /glpat-[A-Za-z0-9_-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\bxapp-[A-Za-z0-9-]{10,}/g,
  /\bsk-ant-[A-Za-z0-9_-]{10,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\bFlyV1 [A-Za-z0-9_,=+/.-]{20,}/g,
  /\bf(?:o1|m[12][ar]?)_[A-Za-z0-9_=+/-]{20,}/g,
  /\bA(?:KIA|SIA)[A-Z0-9]{16}\b/g,
  /(?<=\b(?:Bearer|Basic) )[A-Za-z0-9._~+/=-]{16,}/gi,
  // A login in an address, up to the last `@` of its host; or a long name, which is a token.
  /(?<=:\/\/)[^\s/?#:"'<>]*:[^\s/?#"'<>]*(?=@)/g,
  /(?<=:\/\/)[^\s/?#:@"'<>]{20,}(?=@)/g,
  // One that was cut off has no end.
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----)[\s\S])*(?:-----END [A-Z ]{0,40}-----)?/g,
];

/** What is shorter would hide half of every text: it is refused where secrets are set. */
export const shortestSecret = indexWidth;

/** Takes secrets out of a text. */
export type Redactor = ((text: string) => string) & {
  /** From now on these do not pass either. */
  learn(secrets: readonly string[]): void;
  /** Tells of all that it knows, and from now on of all that is learned, known before or not. */
  onLearn(listener: (secrets: readonly string[]) => void): void;
};

/** Makes the one redactor that guards all exits: secrets it was told and the known shapes never pass. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = new Set<string>();
  const index = createSecretIndex();
  const listeners: ((secrets: readonly string[]) => void)[] = [];

  function learn(more: readonly string[]): void {
    const longEnough = more.filter((secret) => secret.length >= shortestSecret);
    for (const secret of longEnough) {
      if (known.has(secret)) continue;
      known.add(secret);
      for (const spelling of spellingsOf(secret)) index.add(spelling);
    }
    for (const listener of listeners) listener(longEnough);
  }

  function withoutKnown(text: string): string {
    let clean = "";
    let done = 0;
    for (const { begin, end } of index.find(text)) {
      clean += text.slice(done, begin) + mark;
      done = end;
    }
    return done === 0 ? text : clean + text.slice(done);
  }

  function redact(text: string): string {
    let clean = withoutKnown(text);
    for (const shape of shapes) clean = clean.replace(shape, mark);
    return clean;
  }

  learn(secrets);
  return Object.assign(redact, {
    learn,
    onLearn(listener: (secrets: readonly string[]) => void) {
      listeners.push(listener);
      listener([...known]);
    },
  });
}
