import * as z from "zod";

import { note, secretNote } from "../setting-notes.js";
import { connectUrls, expected, filePath, headers, proxyUrl, secret, text } from "../value-types.js";

/** A Kafka Connect of somebody else's, and what it asks of whoever calls. */
export const connectSection = z.strictObject({
  url: connectUrls()
    .default("http://127.0.0.1:8083")
    .register(
      ...note(
        "Kafka Connect's REST API (http or https), for servers that are there; further workers of the same group follow in a list, separated by commas in text.",
      ),
    ),
  username: text()
    .regex(/^[^:]+$/, expected("a name without a colon"))
    .optional()
    .register(...note("User for Kafka Connect's REST API (HTTP basic authentication).")),
  password: text()
    .optional()
    .register(...secretNote("Password of `connect.username`.")),
  token: secret()
    .optional()
    .register(...secretNote("Token for Kafka Connect's REST API, sent as `Authorization: Bearer`.")),
  headers: headers()
    .optional()
    .register(
      ...secretNote(
        "Headers for every request to Kafka Connect, each `NAME: VALUE`; separated by commas in text.",
      ),
    ),
  caFile: filePath()
    .optional()
    .register(
      ...note(
        "PEM file of the authorities that sign Kafka Connect's certificate, if not the well-known ones.",
      ),
    ),
  certFile: filePath()
    .optional()
    .register(...note("PEM file of the certificate that Kafka Connect asks of its clients.")),
  keyFile: filePath()
    .optional()
    .register(...note("PEM file of the key of `connect.certFile`, not encrypted.")),
  proxy: proxyUrl()
    .optional()
    .register(
      ...secretNote(
        "URL of the HTTP proxy on the way to Kafka Connect, perhaps with user and password; proxies of the environment are not taken.",
      ),
    ),
});

/** As it stands in the file. */
export type ConnectSettings = z.output<typeof connectSection>;
