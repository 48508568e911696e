import { describeAtlas } from './atlas.ts'

describeAtlas('pglite', 13_000)
