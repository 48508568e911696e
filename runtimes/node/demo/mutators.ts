/**
 * What a client may change. They run at once on the client, and again on the server, whose result counts.
 */
import { defineMutator, defineMutators } from '@rocicorp/zero'
import { z } from 'zod'

const name = z.string().trim().min(1).max(200)
const body = z.string().trim().min(1).max(2000)

export const mutators = defineMutators({
  place: {
    rename: defineMutator(z.object({ id: z.number(), name }), async ({ tx, args }) => {
      await tx.mutate.place.update(args)
    }),
  },
  star: {
    add: defineMutator(z.object({ placeId: z.number(), createdAt: z.number() }), async ({ tx, args }) => {
      await tx.mutate.star.upsert(args)
    }),
    remove: defineMutator(z.object({ placeId: z.number() }), async ({ tx, args }) => {
      await tx.mutate.star.delete(args)
    }),
  },
  note: {
    add: defineMutator(
      z.object({ id: z.string(), placeId: z.number(), body, createdAt: z.number() }),
      async ({ tx, args }) => {
        await tx.mutate.note.insert(args)
      },
    ),
    remove: defineMutator(z.object({ id: z.string() }), async ({ tx, args }) => {
      await tx.mutate.note.delete(args)
    }),
  },
})
