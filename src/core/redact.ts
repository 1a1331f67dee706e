const mark = "[redacted]";

/** Shapes of well-known credentials, so that one that was never configured is caught as well. */
const shapes: readonly RegExp[] = [
  /\bthp_[a-z]+_[A-Za-z0-9_-]{20,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\bxapp-[A-Za-z0-9-]{10,}/g,
  /\bsk-ant-[A-Za-z0-9_-]{10,}/g,
  /\bFlyV1 [A-Za-z0-9_,=+/.-]{20,}/g,
  /\bfo1_[A-Za-z0-9_-]{20,}/g,
  /(?<=\bBearer )[A-Za-z0-9._~+/=-]{16,}/gi,
  /(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g,
];

const shortestSecret = 6;

/** Makes the one redactor that guards all exits: configured secrets and the known shapes never pass. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, mark);
    for (const shape of shapes) clean = clean.replace(shape, mark);
    return clean;
  };
}
