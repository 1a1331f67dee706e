/** How a front brings the warning before the end of a life to its owner. Without one the record of the warning is all there is. */
export type Warnings = {
  /**
   * From now on, until the hub stops, a life whose owner `reaches` names does not end before its
   * warning was delivered; fifteen minutes pass after that.
   */
  begin(reaches: (ownerId: string) => boolean): Promise<void>;
  /** The warning of this end was delivered at this time. Told again, it changes nothing. */
  delivered(thopterId: string, warning: { expiresAt: number; at: number }): Promise<void>;
};
