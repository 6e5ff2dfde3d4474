/** The text that a user or a password of a URL stands for; what is no encoding is taken as it stands. */
export function decodeUserInfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
