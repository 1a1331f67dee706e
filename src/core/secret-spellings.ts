/** A secret as it is, and as programs write it: in JSON, in addresses, in pages, in base64 and in hex. */
export function spellingsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const all = [secret, ...inJson(secret), ...inAddress(secret), inPage(secret)];
  return [...new Set([...all, ...inBase64(bytes), ...inHex(bytes)])];
}

/** Also as JSON in JSON, without the signs that ASCII lacks, and with the slashes that some escape. */
function inJson(secret: string): string[] {
  const plain = escaped(secret);
  const ascii = plain.replaceAll(
    /[\u0080-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return [plain, escaped(plain), ascii, escaped(ascii), plain.replaceAll("/", "\\/")];
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inAddress(secret: string): string[] {
  // Half a character pair cannot stand in an address.
  if (/[\ud800-\udfff]/u.test(secret)) return [];
  const usual = encodeURIComponent(secret);
  const strict = usual.replaceAll(/[!'()*]/g, hexOf);
  const all = [usual, strict].flatMap((one) => [
    one,
    one.replaceAll("%20", "+"),
    one.replaceAll("%2F", "/"),
  ]);
  const small = (one: string): string => one.replaceAll(/%[\dA-F]{2}/g, (hex) => hex.toLowerCase());
  return all.flatMap((one) => [one, small(one)]);
}

function hexOf(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}

const pageSigns: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

function inPage(secret: string): string {
  return secret.replaceAll(/[&<>"']/g, (sign) => pageSigns[sign] ?? sign);
}

/** What base64 makes of it wherever it begins among other bytes: the part that only it decides. */
function inBase64(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((before) => {
    const signs = [...new Uint8Array(before), ...bytes].map((byte) => String.fromCharCode(byte));
    const begin = Math.ceil((before * 8) / 6);
    const end = Math.floor((signs.length * 8) / 6);
    const usual = btoa(signs.join("")).slice(begin, end);
    return [usual, usual.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function inHex(bytes: Uint8Array): string[] {
  const small = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [small, small.toUpperCase()];
}
