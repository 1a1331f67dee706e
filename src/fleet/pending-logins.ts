import type { Role } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { LoginView } from "../core/login.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { codeLength, codeLifeMs, newCode } from "./link-codes.ts";
import type { FleetPorts } from "./ports.ts";

/** As many as a large team needs at once; anybody may ask, and each holds memory for ten minutes. */
const mostPending = 100;
const mostPerAddress = 10;
const longestLabel = 80;
const codePattern = new RegExp(`^[0-9a-f]{${codeLength}}$`);

/** Who the command line is from now on. */
type Approved = { status: "approved"; personId: string; role: Role; endsAt: number | undefined };

/** A login that somebody asked for. It is decided once, and forgotten when it expires. */
export type PendingLogin = Omit<LoginView, "code"> & {
  readonly id: string;
  /** As it is typed: small letters and digits alone. */
  readonly code: string;
  /** The digest of what its asker keeps secret. */
  readonly challenge: string;
  standing: { status: "pending" | "denied" } | Approved;
  /** Ends the one wait that goes on for it. */
  wake: () => void;
};

/** The logins that wait. They live in memory: after a restart people ask anew. */
export type PendingLogins = {
  /** Throws UserError "full". */
  add(request: { label: string; address: string; challenge: string }): PendingLogin;
  byId(id: string): PendingLogin | undefined;
  byCode(code: string): PendingLogin | undefined;
  remove(login: PendingLogin): void;
};

export function createPendingLogins(
  ports: Pick<FleetPorts, "clock" | "newSecret" | "digest">,
): PendingLogins {
  const { clock, newSecret } = ports;
  const logins = new Map<string, PendingLogin>();

  function all(): PendingLogin[] {
    const now = clock.now();
    for (const [id, { expiresAt }] of logins) if (expiresAt <= now) logins.delete(id);
    return [...logins.values()];
  }

  function refuseTooMany(address: string): void {
    const open = all();
    const near = open.filter((one) => networkOf(one.address) === networkOf(address));
    const isCrowded = near.length >= mostPerAddress;
    if (open.length < mostPending && !isCrowded) return;
    throw new UserError(
      `Cannot begin a login: too many ${isCrowded ? "from your address " : ""}wait to be confirmed. Try again in ten minutes.`,
      { code: "full" },
    );
  }

  return {
    add({ label, address, challenge }) {
      refuseTooMany(address);
      const login: PendingLogin = {
        ...{ id: newSecret(), code: newCode(ports), challenge, address },
        label: cleanLabel(label),
        askedAt: clock.now(),
        expiresAt: clock.now() + codeLifeMs,
        standing: { status: "pending" },
        wake: () => undefined,
      };
      logins.set(login.id, login);
      return login;
    },
    byId: (id) => all().find((one) => one.id === id),
    byCode: (code) => all().find((one) => one.code === code),
    remove: ({ id }) => void logins.delete(id),
  };
}

/** With IPv6 one asker has as many addresses as they like, which begin the same. */
function networkOf(address: string): string {
  return address.split(":").slice(0, 4).join(":");
}

/** What the asker calls itself is shown to people, and becomes the label of a token. */
function cleanLabel(label: string): string {
  const shown = untrustedText(label.replaceAll(/\s+/g, " "), { maxLength: longestLabel }).trim();
  return shown === "" ? "a machine without a name" : shown;
}

/** A code as the hub keeps it, however it was typed; undefined for what can be none. */
export function typedCode(text: string): string | undefined {
  const code = text.replaceAll(/[^0-9a-z]/gi, "").toLowerCase();
  return codePattern.test(code) ? code : undefined;
}

/** A login as people see it. */
export function loginView({ code, label, address, askedAt, expiresAt }: PendingLogin): LoginView {
  const half = codeLength / 2;
  const grouped = `${code.slice(0, half)}-${code.slice(half)}`;
  return { code: grouped, label, address, askedAt, expiresAt };
}
