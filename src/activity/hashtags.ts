/** A `#` that does not stand within a word, and the word after it: letters and digits of any script, `_` and `-`. */
const HASHTAG = /(?<![\p{L}\p{N}_#&/])#([\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*)/gu;

/** The hashtags in a text, as written, at most `most` of them. */
export function hashtagsIn(text: string, most: number): string[] {
  return [...text.matchAll(HASHTAG)].slice(0, most).map(([, word = '']) => word);
}
