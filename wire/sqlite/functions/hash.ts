/** Hashes, where no host has faster ones. Manual: "Binary String Functions". */
import { md5 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { Hashes } from '../../../compiler/types/environment.ts'

export const hashes: Hashes = { md5, sha224, sha256, sha384, sha512 }
