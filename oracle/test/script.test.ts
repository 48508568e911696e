/** Scripts are read as psql reads them. */
import { describe, expect, test } from 'vitest'
import { applySet, Script } from '../script.ts'

const steps = (text: string, variables: Record<string, string> = {}): string[] => {
  const script = new Script(text, variables)
  const found: string[] = []
  for (let step = script.next(); step !== undefined; step = script.next()) {
    if (step.kind === 'meta' && applySet(script, step.text)) continue
    found.push(
      step.kind === 'sql'
        ? `${step.line}: ${step.text}${step.copyData === undefined ? '' : ` <- ${JSON.stringify(step.copyData)}`}`
        : `meta ${step.text}`,
    )
  }
  return found
}

describe('statements', () => {
  test.each<[text: string, expected: string[]]>([
    ['select 1; select 2;', ['1: select 1', '1: select 2']],
    ['select 1', ['1: select 1']],
    ["select ';' as a; select 2;", ["1: select ';' as a", '1: select 2']],
    ["select E'\\';' as a; select 2;", ["1: select E'\\';' as a", '1: select 2']],
    ['select $$;$$; select $a$;$$;$a$;', ['1: select $$;$$', '1: select $a$;$$;$a$']],
    ['-- a; b\nselect 1; /* ; /* nested; */ */ select 2;', ['2: select 1', '2: /* ; /* nested; */ */ select 2']],
    ['create rule r as (select 1; select 2);', ['1: create rule r as (select 1; select 2)']],
    ['select "a;b" from t;', ['1: select "a;b" from t']],
    ['\\pset null x\nselect 1;', ['meta \\pset null x', '2: select 1']],
    ['copy t from stdin;\n1\t2\n\\.\nselect 3;', ['1: copy t from stdin <- "1\\t2\\n"', '4: select 3']],
    ['\\if false\nselect 1;\n\\else\nselect 2;\n\\endif', ['4: select 2']],
  ])('%j', (text, expected) => {
    expect(steps(text)).toEqual(expected)
  })
})

describe('variables', () => {
  test.each<[text: string, expected: string[]]>([
    ['select :x, :\'x\', :"x";', ['1: select 1, \'1\', "1"']],
    ['select 1::int, array[1:2];', ['1: select 1::int, array[1:2]']],
    ["\\set y 'select 1; select 2;'\n:y", ['2: select 1', '2: select 2']],
    ['select :unset;', ['1: select :unset']],
  ])('%j', (text, expected) => {
    expect(steps(text, { x: '1' })).toEqual(expected)
  })
})
