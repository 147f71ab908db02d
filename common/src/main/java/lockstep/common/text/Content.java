package lockstep.common.text;

import lockstep.common.filekind.FileKind;

/** A file that was given as text turns out to hold one of these. */
sealed interface Content {
    /** No byte. */
    record Empty() implements Content {}

    /** A file of a kind that is no text. */
    record OfKind(FileKind kind) implements Content {}

    /** Other bytes than those of the compression that the file's name tells of. */
    record Misnamed() implements Content {}

    /** More of what is no text than a text may hold, as its start tells already. */
    record Broken(TextFaults.Excess excess) implements Content {}

    record Text() implements Content {}

    record JsonLines() implements Content {}

    /**
     * JSON, but no lines of it.
     *
     * @param what it is
     * @param filter of jq that makes lines of it
     */
    record JsonValue(String what, String filter) implements Content {
        /** Says what it is and what to do, for a message. */
        String advice(ShellInput input) {
            return what + ", expected a JSON object on each line; make lines of it: "
                + input.through("jq -c '" + filter + "'", "LINES.jsonl")
                + "; or read all of it as text: --json-as text";
        }
    }

    /** No JSON, in a file whose name says that it is, and no lines that look like it. */
    record NoJson() implements Content {}
}
