/** Something that no server may do. */
export class Anomaly extends Error {}
