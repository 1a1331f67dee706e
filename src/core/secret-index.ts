/** How many characters of each spelling are looked up: no spelling may be shorter. */
export const indexWidth = 6;

const factor = 31;
const highest = factor ** (indexWidth - 1);
const filterSize = 2 ** 16;

/** Finds many spellings in one pass, so that a text costs the same however many secrets there are. */
export function createSecretIndex(): {
  add(spelling: string): void;
  /** Where they stand, from the first on; those that overlap are one. */
  find(text: string): { begin: number; end: number }[];
} {
  const byHash = new Map<number, string[]>();
  const filter = new Uint8Array(filterSize);

  function endAt(text: string, begin: number, hash: number): number {
    let end = begin;
    for (const spelling of byHash.get(hash) ?? []) {
      if (text.startsWith(spelling, begin)) end = Math.max(end, begin + spelling.length);
    }
    return end;
  }

  return {
    add(spelling) {
      const hash = hashOf(spelling);
      const same = byHash.get(hash) ?? [];
      if (!same.includes(spelling)) byHash.set(hash, [...same, spelling]);
      filter[slotOf(hash)] = 1;
    },
    find(text) {
      const found: { begin: number; end: number }[] = [];
      if (byHash.size === 0 || text.length < indexWidth) return found;
      let hash = hashOf(text);
      for (let begin = 0; ; begin += 1) {
        const end = filter[slotOf(hash)] === 1 ? endAt(text, begin, hash) : begin;
        const last = found.at(-1);
        if (end > begin) {
          if (last !== undefined && begin < last.end) last.end = Math.max(last.end, end);
          else found.push({ begin, end });
        }
        if (begin + indexWidth >= text.length) return found;
        hash = Math.imul(hash - Math.imul(text.charCodeAt(begin), highest), factor);
        hash = (hash + text.charCodeAt(begin + indexWidth)) | 0;
      }
    },
  };
}

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < indexWidth; at += 1) {
    hash = (Math.imul(hash, factor) + text.charCodeAt(at)) | 0;
  }
  return hash;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 16)) & (filterSize - 1);
}
