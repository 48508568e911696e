-- Widths of format(), surrogates of unistr(), and what decode() takes.
-- widths of format() that are taken from arguments
select format('>>%*s<<', 10, 'Hello'), format('>>%-*s<<', 10, 'Hello'), format('>>%*s<<', -10, 'Hello'), format('>>%*s<<', null, 'Hello'), format('>>%*s<<', 0, 'Hello');
select format('>>%2$*1$L<<', 10, 'Hello'), format('>>%2$*1$L<<', 10, null), format('>>%*1$s %s<<', 4, 'x'), format('>>%1$*2$s<<', 'a', 5), format('>>%--8s<<', 'x'), format('>>%-8-s<<', 'x');
select format('>>%*1$s<<', 3), format('%s %*s %s', 'a', 4, 'b', 'c'), format('%*s|%*2$s|%s', 3, 'é', 5, 'z');
select format('%*s', '7'::text, 'x'), format('%*s', 7::int8, 'x'), format('%*s', 7.0, 'x');
select format('%*s', 'x', 'y');
select format('%*s', 3);
select format('%*0$s', 3, 'a');
select format('%0$s', 3);
select format('%*1s', 3, 'a');
select format('%*d', 3, 'a');
select format('%*', 3, 'a');
select format('%1$', 3);
select format('%1', 3);
select format('%-', 3);
select format('%$s', 3);
select format('%*s', 3000000000, 'a');
select format('%s%%%s', 'a', 'b'), format('%5%|', 1), format('%-5s|%5s|', null, null), format('%5I|%-5L|', 'a b', null);
select format('%5$s', 1, 2);

-- surrogates in unistr()
select unistr('\d83d\de00'), unistr('\ud83d\ude00'), unistr('\+00d83d\de00'), unistr('\U0001f600'), unistr('a\\b');
select unistr('\d83d');
select unistr('\d83dx');
select unistr('\de00');
select unistr('\d83d\\');
select unistr('\d83d\d83d');
select unistr('\d83d\0061');
select unistr('\0000');
select unistr('\+110000');
select unistr('\Uffffffff');
select unistr('\12');
select unistr('\u12');

-- decode() and encode()
select decode('a\\b\001\377x', 'escape'), decode('\x41', 'escape');
select decode('\12', 'escape');
select decode('\400', 'escape');
select decode('\', 'escape');
select decode('plain é', 'escape'), encode('\x00ff5c41'::bytea, 'escape'), encode('\x00ff5c41'::bytea, 'base64'), encode('\x00ff5c41'::bytea, 'hex');
select decode('YQ==', 'base64'), decode('YWE=', 'base64'), decode(E'Y\nQ =\t=', 'base64'), decode('', 'base64'), decode('YWFh', 'base64');
select decode('YQ=', 'base64');
select decode('YQ', 'base64');
select decode('Y', 'base64');
select decode('Y=Q=', 'base64');
select decode('====', 'base64');
select decode('YQ==YQ==', 'base64');
select decode('YQ==x', 'base64');
select decode('Y*==', 'base64');
select decode('YQé=', 'base64');
select decode('4', 'hex');
select decode('4 1', 'hex'), decode(E'41\n42', 'hex');
select decode('4x', 'hex');
select decode('é0', 'hex');
select encode(convert_to(repeat('base64 ', 20), 'UTF8'), 'base64');
select encode('a'::bytea, 'nonsense');
