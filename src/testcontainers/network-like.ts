/** A network of Docker that exists: testcontainers' `StartedNetwork` is one. */
export interface NetworkLike {
  getName(): string;
}
