-- The atlas: countries, their regions, and the places in them; what visitors add is stars and notes.
CREATE TABLE country (
  code text PRIMARY KEY,
  name text NOT NULL,
  official_name text NOT NULL,
  continent text NOT NULL,
  subregion text,
  capital text,
  flag text NOT NULL,
  area double precision NOT NULL,
  languages text[] NOT NULL,
  place_count int NOT NULL DEFAULT 0
);

CREATE TABLE region (
  code text PRIMARY KEY,
  country_code text NOT NULL REFERENCES country,
  name text NOT NULL
);
CREATE INDEX region_country ON region (country_code);

CREATE TABLE place (
  id int PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  country_code text NOT NULL REFERENCES country,
  region_code text REFERENCES region,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL,
  is_capital boolean NOT NULL DEFAULT false
);
CREATE INDEX place_country ON place (country_code, name);
CREATE INDEX place_region ON place (region_code, name);
CREATE INDEX place_name ON place (name);

CREATE TABLE star (
  place_id int PRIMARY KEY REFERENCES place ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE note (
  id text PRIMARY KEY,
  place_id int NOT NULL REFERENCES place ON DELETE CASCADE,
  body text NOT NULL CHECK (body <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX note_place ON note (place_id);
