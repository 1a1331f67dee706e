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

const shortestSecret = 6;

/** Takes secrets out of a text. */
export type Redactor = ((text: string) => string) & {
  /** From now on these do not pass either. */
  learn(secrets: readonly string[]): void;
};

/** Makes the one redactor that guards all exits: secrets it was told and the known shapes never pass. */
export function createRedactor(secrets: readonly string[]): Redactor {
  let known: string[] = [];

  function learn(more: readonly string[]): void {
    const longEnough = more.filter((secret) => secret.length >= shortestSecret);
    const all = new Set([...known, ...longEnough.flatMap(spellings)]);
    known = [...all].toSorted((a, b) => b.length - a.length);
  }

  function redact(text: string): string {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, mark);
    for (const shape of shapes) clean = clean.replace(shape, mark);
    return clean;
  }

  learn(secrets);
  return Object.assign(redact, { learn });
}

/** A secret as it is, in JSON, and in an address. */
function spellings(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  // Half a character pair cannot stand in an address.
  const inAddress = /[\ud800-\udfff]/u.test(secret) ? secret : encodeURIComponent(secret);
  return [...new Set([secret, inJson, inAddress])];
}
