/** Numbers that are the same for the same seed. */
export type Random = {
  /** From 0 up to, but not including, 1. */
  next(): number;
  hex(digits: number): string;
};

/** The generator known as mulberry32: small, and good enough for ids and chance. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    next,
    hex: (digits) =>
      Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join(""),
  };
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** An id of 26 letters that sorts by its time. */
export function ulidAt(timeMs: number, random: Random): string {
  let time = "";
  for (let rest = timeMs, digit = 0; digit < 10; digit += 1) {
    time = crockford.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  const tail = Array.from({ length: 16 }, () => crockford.charAt(Math.floor(random.next() * 32)));
  return time + tail.join("");
}
