-- Text without a letter or a digit is no moment.
select '{}'::timetz;
select '{}'::timestamp;
select '--'::date;
select '::'::time;
select '...'::timestamptz;
select ''::date;
select ' / '::date;
