-- The options of COPY: what they may be, and which go together.
create table c (a text, b int default 5, g int generated always as (b * 2) stored, n int);
copy c from stdin (format csv, delimiter 'ab');
\.
copy c from stdin (delimiter E'\n');
\.
copy c from stdin (delimiter 'a');
\.
copy c from stdin (delimiter '.');
\.
copy c from stdin (delimiter '\');
\.
copy c from stdin (format csv, delimiter 'a', null 'x');
\.
copy c from stdin (null E'\n');
\.
copy c from stdin (null E'x\ty');
\.
copy c from stdin (default E'\r');
\.
copy c from stdin (default E'x\ty');
\.
copy c from stdin (default '\N');
\.
copy c from stdin (format csv, default '');
\.
copy c from stdin (format csv, quote 'ab');
\.
copy c from stdin (format csv, quote ',');
\.
copy c from stdin (format csv, escape 'ab');
\.
copy c from stdin (format csv, null '"');
\.
copy c from stdin (format csv, default '"');
\.
copy c from stdin (quote '"');
\.
copy c from stdin (escape '"');
\.
copy c from stdin (force_null (a));
\.
copy c from stdin (force_not_null (a));
\.
copy c from stdin (force_quote (a));
\.
copy c from stdin (format csv, force_quote (a));
\.
copy c to stdout (format csv, force_null (a));
copy c to stdout (format csv, force_not_null (a));
copy c to stdout (force_quote (a));
copy c to stdout (default 'x');
copy c to stdout (on_error ignore);
copy c to stdout (format csv, force_quote (zzz));
copy c (a) to stdout (format csv, force_quote (b));
copy c from stdin (format csv, force_null (zzz));
\.
copy c (a) from stdin (format csv, force_null (b));
\.
copy c (a) from stdin (format csv, force_not_null (b));
\.
copy c (a) from stdin (format csv, force_not_null (g));
\.
copy c from stdin (header match, header);
\.
copy c from stdin (header maybe);
\.
copy c from stdin (header 2);
\.
copy c to stdout (header match);
copy c from stdin (format binary, header);
\.
copy c from stdin (format binary, header match);
\.
copy c from stdin (format binary, on_error ignore);
\.
copy c from stdin (format binary, on_error stop, delimiter ',');
\.
copy c from stdin (on_error maybe);
\.
copy c from stdin (on_error);
\.
copy c from stdin (reject_limit 3);
\.
copy c from stdin (on_error ignore, reject_limit 0);
\.
copy c from stdin (on_error ignore, reject_limit 'x');
\.
copy c from stdin (on_error ignore, reject_limit -2);
\.
copy c from stdin (on_error stop, reject_limit 2);
\.
copy c from stdin (log_verbosity loud);
\.
copy c to stdout (log_verbosity verbose);
copy c from stdin (freeze maybe);
\.
copy c from stdin (format xml);
\.
copy c from stdin (what 1);
\.
copy c from stdin (format);
\.
copy c from stdin (force_null (a));
\.
copy c from stdin (format csv, force_null 'a');
\.
copy c from stdin (format csv, force_null a);
\.
copy c from stdin (encoding 'nonsense');
\.
