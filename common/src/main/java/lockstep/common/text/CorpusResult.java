package lockstep.common.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells what a preparation has written.
 *
 * @param skippedExamples some of the skipped files by name, with what they are
 * @param notes what else the text's owner should know, one line each
 */
public record CorpusResult(CorpusSplit train, CorpusSplit validation, SkippedFiles skipped, String skippedExamples, List<String> notes) {
    public CorpusResult {
        notes = List.copyOf(notes);
    }

    /** Returns what to warn of, one line each; nothing where all was text. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (skipped.total() > 0) {
            warnings.add("skipped " + skipped + skippedExamples);
        }
        warnings.addAll(notes);
        return warnings;
    }
}
