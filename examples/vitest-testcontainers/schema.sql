CREATE TABLE products (
  id int PRIMARY KEY,
  name text NOT NULL,
  price numeric(10, 2) NOT NULL
);

-- So that events of updates and deletes hold the whole row as it was before.
ALTER TABLE products REPLICA IDENTITY FULL;

INSERT INTO products VALUES (1, 'Lamp', 19.90);
