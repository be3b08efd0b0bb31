/** One spelling for muted words and for the titles that they are looked for in. */
export function spell(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** Whether a title holds one of these words, as a whole word, however the title is written. `words` are spelt. */
export function holdsMuted(title: string, words: readonly string[]): boolean {
  const text = spell(title);
  return words.some((word) => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      const end = at + word.length;
      if (!goesOn(text.slice(0, at), word) && !goesOn(word, text.slice(end))) {
        return true;
      }
    }
    return false;
  });
}

/** Letters and digits that belong to one word; the other scripts write their words without spaces between them. */
const IN_WORD =
  '(?![\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}])[\\p{L}\\p{M}\\p{N}]';
const ENDS_IN_WORD = new RegExp(`${IN_WORD}$`, 'u');
const BEGINS_IN_WORD = new RegExp(`^${IN_WORD}`, 'u');

function goesOn(left: string, right: string): boolean {
  return ENDS_IN_WORD.test(left) && BEGINS_IN_WORD.test(right);
}
