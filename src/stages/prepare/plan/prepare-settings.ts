/** The setting `debezium.publish`. */
export type PublishScope = "auto" | "all" | "tables";

/** What a plan is made for, beside the facts. */
export interface PrepareSettings {
  readonly database: string;
  readonly role: string;
  readonly publication: string;
  /** The administrator that the statements run as. */
  readonly adminUser: string;
  /** Only these schemas; all of the application's where it is empty. */
  readonly schemas: readonly string[];
  readonly publish: PublishScope;
  /** Make the table for signals to Debezium. */
  readonly signals?: boolean;
  /** Take over a role and a publication that do not fit. */
  readonly adopt: boolean;
  /** The role exists, and a login with the password was refused. */
  readonly hasOtherPassword: boolean;
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** Of template1, which later databases are made from. */
  readonly isTemplate: boolean;
}
