/**
 * The whole stack as a person sees it: the atlas in two browsers that share nothing but the server.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from '@rocicorp/zero-sqlite3'
import type { Browser, Page } from 'playwright-core'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../../wire/server/server.ts'
import { isolatedPage, launchBrowser } from './browser.ts'
import { DemoProcess } from './demo-process.ts'

/**
 * @param port where the page is
 */
export const describeAtlas = (backend: Backend, port: number): void => {
  describe(`the atlas over ${backend}`, () => {
    let folder: string
    let demo: DemoProcess
    let sql: postgres.Sql
    let browser: Browser
    let first: { page: Page; errors: string[] }
    let second: { page: Page; errors: string[] }

    /** The place that the first test renames. */
    let edited = 0

    const FRANCE = '#country=FR&search=paris'
    const open = async (page: Page, view: string): Promise<void> => {
      await page.goto('about:blank')
      await page.goto(`${demo.urls.app}/${view}`)
      await page.waitForSelector('.places[data-complete=true] li')
    }

    const text = (id: number): string => `.places [data-place="${id}"] b`
    const shows = (page: Page, id: number, name: string): Promise<unknown> =>
      page.waitForFunction(([selector, wanted]) => document.querySelector(selector ?? '')?.textContent === wanted, [
        text(id),
        name,
      ] as const)

    const rename = async (page: Page, id: number, name: string): Promise<void> => {
      await page.click(`[data-place="${id}"]`)
      await page.waitForSelector(`[data-card="${id}"]`)
      await page.fill('[aria-label="Name of the place"]', name)
      await page.press('[aria-label="Name of the place"]', 'Enter')
    }

    /** Records, from now on, every state of the list of places that the page has shown. */
    const observe = (page: Page): Promise<void> =>
      page.evaluate(() => {
        const list = document.querySelector('.places')
        const states: string[][] = []
        const removed: string[] = []
        const read = (): string[] => [...document.querySelectorAll('.places b')].map((one) => one.textContent ?? '')
        states.push(read())
        const observer = new MutationObserver((changes) => {
          for (const change of changes) {
            for (const node of change.removedNodes) {
              const row = node instanceof Element ? (node.querySelector('[data-place]') ?? undefined) : undefined
              if (row !== undefined) removed.push(row.getAttribute('data-place') ?? '')
            }
          }
          states.push(read())
        })
        if (list !== null) observer.observe(list, { childList: true, subtree: true, characterData: true })
        Object.assign(window, { observed: { states, removed } })
      })

    const observed = (page: Page): Promise<{ states: string[][]; removed: string[] }> =>
      page.evaluate(() => (window as unknown as { observed: { states: string[][]; removed: string[] } }).observed)

    const pages = (): Page[] => [first.page, second.page]

    const connect = (): postgres.Sql => postgres(demo.urls.pg, { max: 2, onnotice: () => undefined })

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'orez-atlas-'))
      demo = await DemoProcess.start(folder, port, backend)
      sql = connect()
      browser = await launchBrowser()
      first = await isolatedPage(browser)
      second = await isolatedPage(browser)
    }, 120_000)

    afterAll(async () => {
      await browser?.close()
      await sql?.end()
      await demo?.end('SIGINT')
      await rm(folder, { recursive: true, force: true })
    })

    test('has all of the data', async () => {
      const [counts] = await sql`
        SELECT (SELECT count(*)::int FROM place) AS places, (SELECT count(*)::int FROM country) AS countries`
      expect(counts).toEqual({ places: 171_075, countries: 250 })
      await open(first.page, '')
      await first.page.click('[data-country="FR"]')
      await first.page.waitForSelector('[data-region="FR.11"]')
      await first.page.click('[data-region="FR.11"]')
      await first.page.fill('[aria-label="Search places"]', 'versail')
      await first.page.waitForFunction(() => document.querySelector('.places b')?.textContent === 'Versailles')
      expect(await first.page.textContent('footer')).toContain('CC BY 4.0')
    })

    test('an edit in one browser appears in the other, without a flicker, and in the change log', async () => {
      for (const page of pages()) await open(page, FRANCE)
      // the last of the list stays the last
      const last = '.places li:last-child'
      edited = Number(await first.page.getAttribute(`${last} button`, 'data-place'))
      const oldName = (await first.page.textContent(`${last} b`)) ?? ''
      const newName = `${oldName} zz`
      for (const page of pages()) await observe(page)
      await rename(first.page, edited, newName)
      for (const page of pages()) await shows(page, edited, newName)
      await second.page.waitForFunction(
        (name) => document.querySelector('.log .update')?.textContent?.includes(name),
        newName,
      )
      expect(await second.page.textContent('.log .update code')).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/)
      for (const page of pages()) {
        const { states, removed } = await observed(page)
        expect(removed).toEqual([])
        const [before = []] = states
        // a row shows its old name or its new one, and nothing else ever
        for (const state of states) expect(state.map((name) => (name === newName ? oldName : name))).toEqual(before)
      }
    })

    test('it survives a reload, and is there for a browser that never saw it', async () => {
      const [place] = await sql<{ name: string }[]>`SELECT name FROM place WHERE id = ${edited}`
      const name = place?.name ?? ''
      expect(name).toMatch(/ zz$/)
      await first.page.reload()
      await shows(first.page, edited, name)
      const fresh = await isolatedPage(browser)
      await open(fresh.page, FRANCE)
      await shows(fresh.page, edited, name)
      expect(fresh.errors).toEqual([])
      await fresh.page.context().close()
    })

    test('stars and notes travel too', async () => {
      for (const page of pages()) await open(page, FRANCE)
      const id = Number(await first.page.getAttribute('.places [data-place] >> nth=0', 'data-place'))
      for (const page of pages()) await page.click(`[data-place="${id}"]`)
      await first.page.click('.star')
      await second.page.waitForSelector('.star[aria-pressed=true]')
      await second.page.fill('[aria-label="New note"]', 'Good bread')
      await second.page.press('[aria-label="New note"]', 'Enter')
      await first.page.waitForFunction(() => document.querySelector('.notes span')?.textContent === 'Good bread')
      await first.page.click('.notes button')
      await second.page.waitForFunction(() => document.querySelector('.notes li') === null)
    })

    test('rows inserted by another client appear in both', async () => {
      for (const page of pages()) await open(page, FRANCE)
      await sql`INSERT INTO place (id, name, country_code, latitude, longitude) VALUES (900001, 'Paris-les-Bains', 'FR', 44, 3)`
      for (const page of pages()) await shows(page, 900_001, 'Paris-les-Bains')
      await sql`DELETE FROM place WHERE id = 900001`
      for (const page of pages()) await page.waitForSelector('[data-place="900001"]', { state: 'detached' })
    })

    test('a new column is followed live, without a new sync', async () => {
      const replica = (): { version: unknown; columns: unknown[] } => {
        const db = new Database(join(folder, '.orez/zero/replica.db'), { readonly: true })
        const version = db.prepare('SELECT replicaVersion FROM "_zero.replicationConfig"').get()
        const columns = db.prepare(`SELECT name FROM pragma_table_info('place')`).all()
        db.close()
        return { version, columns }
      }
      const before = replica()
      for (const page of pages()) await open(page, FRANCE)
      for (const page of pages()) await observe(page)
      await sql`ALTER TABLE place ADD COLUMN population int DEFAULT 7`
      await sql`INSERT INTO place (id, name, country_code, latitude, longitude, population) VALUES (900002, 'Paris-Neuf', 'FR', 44, 3, 12)`
      for (const page of pages()) await shows(page, 900_002, 'Paris-Neuf')
      const after = replica()
      expect(after.version).toEqual(before.version)
      expect(after.columns).toContainEqual({ name: 'population' })
      expect(before.columns).not.toContainEqual({ name: 'population' })
      for (const page of pages()) expect((await observed(page)).removed).toEqual([])
      await sql`DELETE FROM place WHERE id = 900002`
    })

    test('a bulk update of 10,000 rows arrives whole', async () => {
      for (const page of pages()) {
        await open(page, '#country=FR&search=sur')
        await observe(page)
      }
      const { count } = await sql`
        UPDATE place SET name = name || ' *' WHERE id IN (
          (SELECT id FROM place WHERE country_code = 'FR' AND name ILIKE '%sur%')
          UNION (SELECT id FROM place WHERE country_code <> 'FR' ORDER BY id LIMIT 10000)) `
      expect(count).toBeGreaterThan(10_000)
      for (const page of pages()) {
        await page.waitForFunction(() => document.querySelector('.places b')?.textContent?.endsWith(' *'))
        const { states } = await observed(page)
        for (const state of states) {
          const changed = state.filter((name) => name.endsWith(' *')).length
          expect([0, state.length]).toContain(changed)
        }
      }
      await sql`UPDATE place SET name = left(name, -2) WHERE name LIKE '% *'`
      for (const page of pages()) {
        await page.waitForFunction(() => document.querySelector('.places b')?.textContent?.endsWith(' *') === false)
      }
    })

    test('TRUNCATE arrives', async () => {
      await sql`INSERT INTO star SELECT id FROM place WHERE country_code = 'IS' LIMIT 20 ON CONFLICT DO NOTHING`
      for (const page of pages()) {
        await open(page, '#country=IS&starred=true')
        await page.waitForFunction(() => document.querySelectorAll('.places li').length === 20)
      }
      await sql`TRUNCATE star`
      for (const page of pages()) await page.waitForFunction(() => document.querySelectorAll('.places li').length === 0)
    })

    test('none of this has logged an error in a browser', () => {
      expect(first.errors).toEqual([])
      expect(second.errors).toEqual([])
    })

    test.each(['SIGINT', 'SIGKILL'] as const)(
      'edits survive a restart of the whole stack after %s',
      async (signal) => {
        for (const page of pages()) await open(page, FRANCE)
        const id = Number(await first.page.getAttribute('.places [data-place] >> nth=0', 'data-place'))
        await rename(first.page, id, `Paris after ${signal}`)
        await shows(second.page, id, `Paris after ${signal}`)
        await demo.end(signal)
        demo = await DemoProcess.start(folder, port, backend)
        // It may have another port now.
        await sql.end()
        sql = connect()
        const fresh = await isolatedPage(browser)
        await open(fresh.page, FRANCE)
        await shows(fresh.page, id, `Paris after ${signal}`)
        // those that were open all along come back by themselves
        await sql`UPDATE place SET name = ${`Paris again ${signal}`} WHERE id = ${id}`
        for (const page of pages()) await shows(page, id, `Paris again ${signal}`)
        await fresh.page.context().close()
      },
      120_000,
    )
  })
}
