-- Names for the columns of USING
create table a (id int, x text, k int);
create table b (id int, y text, k int);
create table c (id int, z text);
insert into a values (1, 'a1', 1), (2, 'a2', 2), (3, 'a3', null);
insert into b values (1, 'b1', 1), (2, 'b2', 3), (4, 'b4', 4);
insert into c values (1, 'c1'), (4, 'c4');
select * from a join b using (id) as j order by j.id;
select j.id, x, y from a left join b using (id) as j where j.id > 1 order by j.id;
select j.* from a full join b using (id, k) as j order by j.id, j.k;
select j.x from a join b using (id) as j;
select j.id, a.id, b.id, id from a right join b using (id) as j order by 1, 3;
select * from a join b using (id) as a;
select * from a join b using (id) as j join c using (id) as j2 order by j2.id;
select j.id, j2.id from a join b using (id) as j join c using (id) as j2 order by j2.id;
select j.id from (a join b using (id) as j) as t;
select t.id from (a join b using (id) as j) as t order by 1;
select * from a join b using (id) as j, c as j;
select (select j.id) from a join b using (id) as j order by 1;
