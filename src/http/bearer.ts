import { UserError } from "../core/errors.ts";

const pattern = /^Bearer +([\w~+/.=-]{1,512})$/i;

/** The token of a request. Throws UserError "unauthenticated" when there is none. */
export function bearerToken(headers: Headers): string {
  const token = pattern.exec(headers.get("authorization") ?? "")?.[1];
  if (token !== undefined) return token;
  throw new UserError(
    'Cannot tell who you are: every request needs the header "Authorization: Bearer <token>". "thopter token create" makes a token.',
    { code: "unauthenticated" },
  );
}
