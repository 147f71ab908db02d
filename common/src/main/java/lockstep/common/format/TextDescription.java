package lockstep.common.format;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import lockstep.common.UserError;

/** Says what a run's text files hold: its JSON, its JSON lines, its log in llm.c's format. */
final class TextDescription {
    private static final Pattern LOG_LINE = Pattern.compile("s:\\d+ [a-z]+:.*");
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int LONGEST_LIST = 8;
    private static final int LARGEST_JSON = 1 << 24;

    private TextDescription() {}

    static boolean looksLikeText(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(2);
            return start.length > 0 && start[0] == '{' || start.length > 1 && start[0] == 's' && start[1] == ':';
        }
    }

    static List<String> describe(Path file) throws IOException {
        Lines lines;
        try {
            lines = Lines.of(file);
        } catch (MalformedInputException e) {
            throw unknown(file, e);
        }
        List<String> description = new ArrayList<>(List.of(FileDescription.line("file", file)));
        if (LOG_LINE.matcher(lines.first).matches()) {
            description.add(FileDescription.line("kind", "log of a run, in llm.c's format"));
            lines.tell(description);
        } else if (lines.count > 1 && isObject(lines.first)) {
            description.add(FileDescription.line("kind", "log of a run, a JSON object a line"));
            lines.tell(description);
        } else if (lines.first.startsWith("{") && Files.size(file) <= LARGEST_JSON) {
            JsonNode json = object(file);
            description.add(FileDescription.line("kind", kind(json)));
            flatten("", json, description);
        } else {
            throw unknown(file, null);
        }
        return List.copyOf(description);
    }

    private static UserError unknown(Path file, Exception cause) throws IOException {
        UserError plain = new UserError(file + ": content: found " + Files.size(file)
            + " bytes of something else, expected a file of llm.c (a header of " + Header.BYTES + " bytes) or of a run (JSON or a log)",
            cause);
        return ForeignFile.error(file, ForeignFile.Wanted.ANY).orElse(plain);
    }

    /** Of a log that may be long. */
    private record Lines(long count, String first, String last) {
        static Lines of(Path file) throws IOException {
            try (BufferedReader reader = Files.newBufferedReader(file)) {
                String first = next(reader, file);
                String last = first;
                long count = first == null ? 0 : 1;
                for (String line = next(reader, file); line != null; line = next(reader, file)) {
                    last = line;
                    count++;
                }
                return new Lines(count, first == null ? "" : first, last == null ? "" : last);
            }
        }

        /** The next line, or null; {@link BufferedReader#readLine} would take all memory for a file of one line. */
        private static String next(BufferedReader reader, Path file) throws IOException {
            int c = reader.read();
            if (c < 0) {
                return null;
            }
            StringBuilder line = new StringBuilder();
            for (; c >= 0 && c != '\n'; c = reader.read()) {
                if (line.length() == LARGEST_JSON) {
                    throw unknown(file, null);
                }
                line.append((char) c);
            }
            boolean carriageReturn = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
            return carriageReturn ? line.substring(0, line.length() - 1) : line.toString();
        }

        void tell(List<String> description) {
            description.add(FileDescription.line("lines", String.format(Locale.ROOT, "%,d", count)));
            description.add(FileDescription.line("first", first));
            description.add(FileDescription.line("last", last));
        }
    }

    private static boolean isObject(String line) {
        try {
            return line.startsWith("{") && JSON.readTree(line).isObject();
        } catch (JacksonException e) {
            return false;
        }
    }

    private static JsonNode object(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            String reason = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new UserError(file + ": expected a JSON object: " + reason, e);
        }
    }

    private static String kind(JsonNode json) {
        if (json.has("weightsSha256") && json.has("files")) {
            return "manifest of a checkpoint";
        }
        if (json.has("lossWindow") && json.has("gradWindow")) {
            return "progress of a checkpoint";
        }
        return json.has("batch") && json.has("seq-len") ? "configuration of a run" : "JSON";
    }

    private static void flatten(String name, JsonNode node, List<String> description) {
        if (node.isObject()) {
            node.properties()
                .forEach(entry -> flatten(name.isEmpty() ? entry.getKey() : name + "." + entry.getKey(), entry.getValue(), description));
        } else if (node.isArray() && node.size() > LONGEST_LIST) {
            description.add(FileDescription.line(name, node.size() + " values"));
        } else if (node.isArray() && !node.isEmpty() && node.get(0).isObject()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(name + "[" + i + "]", node.get(i), description);
            }
        } else {
            description.add(FileDescription.line(name, node.isValueNode() ? node.asText() : node.toString()));
        }
    }
}
