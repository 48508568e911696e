-- Regular expressions: which of several matches, what groups capture, options and errors
select regexp_replace('foobar', 'foo|bar', 'x', 'g');
select regexp_replace(' foo ', '^\s+|\s+$', '', 'g');
select regexp_matches('foobar', '(foo|foob)');
select regexp_replace('foobarbaz', '(ba(r|z))', '<\1>', 'g');
select regexp_split_to_array('a, b;c', ',\s*|;');
select substring('foobar' from '(o|ob)+');
select regexp_match('xaab', 'a|ab|aab');
select regexp_replace('a1b22', '[0-9]+|[a-z]', '*', 'g');
select regexp_count('abcabc', 'ab|bc');
select regexp_substr('hello world', '(h|he|hell)o?');
select regexp_match('ab', 'a?(ab)?'), regexp_match('XY1234Z', 'Y*([0-9]{1,3})'), regexp_match('XY1234Z', 'Y*?([0-9]{1,3})'), regexp_match('abc01234xyz', '(.*)(\d+)(.*)'), regexp_match('abc01234xyz', '(.*?)(\d+)(.*)'), regexp_match('abc01234xyz', '(?:(.*?)(\d+)(.*)){1,1}');
select regexp_replace('Hello World', '(?i)(hello) (world)', '\2 \1'), regexp_replace('a.b*c', '***=.b*', '-'), 'x' ~ '***:x', 'ABC' ~ '(?x) a b  # comment
  c', 'ABC' ~* '(?x) a b c';
select regexp_replace('foo@bar.com, x@y.org', '\m([^@\s]+)@([a-z.]+)\M', '\2 at \1', 'g'), regexp_split_to_array('one, two;three|four', '\s*[,;|]\s*');
select 'a' ~ 'a{256}';
select 'a' ~ 'a{2,1}';
select 'a' ~ '(?z)a';
select 'a' ~ 'a**';
select 'a' ~ '(?<a)';
select 'a' ~ '[b-a]';
select 'a' ~ '\q';
select 'a' ~ '(a';
select 'a' ~ 'a)';
select 'a' ~ '[a';
select 'a' ~ '[[:foo:]]';
select 'tab' ~ '\x74\u0061\U00000062', E'\t' ~ '\t', E'\033' ~ '\e', 'a-b' ~ '[a\-]-', 'é' ~ '\w', E'\007' ~ '\a', 'x1' ~ '[[:<:]]x1[[:>:]]';
