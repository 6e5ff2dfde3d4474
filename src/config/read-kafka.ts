import type { KafkaAccess, KafkaEndpoint, KafkaSasl } from "../clients/kafka/kafka-endpoint.js";
import { readTlsFiles, refuseTlsFiles } from "./read-tls-files.js";
import type { KafkaSettings } from "./sections/kafka.js";
import { collectProblems, type Complain, type SettingProblem } from "./setting-problem.js";

/**
 * How Kafka is reached, by settings that are right one by one.
 * @param settings with absolute paths
 */
export async function readKafka(
  settings: KafkaSettings,
): Promise<{ kafka: KafkaEndpoint; problems: readonly SettingProblem[] }> {
  const { problems, wrong } = collectProblems("kafka");
  const files = await readTlsFiles("kafka", settings, wrong);
  if (!settings.tls) refuseTlsFiles(settings, wrong, "expected kafka.tls: true beside it");
  const sasl = readSasl(settings, files.ca, wrong);
  const access: KafkaAccess = {
    ...(settings.tls ? { tls: files } : {}),
    ...(sasl === undefined ? {} : { sasl }),
  };
  const { brokers } = settings;
  return { kafka: Object.keys(access).length === 0 ? { brokers } : { brokers, access }, problems };
}

const PASSWORD_KEYS = ["username", "password"] as const;
const TOKEN_KEYS = ["tokenFile", "tokenUrl", "tokenClientId", "tokenClientSecret", "tokenScope"] as const;
const CLIENT_KEYS = ["tokenClientId", "tokenClientSecret", "tokenScope"] as const;

function readSasl(settings: KafkaSettings, ca: string | undefined, wrong: Complain): KafkaSasl | undefined {
  const { sasl: mechanism, username, password, tokenFile, tokenUrl } = settings;
  const refuse = (keys: readonly (keyof KafkaSettings)[], why: string) => {
    for (const key of keys) if (settings[key] !== undefined) wrong(key, why);
  };
  if (mechanism === undefined) {
    refuse([...PASSWORD_KEYS, ...TOKEN_KEYS], "expected kafka.sasl beside it");
    return undefined;
  }
  if (mechanism !== "oauthbearer") {
    refuse(TOKEN_KEYS, `expected kafka.sasl: oauthbearer beside it, got ${mechanism}`);
    if (username !== undefined && password !== undefined) return { mechanism, username, password };
    wrong("sasl", `expected kafka.username and kafka.password too: ${mechanism} needs both`);
    return undefined;
  }
  refuse(PASSWORD_KEYS, "expected another kafka.sasl: oauthbearer takes a token");
  if (tokenFile !== undefined) {
    refuse(["tokenUrl", ...CLIENT_KEYS], "expected no kafka.tokenFile beside it");
    return { mechanism, origin: { file: tokenFile } };
  }
  if (tokenUrl === undefined) {
    wrong("sasl", "expected kafka.tokenFile or kafka.tokenUrl too: oauthbearer needs a token");
    return undefined;
  }
  const { tokenClientId: clientId, tokenClientSecret: clientSecret, tokenScope: scope } = settings;
  if (clientId === undefined || clientSecret === undefined) {
    wrong("tokenUrl", "expected kafka.tokenClientId and kafka.tokenClientSecret too");
    return undefined;
  }
  const login = { url: tokenUrl, clientId, clientSecret, ...(scope === undefined ? {} : { scope }) };
  return { mechanism, origin: ca === undefined ? login : { ...login, ca } };
}
