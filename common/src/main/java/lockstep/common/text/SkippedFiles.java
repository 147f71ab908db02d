package lockstep.common.text;

import java.nio.file.Path;
import java.util.Optional;

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

    /** What to warn of; nothing where all was text. */
    public Optional<String> warning(Path source) {
        return total() == 0 ? Optional.empty() : Optional.of(source + ": skipped " + this);
    }

    @Override
    public String toString() {
        return total() + " (" + hidden + " hidden, " + binary + " binary, " + empty + " empty, " + special + " special)";
    }
}
