package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

/** What a run learns from. */
sealed interface DataChoice {
    /** Token shards that are there already. */
    record Shards(String pattern, Optional<String> valPattern) implements DataChoice {}

    /**
     * A file of text, or a directory of such files.
     *
     * @param field of JSON lines
     */
    record Text(Path path, String field) implements DataChoice {}

    /** The sources that the running JDK carries. */
    record JdkText() implements DataChoice {}
}
