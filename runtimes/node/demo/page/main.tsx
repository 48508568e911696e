/**
 * The page: one Zero client, and the atlas around it.
 */

import { ZeroProvider } from '@rocicorp/zero/react'
import { createRoot } from 'react-dom/client'
import { mutators } from '../mutators.ts'
import { schema } from '../schema.ts'
import { Atlas } from './atlas.tsx'
import './style.css'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no root')

// Zero's server answers under the name by which the page was reached
const zeroUrl = new URL(root.dataset.zeroUrl ?? '')
zeroUrl.hostname = location.hostname

createRoot(root).render(
  <ZeroProvider cacheURL={zeroUrl.origin} schema={schema} mutators={mutators}>
    <Atlas />
  </ZeroProvider>,
)
