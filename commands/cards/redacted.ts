/** What is shown, without a secret in any of its texts. */
export function redacted<T>(shown: T, redact: (text: string) => string): T {
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return redact(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one)]));
  };
  // The same shape with other texts in it.
  return walk(shown) as T;
}
