/** Marks an expression that cannot be computed here. */
export class NotComputable extends Error {}
