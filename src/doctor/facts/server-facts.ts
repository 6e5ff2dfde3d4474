/** What one PostgreSQL server says of itself; read in one query, as the administrator. */
export interface ServerFacts {
  /** `150018` for 15.18. */
  readonly versionNumber: number;
  readonly version: string;
  readonly isInRecovery: boolean;
  readonly currentUser: string;
  readonly isSuperuser: boolean;
  /** Whether the administrator sees what other roles' sessions do. */
  readonly seesSessions: boolean;
  /** By name; one that this version does not have, or that may not be seen, is missing. */
  readonly settings: Readonly<Record<string, ServerSetting>>;
  readonly slotsInUse: number;
  readonly sendersInUse: number;
  readonly connectionsInUse: number;
  readonly archiver: {
    readonly failedCount: number;
    readonly lastFailedWal: string | null;
    /** Whether the last attempt failed. */
    readonly isFailing: boolean;
  };
  /** Bytes in pg_wal; null where the administrator may not look. */
  readonly walDirectoryBytes: number | null;
  /** The average since the statistics were reset; null where there is none. */
  readonly walBytesPerSecond: number | null;
  /** Measured now, where a slot keeps much; else null. */
  readonly measuredWalBytesPerSecond: number | null;
  /** Bytes free where pg_wal is; null where the server is not on this machine. */
  readonly walFreeBytes: number | null;
  readonly blockers: readonly Blocker[];
  readonly slots: readonly SlotFacts[];
  /** Streaming standbys, which would be promoted if this server were lost. */
  readonly physicalStandbys: number;
  /** Lines of pg_hba.conf that PostgreSQL cannot read, with its words; empty where it may not be asked. */
  readonly brokenHbaLines: readonly string[];
  /** Debezium's role; null where there is none. */
  readonly role: RoleFacts | null;
}

export interface ServerSetting {
  /** In the setting's own unit. */
  readonly value: string;
  readonly isPendingRestart: boolean;
}

/** A transaction that has written and not ended: no logical slot can be made until it does. */
export interface Blocker {
  readonly kind: "transaction" | "prepared";
  /** A process id, or the prepared transaction's name. */
  readonly id: string;
  readonly database: string;
  readonly ageSeconds: number;
  readonly state: string;
}

export interface RoleFacts {
  readonly canLogin: boolean;
  /** Its own attribute, or membership in `rds_replication`. */
  readonly canReplicate: boolean;
  readonly isSuperuser: boolean;
  readonly bypassesRowSecurity: boolean;
  /** -1 means no limit. */
  readonly connectionLimit: number;
  /** Seconds until its password expires, negative when it has; null where it does not. */
  readonly expiresInSeconds: number | null;
  /** How its password is kept; null where the administrator may not look or there is none. */
  readonly passwordKind: "scram" | "md5" | null;
}

export interface SlotFacts {
  readonly name: string;
  readonly database: string;
  readonly plugin: string;
  readonly isActive: boolean;
  /** reserved, extended, unreserved, lost */
  readonly walStatus: string | null;
  /** Bytes of WAL that may still be written before it is lost; null without a limit. */
  readonly safeWalBytes: number | null;
  /** Bytes of WAL kept for it; null when it is lost. */
  readonly retainedBytes: number | null;
  /** Bytes that its reader has not confirmed. */
  readonly unconfirmedBytes: number | null;
  /** Bytes kept only because a transaction began so long ago. */
  readonly heldByTransactionsBytes: number | null;
  readonly confirmedLsn: string | null;
  readonly catalogXminAge: number | null;
  readonly invalidationReason: string | null;
  readonly isFailover: boolean;
  readonly spilledBytes: number;
  readonly spilledTransactions: number;
  readonly reader: {
    readonly address: string | null;
    readonly applicationName: string;
    readonly waitEvent: string | null;
    readonly senderState: string | null;
    /** Bytes of WAL that the sender has not gone through yet; null while it starts. */
    readonly unsentBytes: number | null;
    /** Whether it stood still while it was watched; null where it had not far to go and was not watched. */
    readonly isStill: boolean | null;
    /** Seconds since it last answered. */
    readonly replyAgeSeconds: number | null;
  } | null;
}
