package lockstep.common.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.safetensors.SafetensorsFile;
import lockstep.common.safetensors.TensorEntry;

/** Where each tensor of a model lies: in one file, or in several that an index tells apart. */
final class WeightFiles {
    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private static final List<String> OTHER_LAYOUTS = List.of("tf", "flax");

    private final Path source;
    private final SortedMap<String, Place> places = new TreeMap<>();
    private final SortedSet<String> leftOut = new TreeSet<>();

    private WeightFiles(Path source) {
        this.source = source;
    }

    /** A tensor in a file. */
    record Place(SafetensorsFile file, TensorEntry tensor) {}

    /** @param source a safetensors file or an index */
    static WeightFiles open(Path source) {
        WeightFiles files = new WeightFiles(source);
        if (source.getFileName().toString().endsWith(".index.json")) {
            files.shards();
        } else {
            SafetensorsFile file = opened(source);
            file.tensors().forEach((name, tensor) -> files.add(name, new Place(file, tensor)));
        }
        return files;
    }

    /** What names the model: the file, or the index of several. */
    Path source() {
        return source;
    }

    /** By bare name; masks are left out. */
    SortedMap<String, Place> places() {
        return Collections.unmodifiableSortedMap(places);
    }

    /** Names of tensors that the language model doesn't use. */
    SortedSet<String> leftOut() {
        return Collections.unmodifiableSortedSet(leftOut);
    }

    /** Has the head serve as the token embedding, where a file of tied weights holds the one matrix under the head's name alone. */
    void takeHeadForEmbedding() {
        if (!places.containsKey(TensorNames.WTE) && places.containsKey(TensorNames.HEAD)) {
            places.put(TensorNames.WTE, places.remove(TensorNames.HEAD));
        }
    }

    private void add(String name, Place place) {
        String bare = TensorNames.bare(name);
        if (TensorNames.isMask(bare)) {
            return;
        }
        if (TensorNames.isOfAnotherTask(bare)) {
            leftOut.add(name);
            return;
        }
        if (places.put(bare, place) != null) {
            throw new UserError(
                source + ": " + bare + ": found twice, with " + TensorNames.PREFIX + " or a wrapper's prefix and without, expected once");
        }
    }

    private void shards() {
        JsonNode map = JsonObjects.read(source).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new UserError(source + ": weight_map: found " + (map.isMissingNode() ? "none" : "something else")
                + ", expected an object of tensors and their files");
        }
        Map<String, SafetensorsFile> opened = new TreeMap<>();
        List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(map.properties());
        for (Map.Entry<String, JsonNode> entry : entries) {
            String fileName = entry.getValue().asText();
            SafetensorsFile file = opened.computeIfAbsent(fileName, name -> opened(shard(entry.getKey(), name)));
            TensorEntry tensor = file.tensors().get(entry.getKey());
            if (tensor == null) {
                throw new UserError(file.path() + ": " + entry.getKey() + ": found no such tensor, expected by " + source.getFileName());
            }
            add(entry.getKey(), new Place(file, tensor));
        }
    }

    /** TensorFlow's and Flax's matrices are turned over, and a square one wouldn't show it. */
    private static SafetensorsFile opened(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        String format = file.metadata().getOrDefault("format", "pt");
        if (OTHER_LAYOUTS.contains(format)) {
            throw new UserError(path + ": __metadata__: format: found " + format
                + ", expected pt: matrices of that library may be turned over; load it in transformers 4 with"
                + " GPT2LMHeadModel.from_pretrained(…, from_" + format + "=True) and save it again");
        }
        return file;
    }

    /** An index names files beside it, and none elsewhere on the machine. */
    private Path shard(String tensor, String fileName) {
        if (!fileName.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,250}")) {
            throw new UserError(source + ": weight_map: " + tensor + ": found " + fileName + ", expected the name of a file beside it");
        }
        Path shard = source.resolveSibling(fileName);
        if (Files.notExists(shard)) {
            throw new UserError(shard + ": no such file, expected by " + source.getFileName() + " for " + tensor);
        }
        return shard;
    }
}
