package lockstep.common.text;

import java.nio.file.Path;
import java.util.List;

/**
 * The training or the validation part of a prepared corpus.
 *
 * @param shards in order; none when the part is empty
 * @param tokens separators included
 * @param bytes of text, separators not included: nats per byte = mean loss per token · tokens / bytes
 * @param documents or parts of a document
 * @param longestBytes of the longest of them
 */
public record CorpusSplit(List<Path> shards, long tokens, long bytes, long documents, long longestBytes) {
    public CorpusSplit {
        shards = List.copyOf(shards);
    }
}
