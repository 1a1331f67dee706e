/** Keeps secrets where records are kept. */
export type Vault = {
  /** The secret as it may be stored: nobody reads it without the hub's key. */
  seal(secret: string): string;
  /** Throws UserError when it was sealed with another key, for another purpose, or changed since. */
  unseal(sealed: string): string;
};
