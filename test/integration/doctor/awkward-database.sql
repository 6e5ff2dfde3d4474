-- Three owners, four schemas, and much of what gets in the way of capture.
CREATE ROLE "Alice App" LOGIN PASSWORD 'alice';
CREATE ROLE bob LOGIN PASSWORD 'bob';
CREATE ROLE carol LOGIN PASSWORD 'carol';
REVOKE CONNECT ON DATABASE "Awkward Shop" FROM PUBLIC;
GRANT CONNECT ON DATABASE "Awkward Shop" TO "Alice App", bob, carol;
GRANT CREATE ON DATABASE "Awkward Shop" TO carol;
ALTER DATABASE "Awkward Shop" SET statement_timeout = '20s';
ALTER DATABASE "Awkward Shop" SET idle_in_transaction_session_timeout = '1min';
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA sales AUTHORIZATION "Alice App";
CREATE SCHEMA "Order ""Archive""" AUTHORIZATION bob;
CREATE SCHEMA "téléphone" AUTHORIZATION carol;

SET ROLE "Alice App";
CREATE TABLE sales.orders (id int PRIMARY KEY, note text);
INSERT INTO sales.orders SELECT n, 'order ' || n FROM generate_series(1, 100) n;
-- No key, and live updates.
CREATE TABLE sales.events (at timestamptz DEFAULT now(), kind text);
INSERT INTO sales.events (kind) SELECT 'event ' || n FROM generate_series(1, 10) n;
-- No key, but an index that can be one; beside it some that cannot.
CREATE TABLE sales.lines ("Line No" int NOT NULL, item text, amount int NOT NULL, UNIQUE (item));
CREATE UNIQUE INDEX "Lines By No" ON sales.lines ("Line No");
CREATE UNIQUE INDEX lines_partial ON sales.lines (amount) WHERE amount > 0;
INSERT INTO sales.lines SELECT n, 'item ' || n, n FROM generate_series(1, 20) n;
CREATE TABLE sales.ledger (entry int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, sum numeric);
INSERT INTO sales.ledger SELECT n, n FROM generate_series(1, 20) n;
CREATE TABLE sales.audit (id int PRIMARY KEY, what text);
ALTER TABLE sales.audit REPLICA IDENTITY NOTHING;
INSERT INTO sales.audit VALUES (1, 'made');
CREATE TABLE sales.totals (id int PRIMARY KEY, net numeric, gross numeric GENERATED ALWAYS AS (net * 1.2) STORED);
INSERT INTO sales.totals VALUES (1, 100);

SET ROLE bob;
-- Partitions of partitions, without a key; one of them is nobody's but its own.
CREATE TABLE "Order ""Archive"""."Old Orders" (region text, day date, note text) PARTITION BY LIST (region);
CREATE TABLE "Order ""Archive""".north PARTITION OF "Order ""Archive"""."Old Orders" FOR VALUES IN ('n')
  PARTITION BY RANGE (day);
CREATE TABLE "Order ""Archive""".north_2024 PARTITION OF "Order ""Archive""".north
  FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "Order ""Archive"""."rest's" PARTITION OF "Order ""Archive"""."Old Orders" DEFAULT;
INSERT INTO "Order ""Archive"""."Old Orders" VALUES ('n', '2024-05-05', 'a'), ('s', '2024-05-05', 'b');
CREATE TABLE "Order ""Archive""".invoices (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE "Order ""Archive""".invoices_2024 PARTITION OF "Order ""Archive""".invoices
  FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO "Order ""Archive""".invoices VALUES (1, '2024-02-02');
-- Its identity's index is gone.
CREATE TABLE "Order ""Archive""".stamps (code text NOT NULL, n int);
CREATE UNIQUE INDEX stamps_code ON "Order ""Archive""".stamps (code);
ALTER TABLE "Order ""Archive""".stamps REPLICA IDENTITY USING INDEX stamps_code;
DROP INDEX "Order ""Archive""".stamps_code;
INSERT INTO "Order ""Archive""".stamps VALUES ('a', 1), ('a', 2);

SET ROLE carol;
CREATE TABLE "téléphone"."Customers" (id int PRIMARY KEY, owner text DEFAULT current_user, number text);
ALTER TABLE "téléphone"."Customers" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON "téléphone"."Customers" USING (owner = current_user);
INSERT INTO "téléphone"."Customers" SELECT n, 'carol', '0' || n FROM generate_series(1, 50) n;
CREATE UNLOGGED TABLE "téléphone".cache (id int, what text);
INSERT INTO "téléphone".cache VALUES (1, 'x');
CREATE TABLE "téléphone".calls (id int PRIMARY KEY, recording text);
INSERT INTO "téléphone".calls SELECT 1, string_agg(md5(n::text), '') FROM generate_series(1, 1000) n;
CREATE TABLE "téléphone".old_calls (PRIMARY KEY (id)) INHERITS ("téléphone".calls);
INSERT INTO "téléphone".old_calls VALUES (2, 'short');
CREATE MATERIALIZED VIEW "téléphone".directory AS SELECT id, number FROM "téléphone"."Customers";
RESET ROLE;

CREATE TABLE public."The ""Main"" Table" ("select" int PRIMARY KEY, "Größe" text);
INSERT INTO public."The ""Main"" Table" VALUES (1, 'groß');
SELECT lo_create(0);

-- Forgotten by a transaction manager.
BEGIN;
INSERT INTO public."The ""Main"" Table" VALUES (2, 'forgotten');
PREPARE TRANSACTION 'it''s forgotten';
