import { fitScreen, type ScreenSize } from "./fit-frame.js";

/* Sequences that xterm and its likes know: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

export interface FullScreen {
  /** Puts a text in place of the one before, without wiping it away first: what stays the same does not flicker. */
  draw(text: string): void;
  /** Gives the terminal back as it was. */
  leave(): void;
}

/** Takes the whole terminal, with what was on it set aside. It is given back at the latest when the process ends. */
export function enterFullScreen(write: (text: string) => void, screen: ScreenSize): FullScreen {
  let isOpen = true;
  const leave = () => {
    if (!isOpen) return;
    isOpen = false;
    process.off("exit", leave);
    write(LEAVE);
  };
  // A second Ctrl-C ends the process at once.
  process.on("exit", leave);
  write(ENTER);
  return {
    draw(text) {
      if (!isOpen) return;
      const lines = fitScreen(text, screen).split("\n");
      write(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE}`).join("\r\n")}${CLEAR_BELOW}`);
    },
    leave,
  };
}
