import { describeAtlas } from './atlas.ts'

// One after the other: both want the same ports, and the machine.
describeAtlas('pglite', 13_000)
describeAtlas('sqlite', 13_500)
