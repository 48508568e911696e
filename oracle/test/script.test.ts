/** Scripts are read as psql reads them. */
import { describe, expect, test } from 'vitest'
import { Script } from '../psql/script.ts'

const steps = (text: string, variables: Record<string, string> = {}): string[] => {
  const script = new Script(text, { variables })
  const found: string[] = []
  for (let step = script.next(); step !== undefined; step = script.next()) {
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
    ['\\if true\nselect 1;\n\\elif true\nselect 2;\n\\else\nselect 3;\n\\endif', ['2: select 1']],
    ['\\if off\n\\elif on\nselect 2;\n\\else\nselect 3;\n\\endif', ['3: select 2']],
    ['select 1\\; select 2;', ['1: select 1; select 2']],
    ['select 1 \\gx\nselect 2 \\crosstabview a b\n', ['1: select 1', '2: select 2']],
    ['select 1 \\gdesc\nselect 2;', ['meta \\gdesc', '2: select 2']],
    [
      '\\copy t (a) from stdin with csv\n1\n\\.\nselect 1;',
      ['1: COPY t (a) FROM STDIN with csv <- "1\\n"', '4: select 1'],
    ],
    ["\\copy (select 'from' as \"to\") to 'file' csv", ['1: COPY (select \'from\' as "to") TO STDOUT csv']],
    ['select 1;\n\\q\nselect 2;', ['1: select 1']],
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
