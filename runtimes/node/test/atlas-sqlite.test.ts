import { describeAtlas } from './atlas.ts'

describeAtlas('sqlite', 13_500)
