package lockstep.common.text;

/**
 * Cuts a text into the pieces within which GPT-2 merges bytes, those of its expression
 * {@code '(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+} under {@link Unicode16}. A surrogate without its other half is of no class.
 */
final class Gpt2Pieces {
    private Gpt2Pieces() {}

    /**
     * The end of the piece that begins at an index.
     *
     * @param from less than the length of the text
     */
    static int end(String text, int from) {
        char first = text.charAt(from);
        if (first == '\'') {
            int contraction = contraction(text, from + 1);
            if (contraction > 0) {
                return from + 1 + contraction;
            }
        }
        int word = first == ' ' && from + 1 < text.length() ? from + 1 : from;
        byte kind = classAt(text, word);
        if (kind != Unicode16.SPACE) {
            return runEnd(text, word, kind);
        }
        int end = runEnd(text, from, Unicode16.SPACE);
        // all white space is of one char, and the last one is left to the word that follows
        return end < text.length() && end - from > 1 ? end - 1 : end;
    }

    /** Letters of the contraction whose apostrophe stands before the index, 0 where there is none. */
    private static int contraction(String text, int at) {
        if (at >= text.length()) {
            return 0;
        }
        return switch (text.charAt(at)) {
            case 's', 'd', 'm', 't' -> 1;
            case 'l' -> text.startsWith("l", at + 1) ? 2 : 0;
            case 'v', 'r' -> text.startsWith("e", at + 1) ? 2 : 0;
            default -> 0;
        };
    }

    private static int runEnd(String text, int from, byte kind) {
        int at = from;
        while (at < text.length() && classAt(text, at) == kind) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at;
    }

    private static byte classAt(String text, int at) {
        return Unicode16.classOf(text.codePointAt(at));
    }
}
