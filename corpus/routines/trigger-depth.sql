-- How deep triggers are
CREATE TABLE a (id int, depth int);
CREATE TABLE b (id int, depth int);
CREATE FUNCTION into_b() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.depth := pg_trigger_depth(); INSERT INTO b VALUES (NEW.id); RETURN NEW; END $$;
CREATE FUNCTION note_depth() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.depth := pg_trigger_depth(); RETURN NEW; END $$;
CREATE TRIGGER a_in BEFORE INSERT ON a FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION into_b();
CREATE TRIGGER b_in BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION note_depth();
INSERT INTO a VALUES (1), (2);
INSERT INTO b VALUES (3);
SELECT * FROM a ORDER BY id;
SELECT * FROM b ORDER BY id;
SELECT pg_trigger_depth();
