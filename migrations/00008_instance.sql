-- +goose Up
-- Facts about this installation, one row each: demo = filled with the demonstration city.
CREATE TABLE instance_facts (
    key   text CONSTRAINT instance_facts_pkey PRIMARY KEY,
    value text NOT NULL
);

-- +goose Down
DROP TABLE instance_facts;
