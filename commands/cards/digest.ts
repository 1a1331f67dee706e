/** A short digest that tells one text from another; nobody is kept from making two alike (FNV-1a, twice). */
export function digestOf(text: string): string {
  return hash(text, 0x811c9dc5) + hash(text, 0x01000193 ^ text.length);
}

function hash(text: string, seed: number): string {
  let value = seed;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, "0");
}
