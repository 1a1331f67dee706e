import { ProviderError, type ProviderErrorKind } from "../core/errors.ts";

/** Says why no connection came about. */
export function connectFailure(place: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const { kind, reason } = judge(error);
  return new ProviderError(`Cannot connect to ${place}: ${reason}`, { kind, cause: error });
}

function judge(error: unknown): { kind: ProviderErrorKind; reason: string } {
  const { level, code, message } = factsOf(error);
  if (level === "client-authentication") {
    const reason = "it takes no login with this user and key. Check what the machine authorises.";
    return { kind: "auth", reason };
  }
  if (/privateKey/.test(message)) {
    return { kind: "auth", reason: "the private key cannot be read. Give an unencrypted one." };
  }
  if (untrustedCertificate.test(code)) {
    return { kind: "permanent", reason: `its certificate is not trusted: ${message}` };
  }
  if (code === "ERR_SOCKET_BAD_PORT" || /no matching/.test(message)) {
    return { kind: "permanent", reason: message };
  }
  return { kind: "transient", reason: message };
}

// The names of OpenSSL's verdicts, and of Node's own on the name.
const untrustedCertificate =
  /^(?:ERR_TLS_CERT_ALTNAME_INVALID|CERT_.*|.*_SIGNED_CERT(?:_IN_CHAIN)?|UNABLE_TO_.*|INVALID_CA|HOSTNAME_MISMATCH)$/;

// Of its errors ssh2 names the stage; a code comes from the socket alone.
function factsOf(error: unknown): { level: string; code: string; message: string } {
  if (!(error instanceof Error)) return { level: "", code: "", message: String(error) };
  const level = "level" in error ? String(error.level) : "";
  const code = "code" in error ? String(error.code) : "";
  return { level, code, message: wordsOf(error) || code };
}

// Tried at several addresses in vain, a connection fails with one empty error around theirs.
function wordsOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  return error.errors.map((each: unknown) => factsOf(each).message).join(", ");
}
