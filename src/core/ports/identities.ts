import type { Caller } from "../actor.ts";
import type { HomeChoice, LeftOut } from "../home-exclusions.ts";
import type { ChosenIdentity, Identity, IdentityHome, IdentityLogin } from "../identity.ts";

/** An identity as those who may use it see it. */
export type IdentityView = {
  id: string;
  name: string;
  ownerId: string;
  ownerName: string;
  mine: boolean;
  shared: boolean;
  /** Whether it is what the caller's provisions take, and what those of everyone without their own take. */
  isDefault: boolean;
  isHubDefault: boolean;
  hasHome: boolean;
  /** The variables that its logins are in; never their values. */
  variables: string[];
  updatedAt: number;
};

/** A login as its owner sees it. */
export type IdentityLoginView = Omit<IdentityLogin, "sealed"> & {
  /** Why it does not work and who must renew it how, where that is known. */
  trouble?: string;
};

export type IdentityDetail = IdentityView & {
  logins: IdentityLoginView[];
  home?: IdentityHome;
  capturedFrom?: string;
  createdAt: number;
  updatedByName: string;
};

/** A home that was brought here and that no identity holds yet. */
export type UploadedHome = IdentityHome & {
  upload: string;
  leftOut: { path: string; why: string }[];
};

/** A packed home that was received and that nobody has looked into yet. */
export type ArrivedHome = { read(): AsyncIterable<Uint8Array>; remove(): Promise<void> };

/** A packed home, whole or as it comes. */
export type PackedHome = Uint8Array | AsyncIterable<Uint8Array>;

export type CreateIdentityRequest = HomeChoice & {
  name: string;
  /** Whether one of this name is there already, whose parts that are given are changed. */
  replace?: boolean | undefined;
  shared?: boolean | undefined;
  /** A home that was uploaded, or a thopter to capture it from. */
  upload?: string | undefined;
  fromThopter?: string | undefined;
  /** What the upload was captured from, in words. */
  capturedFrom?: string | undefined;
  logins?: readonly { variable: string; value: string }[] | undefined;
  /** When the logins of this request expire. */
  expiresAt?: number | undefined;
};

/** What a front can ask about identities. No answer holds a secret. */
export type IdentityFleet = {
  /** Those that the caller may name; an agent: what its person chose for it or lets it choose from. */
  listIdentities(caller: Caller): Promise<IdentityView[]>;
  getIdentity(caller: Caller, request: { identity: string }): Promise<IdentityDetail>;
  /** Checks a packed home and keeps it, sealed, for the identity that is made next. */
  uploadHome(caller: Caller, home: HomeChoice & { archive: PackedHome }): Promise<UploadedHome>;
  createIdentity(
    caller: Caller,
    request: CreateIdentityRequest,
  ): Promise<IdentityDetail & { leftOut: { path: string; why: string }[] }>;
  deleteIdentity(caller: Caller, request: { identity: string }): Promise<{ name: string }>;
  /** Sets what provisions take that name none: the caller's, or everyone's. Without one, clears it. */
  setDefaultIdentity(
    caller: Caller,
    request: { identity?: string | undefined; hub?: boolean | undefined },
  ): Promise<{ name?: string }>;
  /** Asks the APIs whether its logins are taken. */
  checkIdentity(caller: Caller, request: { identity: string }): Promise<IdentityDetail>;
};

/** Keeps what identities hold, sealed with the hub's key. */
export type IdentityKeep = {
  seal(identityId: string, secret: string): string;
  /** The values of its logins. Throws UserError when the hub's key is another. */
  loginsOf(identity: Identity): Record<string, string>;
  /** Tells the redactor. */
  learn(secrets: readonly string[]): void;
  /** Takes what comes into a file of its own. Throws UserError when it is larger than a home may be. */
  receive(archive: AsyncIterable<Uint8Array>): Promise<ArrivedHome>;
  /** Checks an archive, makes a clean one of it and keeps that. Throws UserError. */
  stage(archive: PackedHome, leftOut: LeftOut): Promise<UploadedHome>;
  discard(upload: string): Promise<void>;
  /** Gives a staged home to an identity; durable when it resolves. */
  keep(identityId: string, upload: UploadedHome): Promise<void>;
  /** A kept home as a packed archive, without what is left out now. Throws UserError when it is gone. */
  home(chosen: ChosenIdentity & { digest: string }, leftOut: LeftOut): Promise<Uint8Array>;
  /** Removes all homes but these and those that are staged. */
  tidy(named: readonly { id: string; digest: string }[]): Promise<void>;
  /** The same logins, with what the APIs say of them now. */
  check(identity: Identity, signal: AbortSignal): Promise<IdentityLogin[]>;
};

/** What the steps of a provision need of a chosen identity. */
export type ChosenIdentities = {
  logins(chosen: ChosenIdentity): Promise<Record<string, string>>;
  /** Its home without these names at the top; undefined where it has none. */
  home(chosen: ChosenIdentity, without: readonly string[]): Promise<Uint8Array | undefined>;
};
