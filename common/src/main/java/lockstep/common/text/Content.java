package lockstep.common.text;

import lockstep.common.filekind.FileKind;

/** What a file that was given as text turns out to hold. */
sealed interface Content {
    /** No byte. */
    record Empty() implements Content {}

    /** A file of a kind that is no text. */
    record OfKind(FileKind kind) implements Content {}

    /** A NUL byte near the start. */
    record NulByte() implements Content {}

    /** Bytes near the start that are no UTF-8. */
    record NotUtf8() implements Content {}

    record Text() implements Content {}

    record JsonLines() implements Content {}

    /**
     * JSON, but no lines of it.
     *
     * @param what it is
     * @param filter of jq that makes lines of it
     */
    record JsonValue(String what, String filter) implements Content {
        /** What it is and what to do, for a message. */
        String advice(String name) {
            return what + ", expected a JSON object on each line; make lines of it: jq -c '" + filter + "' " + name + " > LINES.jsonl";
        }
    }

    /** What is no JSON, in a file whose name says that it is. */
    record NoJson() implements Content {}
}
