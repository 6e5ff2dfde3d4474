import kafkajs, { type Mechanism } from "kafkajs";

import { findToken, type TokenOrigin } from "./token-source.js";

/** Ends each part of a message (RFC 7628). */
const SEPARATOR = "\u0001";
const LENGTH_BYTES = 4;

/**
 * The login with a token. kafkajs's own does not read the answer, so that it takes a token that was refused for one
 * that was not, until the broker ends the connection: its response of OAUTHBEARER decodes to `true`.
 * https://github.com/tulios/kafkajs/issues/1505
 */
export function oauthLogin(origin: TokenOrigin): Mechanism {
  return {
    mechanism: "oauthbearer",
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const token = await findToken(origin);
        const message = `n,,${SEPARATOR}auth=Bearer ${token}${SEPARATOR}${SEPARATOR}`;
        const answer = await saslAuthenticate({
          request: { encode: () => withLength(Buffer.from(message)) },
          response: { decode: (bytes) => bytes.subarray(LENGTH_BYTES), parse: (text) => text.toString() },
        });
        if (answer !== undefined && answer !== "") throw refusal(answer);
      },
    }),
  };
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** @param answer JSON with a `status`, such as `invalid_token` (RFC 7628, 3.2.2) */
function refusal(answer: string): Error {
  const status = /"status"\s*:\s*"([\w-]{1,40})"/.exec(answer)?.[1] ?? "the token was refused";
  // Its types leave out what its constructor takes.
  const Refusal = kafkajs.KafkaJSSASLAuthenticationError as new (message: string) => Error;
  return new Refusal(`SASL OAUTHBEARER authentication failed: ${status}`);
}
