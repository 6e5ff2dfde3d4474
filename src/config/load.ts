import { resolve } from "node:path";

import { readKeptPassword } from "../targets/local/kept-password.js";
import { checkSetting } from "./check-setting.js";
import type { Config, ConfigSources } from "./config.js";
import { configInvalid } from "./problems.js";
import type { Layer, RawSetting } from "./raw-setting.js";
import { readConfigFile } from "./read-config-file.js";
import { readConnect } from "./read-connect.js";
import { readEnvironment } from "./read-environment.js";
import { type ConfigFlags, readFlags } from "./read-flags.js";
import { readKafka } from "./read-kafka.js";
import { readFromConnect, readPostgres } from "./read-postgres.js";
import { withAbsoluteFiles } from "./read-tls-files.js";
import { hasReference } from "./references.js";
import { type Settings, settingsSchema } from "./schema.js";
import type { KafkaSettings } from "./sections/kafka.js";
import { SETTINGS } from "./setting-list.js";
import { FILE_VARIABLE } from "./setting-names.js";
import type { SettingProblem } from "./setting-problem.js";

export interface LoadConfigOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: ConfigFlags;
  /** The value of --config; it goes before CDC_PIPELINE_CONFIG. */
  readonly file?: string | undefined;
}

type Winners = ReadonlyMap<string, RawSetting>;

/**
 * The configuration: flag > environment variable > file > default. Throws CONFIG_INVALID with all problems
 * of all sources, or CONFIG_UNREADABLE.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<Config> {
  return (await loadConfigWithSources(options)).config;
}

/** As `loadConfig`, with the place that each value came from. */
export async function loadConfigWithSources(
  options: LoadConfigOptions,
): Promise<{ config: Config; sources: ConfigSources }> {
  const { cwd, env, flags } = options;
  const askedFor = [options.file, env[FILE_VARIABLE]].find((name) => name !== undefined && name !== "");
  // The later goes before the earlier.
  const layers = [await readConfigFile(cwd, askedFor), readEnvironment(env, cwd), readFlags(flags, cwd)];
  const all = layers.flatMap(({ settings }) => settings);
  const winners = new Map(all.map((raw) => [raw.path, raw]));

  const checked = await Promise.all(layers.map((layer) => checkLayer(layer, winners, env)));
  const problems = checked.flatMap((layer) => layer.problems);
  if (problems.length > 0) throw configInvalid(problems);

  const settings = settingsSchema.parse(nest(checked.flatMap(({ values }) => values)));
  const sources = SETTINGS.map(({ path }) => [path, winners.get(path)?.source ?? "default"] as const);
  const folderOf = (path: string) => winners.get(path)?.folder ?? cwd;
  const reached = await readServers(settings, folderOf, winners);
  if (reached.problems.length > 0) {
    throw configInvalid(
      reached.problems.map(({ path, message }) => `${winners.get(path)?.placeOf([]) ?? path}: ${message}`),
    );
  }
  const config = { ...toConfig(settings, reached.servers, folderOf), given: new Set(winners.keys()) };
  return {
    config: await withKeptPassword(config),
    sources: new Map(sources),
  };
}

/** What `register` or a rotation has left with servers of our own goes before the default. */
async function withKeptPassword(config: Config): Promise<Config> {
  const { target, stateDir, cacheDir, debezium, given } = config;
  if (target !== "local" || given.has("debezium.password")) return config;
  const password = await readKeptPassword(stateDir, cacheDir);
  return password === undefined ? config : { ...config, debezium: { ...debezium, password } };
}

/** The values of one source that count, by dotted key, and all its problems in the order of its lines. */
async function checkLayer(layer: Layer, winners: Winners, env: LoadConfigOptions["env"]) {
  const counts = (raw: RawSetting) => winners.get(raw.path) === raw;
  // An overridden value is checked too, since it is wrong all the same; but nothing is read for it.
  const relevant = layer.settings.filter((raw) => counts(raw) || !hasReference(raw.value));
  const checked = await Promise.all(
    relevant.map(async (raw) => ({ raw, ...(await checkSetting(raw, env)) })),
  );
  const problems = [layer, ...checked].flatMap((part) => part.problems);
  return {
    values: checked.filter(({ raw }) => counts(raw)).map(({ raw, value }) => [raw.path, value] as const),
    problems: problems.sort(new Intl.Collator("en", { numeric: true }).compare),
  };
}

/** `[["postgres.port", 5433]]` -> `{ postgres: { port: 5433 } }`. */
function nest(entries: readonly (readonly [path: string, value: unknown])[]): Record<string, unknown> {
  const top: Record<string, Record<string, unknown>> = {};
  const leaves: Record<string, unknown> = {};
  for (const [path, value] of entries) {
    const [section, key] = path.split(".");
    if (section === undefined || key === undefined) leaves[path] = value;
    else (top[section] ??= {})[key] = value;
  }
  return { ...leaves, ...top };
}

/** The folder where relative paths in a setting begin. */
type FolderOf = (path: string) => string;

type Servers = Pick<Config, "connect" | "postgres" | "kafka" | "fromConnect">;

/** How each server is reached, and what is wrong with it although each setting is right. */
async function readServers(
  { connect, postgres, kafka, fromConnect, debezium }: Settings,
  folderOf: FolderOf,
  winners: Winners,
): Promise<{ servers: Servers; problems: readonly SettingProblem[] }> {
  const roleFiles = { certFile: debezium.certFile, keyFile: debezium.keyFile };
  const absoluteIn = (section: string) => (key: string, file: string) =>
    resolve(folderOf(`${section}.${key}`), file);
  const [toConnect, toPostgres, toKafka] = await Promise.all([
    readConnect(withAbsoluteFiles(connect, absoluteIn("connect"))),
    readPostgres(
      withAbsoluteFiles(postgres, absoluteIn("postgres")),
      withAbsoluteFiles(roleFiles, absoluteIn("debezium")),
    ),
    readKafka(withAbsoluteToken(withAbsoluteFiles(kafka, absoluteIn("kafka")), absoluteIn("kafka"))),
  ]);
  const ofConnector = readFromConnect(fromConnect, postgres, winners.has("postgres.sslMode"));
  return {
    servers: {
      connect: toConnect.endpoint,
      postgres: toPostgres.postgres,
      kafka: toKafka.kafka,
      fromConnect: ofConnector.fromConnect,
    },
    problems: [toConnect, toPostgres, toKafka, ofConnector].flatMap(({ problems }) => problems),
  };
}

function withAbsoluteToken(
  { tokenFile, ...settings }: KafkaSettings,
  absolute: (key: string, file: string) => string,
): KafkaSettings {
  return tokenFile === undefined ? settings : { ...settings, tokenFile: absolute("tokenFile", tokenFile) };
}

function toConfig(settings: Settings, servers: Servers, folderOf: FolderOf): Omit<Config, "given"> {
  const absolute = (path: string, value: string) => resolve(folderOf(path), value);
  const absoluteIfGiven = (path: string, value: string | undefined) =>
    value === undefined ? undefined : absolute(path, value);

  const { timeout, ...rest } = settings;
  const { debezium, local, compose, k8s } = rest;
  return {
    ...rest,
    timeoutMs: timeout * 1000,
    ...servers,
    stateDir: absolute("stateDir", settings.stateDir),
    cacheDir: absoluteIfGiven("cacheDir", settings.cacheDir),
    debezium: {
      ...withAbsoluteFiles(debezium, (key, file) => absolute(`debezium.${key}`, file)),
      template: absoluteIfGiven("debezium.template", debezium.template),
    },
    local: { ...local, javaHome: absoluteIfGiven("local.javaHome", local.javaHome) },
    k8s: { ...k8s, kubeconfig: absoluteIfGiven("k8s.kubeconfig", k8s.kubeconfig) },
    compose: { ...compose, file: absoluteIfGiven("compose.file", compose.file) },
    databases: settings.databases.map(({ name, schema }) => ({
      name,
      schema: absoluteIfGiven("databases", schema),
    })),
  };
}
