/** What the bundle of a Durable Object is given from outside. */
declare module 'orez:catalogs' {
  export const recorded: import('../../compiler/system/rows.ts').Recorded
}

declare module 'cloudflare:workers' {
  export class DurableObject {
    protected readonly ctx: { readonly storage: unknown }
    fetch(request: Request): Promise<Response>
  }
}
