-- +goose Up
-- A wave: one round of the panel, about some offices, for some weeks.
CREATE TABLE panel_waves (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT panel_waves_pkey PRIMARY KEY,
    title      text NOT NULL CONSTRAINT panel_waves_title_check CHECK (title <> '' AND length(title) <= 100),
    starts_on  date NOT NULL,
    ends_on    date NOT NULL,
    per_member smallint NOT NULL CONSTRAINT panel_waves_per_member_check CHECK (per_member BETWEEN 1 AND 5),
    state      text NOT NULL DEFAULT 'draft' CONSTRAINT panel_waves_state_check CHECK (state IN ('draft', 'open', 'closed')),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    opened_at  timestamptz,
    closed_at  timestamptz,
    CONSTRAINT panel_waves_ends_on_check CHECK (ends_on >= starts_on AND ends_on <= starts_on + 366),
    CONSTRAINT panel_waves_opened_at_check CHECK (state = 'draft' OR opened_at IS NOT NULL),
    CONSTRAINT panel_waves_closed_at_check CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
COMMENT ON COLUMN panel_waves.per_member IS 'so many offices are asked of each member';

CREATE TABLE panel_offices (
    wave_id bigint NOT NULL CONSTRAINT panel_offices_wave_id_fk REFERENCES panel_waves (id),
    unit_id bigint NOT NULL CONSTRAINT panel_offices_unit_id_fk REFERENCES units (id),
    CONSTRAINT panel_offices_pkey PRIMARY KEY (wave_id, unit_id)
);

-- What is known of the population, for weighting.
CREATE TABLE panel_margins (
    wave_id   bigint NOT NULL CONSTRAINT panel_margins_wave_id_fk REFERENCES panel_waves (id),
    dimension text NOT NULL,
    category  text NOT NULL,
    share     numeric(6, 3) NOT NULL CONSTRAINT panel_margins_share_check CHECK (share BETWEEN 0 AND 100),
    CONSTRAINT panel_margins_pkey PRIMARY KEY (wave_id, dimension, category),
    CONSTRAINT panel_margins_category_check CHECK (CASE dimension
        WHEN 'stratum' THEN category IN ('public', 'society', 'grassroots')
        WHEN 'age' THEN category IN ('18-29', '30-44', '45-59', '60+') ELSE false END)
);
COMMENT ON COLUMN panel_margins.share IS 'per cent of the population';

-- Who was invited, and how far they have come. Nothing here says what was answered.
CREATE TABLE panel_members (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT panel_members_pkey PRIMARY KEY,
    wave_id    bigint NOT NULL CONSTRAINT panel_members_wave_id_fk REFERENCES panel_waves (id),
    reference  text NOT NULL CONSTRAINT panel_members_reference_check CHECK (reference <> '' AND length(reference) <= 64),
    panel_group text NOT NULL CONSTRAINT panel_members_panel_group_check CHECK (panel_group IN ('public', 'society', 'grassroots', 'expert', 'delegate', 'deputy', 'above', 'peer', 'below')),
    age_band   text NOT NULL DEFAULT '' CONSTRAINT panel_members_age_band_check CHECK (age_band IN ('', '18-29', '30-44', '45-59', '60+')),
    district   text NOT NULL DEFAULT '' CONSTRAINT panel_members_district_check CHECK (length(district) <= 40),
    own_id     bigint CONSTRAINT panel_members_own_id_fk REFERENCES units (id),
    digest     bytea CONSTRAINT panel_members_digest_key UNIQUE CONSTRAINT panel_members_digest_check CHECK (length(digest) = 32),
    first_done boolean NOT NULL DEFAULT false,
    CONSTRAINT panel_members_wave_id_reference_key UNIQUE (wave_id, reference)
);
COMMENT ON COLUMN panel_members.reference IS 'by which whoever invites finds the person again; never a name or a telephone number';
COMMENT ON COLUMN panel_members.own_id IS 'office the person belongs to, which they are never asked about';
COMMENT ON COLUMN panel_members.digest IS 'SM3-HMAC of the link; the link itself is kept nowhere';

CREATE TABLE panel_tasks (
    member_id bigint NOT NULL CONSTRAINT panel_tasks_member_id_fk REFERENCES panel_members (id),
    unit_id   bigint NOT NULL CONSTRAINT panel_tasks_unit_id_fk REFERENCES units (id),
    position  smallint NOT NULL,
    state     text NOT NULL DEFAULT 'open' CONSTRAINT panel_tasks_state_check CHECK (state IN ('open', 'answered', 'skipped')),
    CONSTRAINT panel_tasks_pkey PRIMARY KEY (member_id, unit_id),
    CONSTRAINT panel_tasks_member_id_position_key UNIQUE (member_id, position)
);

-- What was answered, without who: no member, no time, keys drawn by chance. respondent
-- keeps together what one person answered; only the link that the person holds gives it.
CREATE TABLE panel_answers (
    id          uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT panel_answers_pkey PRIMARY KEY,
    wave_id     bigint NOT NULL CONSTRAINT panel_answers_wave_id_fk REFERENCES panel_waves (id),
    respondent  bytea NOT NULL,
    unit_id     bigint NOT NULL CONSTRAINT panel_answers_unit_id_fk REFERENCES units (id),
    panel_group text NOT NULL CONSTRAINT panel_answers_panel_group_check CHECK (panel_group IN ('public', 'society', 'grassroots', 'expert', 'delegate', 'deputy', 'above', 'peer', 'below')),
    age_band    text NOT NULL,
    heard       text CONSTRAINT panel_answers_heard_check CHECK (heard IN ('yes', 'no', 'unsure')),
    esteem      smallint CONSTRAINT panel_answers_esteem_check CHECK (esteem BETWEEN 0 AND 5),
    overall     smallint CONSTRAINT panel_answers_overall_check CHECK (overall BETWEEN 0 AND 10),
    expected    smallint CONSTRAINT panel_answers_expected_check CHECK (expected BETWEEN 0 AND 10),
    ideal       smallint CONSTRAINT panel_answers_ideal_check CHECK (ideal BETWEEN 0 AND 10),
    trust       smallint CONSTRAINT panel_answers_trust_check CHECK (trust BETWEEN -1 AND 10),
    reuse       smallint CONSTRAINT panel_answers_reuse_check CHECK (reuse BETWEEN -1 AND 10),
    recommend   smallint CONSTRAINT panel_answers_recommend_check CHECK (recommend BETWEEN -1 AND 10),
    cooperate   smallint CONSTRAINT panel_answers_cooperate_check CHECK (cooperate BETWEEN -1 AND 10),
    CONSTRAINT panel_answers_wave_id_respondent_unit_id_key UNIQUE (wave_id, respondent, unit_id),
    CONSTRAINT panel_answers_heard_check1 CHECK (heard = 'yes' OR panel_group IN ('above', 'peer', 'below')
        OR coalesce(esteem, overall, expected, ideal, trust, reuse, recommend, cooperate) IS NULL)
);
CREATE INDEX panel_answers_unit_id_idx ON panel_answers (unit_id, wave_id);
COMMENT ON COLUMN panel_answers.overall IS '1–10; 0 = does not apply; null = not answered';
COMMENT ON COLUMN panel_answers.trust IS '0–10; −1 = cannot say; null = not answered';

-- Which office comes to mind first, in the person's words, and which office a reader took it for.
CREATE TABLE panel_mentions (
    id          uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT panel_mentions_pkey PRIMARY KEY,
    wave_id     bigint NOT NULL CONSTRAINT panel_mentions_wave_id_fk REFERENCES panel_waves (id),
    respondent  bytea NOT NULL,
    panel_group text NOT NULL,
    age_band    text NOT NULL,
    words       text NOT NULL CONSTRAINT panel_mentions_words_check CHECK (length(words) <= 60),
    state       text NOT NULL CONSTRAINT panel_mentions_state_check CHECK (state IN ('open', 'office', 'none')),
    unit_id     bigint CONSTRAINT panel_mentions_unit_id_fk REFERENCES units (id),
    CONSTRAINT panel_mentions_wave_id_respondent_key UNIQUE (wave_id, respondent),
    CONSTRAINT panel_mentions_unit_id_check CHECK ((state = 'office') = (unit_id IS NOT NULL))
);
COMMENT ON COLUMN panel_mentions.state IS 'open: to be read by a person; none: no office, or nothing was named';

-- What other domains may read: of closed waves only, so that nothing is judged half-way.
CREATE VIEW panel_facts AS
    SELECT a.wave_id, w.starts_on, w.ends_on, a.respondent, a.unit_id, a.panel_group, a.age_band, a.heard, a.esteem,
           a.overall, a.expected, a.ideal, a.trust, a.reuse, a.recommend, a.cooperate
    FROM panel_answers a JOIN panel_waves w ON w.id = a.wave_id WHERE w.state = 'closed';
CREATE VIEW panel_mention_facts AS
    SELECT m.wave_id, w.starts_on, w.ends_on, m.respondent, m.panel_group, m.age_band, m.state, m.unit_id
    FROM panel_mentions m JOIN panel_waves w ON w.id = m.wave_id WHERE w.state = 'closed';
CREATE VIEW panel_margin_facts AS
    SELECT m.wave_id, w.ends_on, m.dimension, m.category, m.share::float8 AS share
    FROM panel_margins m JOIN panel_waves w ON w.id = m.wave_id WHERE w.state = 'closed';
CREATE VIEW panel_invitations AS
    SELECT m.wave_id, w.ends_on, t.unit_id, m.panel_group, m.age_band, count(*) AS invited, count(*) FILTER (WHERE t.state = 'answered') AS answered
    FROM panel_tasks t JOIN panel_members m ON m.id = t.member_id JOIN panel_waves w ON w.id = m.wave_id
    WHERE w.state = 'closed' GROUP BY 1, 2, 3, 4, 5;

-- +goose Down
DROP VIEW panel_invitations, panel_margin_facts, panel_mention_facts, panel_facts;
DROP TABLE panel_mentions, panel_answers, panel_tasks, panel_members, panel_margins, panel_offices, panel_waves;
