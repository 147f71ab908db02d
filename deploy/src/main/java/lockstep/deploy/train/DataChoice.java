package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.text.NamedText;
import lockstep.common.text.TextReading;

/** What a run learns from. */
sealed interface DataChoice {
    /** Token shards that are there already. */
    record Shards(String pattern, Optional<String> valPattern) implements DataChoice {}

    /**
     * A file of text, a directory of such files, or a pipe.
     *
     * @param reading how documents are told from each other
     */
    record Text(Path path, TextReading reading) implements DataChoice {}

    /** A text that goes by a name. */
    record Named(NamedText text) implements DataChoice {}
}
