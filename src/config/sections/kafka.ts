import * as z from "zod";

import { note, secretNote } from "../setting-notes.js";
import { brokers, choice, filePath, httpUrl, secret, text, yesOrNo } from "../value-types.js";

/** A Kafka of somebody else's, and what it asks of its clients. */
export const kafkaSection = z.strictObject({
  brokers: brokers()
    .default(["127.0.0.1:9092"])
    .register(
      ...note("Kafka's brokers, each `host:port`, for servers that are there; separated by commas in text."),
    ),
  tls: yesOrNo()
    .default(false)
    .register(...note("Whether the listeners in `kafka.brokers` speak TLS.")),
  caFile: filePath()
    .optional()
    .register(
      ...note("PEM file of the authorities that sign the brokers' certificates, if not the well-known ones."),
    ),
  certFile: filePath()
    .optional()
    .register(...note("PEM file of the certificate that the brokers ask of their clients.")),
  keyFile: filePath()
    .optional()
    .register(...note("PEM file of the key of `kafka.certFile`, not encrypted.")),
  sasl: choice(["plain", "scram-sha-256", "scram-sha-512", "oauthbearer"])
    .optional()
    .register(...note("SASL mechanism of the login at Kafka; without it, there is none.")),
  username: text()
    .min(1)
    .optional()
    .register(...note("User of the login at Kafka.")),
  password: secret()
    .optional()
    .register(...secretNote("Password of `kafka.username`.")),
  tokenFile: filePath()
    .optional()
    .register(...note("File with the token for `oauthbearer`; read again for each connection.")),
  tokenUrl: httpUrl()
    .optional()
    .register(
      ...note(
        "Token endpoint for `oauthbearer` (OAuth 2.0 client credentials); asked anew before a token expires.",
      ),
    ),
  tokenClientId: text()
    .min(1)
    .optional()
    .register(...note("Client id for `kafka.tokenUrl`.")),
  tokenClientSecret: secret()
    .optional()
    .register(...secretNote("Client secret for `kafka.tokenUrl`.")),
  tokenScope: text()
    .min(1)
    .optional()
    .register(...note("Scope to ask of `kafka.tokenUrl`.")),
});

/** As it stands in the file. */
export type KafkaSettings = z.output<typeof kafkaSection>;
