package lockstep.common.text;

/**
 * Counts what a directory or ZIP file held beside text.
 *
 * @param hidden files and whole directories whose name starts with a dot
 * @param binary files of a kind that is no text, and files of which more than one byte in 1,000 is no UTF-8, or NUL
 * @param empty files without a byte
 * @param special devices, pipes, links to directories and broken links
 * @param about files that tell of a data set, such as its README.md, and JSON beside JSON lines
 * @param otherSplits files of a data set's validation and test
 */
public record SkippedFiles(int hidden, int binary, int empty, int special, int about, int otherSplits) {
    static final SkippedFiles NONE = new SkippedFiles(0, 0, 0, 0);

    /** Counts of a directory that is no data set. */
    SkippedFiles(int hidden, int binary, int empty, int special) {
        this(hidden, binary, empty, special, 0, 0);
    }

    public int total() {
        return hidden + binary + empty + special + about + otherSplits;
    }

    @Override
    public String toString() {
        return total() + " (" + hidden + " hidden, " + binary + " binary, " + empty + " empty, " + special + " special"
            + (about > 0 ? ", " + about + " about the data" : "") + (otherSplits > 0 ? ", " + otherSplits + " of validation or test" : "")
            + ")";
    }
}
