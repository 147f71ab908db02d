package lockstep.common.text;

/**
 * What a directory or ZIP file held beside text.
 *
 * @param hidden files and whole directories whose name starts with a dot
 * @param binary files with a NUL byte, or bytes that are no UTF-8, in their first kilobyte
 * @param empty files without a byte
 * @param special devices, pipes, links to directories and broken links
 */
public record SkippedFiles(int hidden, int binary, int empty, int special) {
    static final SkippedFiles NONE = new SkippedFiles(0, 0, 0, 0);

    public int total() {
        return hidden + binary + empty + special;
    }

    @Override
    public String toString() {
        return total() + " (" + hidden + " hidden, " + binary + " binary, " + empty + " empty, " + special + " special)";
    }
}
