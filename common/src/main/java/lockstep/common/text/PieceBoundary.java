package lockstep.common.text;

/**
 * Where a text may be cut so that the two halves encode, one after the other, to the tokens of the whole.
 *
 * <p>
 * GPT-2 first splits text into pieces by {@code '(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+} and merges bytes
 * only within a piece. The
 * expression never looks behind, so a cut is safe where a piece always ends and where the piece before it comes out the same when the text
 * ends there:
 * <ul>
 * <li>before whitespace that follows anything else: no piece holds the two, and a run of non-space ends there anyway;</li>
 * <li>between letters, numbers and the rest, when the class changes: runs are of one class. Except after an apostrophe before a letter,
 * which may be the
 * contraction {@code 's}.</li>
 * </ul>
 * Not after whitespace: a space belongs to the word after it, and {@code \s+(?!\S)} looks ahead. No place beside a surrogate is safe, so a cut never parts a pair.
 * The classes are those of {@link Unicode16}.
 */
final class PieceBoundary {
    private PieceBoundary() {}

    static boolean isSafe(char before, char after) {
        if (Character.isSurrogate(before) || Character.isSurrogate(after)) {
            return false;
        }
        byte left = Unicode16.classOf(before);
        byte right = Unicode16.classOf(after);
        if (left == right || left == Unicode16.SPACE) {
            return false;
        }
        return !(before == '\'' && right == Unicode16.LETTER);
    }
}
