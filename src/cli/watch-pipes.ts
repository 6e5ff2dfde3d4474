/**
 * Lets a pipe be closed from its other end, as `head` does when it has enough: nothing has failed then, and what
 * is still written is lost. @returns aborted when that happens to the results
 */
export function watchPipes(results: NodeJS.WriteStream, progress: NodeJS.WriteStream): AbortSignal {
  const closed = new AbortController();
  for (const stream of [results, progress]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (stream === results) closed.abort(new DOMException("nobody reads the results", "AbortError"));
    });
  }
  return closed.signal;
}
