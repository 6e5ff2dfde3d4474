const HIDDEN = "[hidden]";
/** Keys whose values are secret, in Debezium's, Kafka's and Connect's words. */
const SECRET_KEY = /password|secret|token|credential|jaas|private/i;
/** A value that Connect itself resolves holds nothing secret: `${file:/run/secrets:password}`. */
const REFERENCE = /^\$\{[^}]+:[^}]*\}$/;
/** What workers put in the place of a secret that they do not tell: `*********`, `••••••`, `[hidden]`. */
const MASK = /^(?:\*{3,}|[•●]{3,}|\[hidden\])$/i;

/** Whether Connect itself looks the value up. */
export const isReference = (value: string): boolean => REFERENCE.test(value);

/** Whether the value of a key is to be kept out of everything that is shown. */
export const isSecret = (key: string, value: string): boolean => SECRET_KEY.test(key) && !isReference(value);

/** The value fit to be shown; references to Connect's own config providers are. */
export const shownValue = (key: string, value: string): string => (isSecret(key, value) ? HIDDEN : value);

/** Whether a worker has hidden this value: what it is cannot be known. */
export const isMask = (value: string): boolean => MASK.test(value);
