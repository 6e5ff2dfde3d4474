/** The pinned versions; `servers/pom.xml` and package.json hold the same (a unit test compares them). */
export const VERSIONS = {
  postgres: "15.18",
  kafka: "4.3.1",
  debezium: "3.7.0.Final",
} as const;
