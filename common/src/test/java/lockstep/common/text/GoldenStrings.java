package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Strings with the ids that GPT-2's reference implementation gives them, and texts made of such strings. */
record GoldenStrings(String text, int[] ids) {
    static List<GoldenStrings> all() {
        try (InputStream in = GoldenStrings.class.getResourceAsStream("/golden/gpt2-bpe.json")) {
            List<GoldenStrings> golden = new ArrayList<>();
            for (JsonNode node : new ObjectMapper().readTree(in)) {
                int[] ids = new int[node.get("ids").size()];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = node.get("ids").get(i).asInt();
                }
                golden.add(new GoldenStrings(node.get("text").asText(), ids));
            }
            return golden;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bits of the golden strings and of what is hard for a splitter, in random order. */
    static String variedText(long seed, int chars) {
        List<String> bits = new ArrayList<>(
            List.of(" ", "  ", "\n", "\n\n", "\r\n", "\t", "'", "'s", "'S", "''ll", "\u2019s", "\u00A0", "\u2003", "\u0085", "\u001F",
                "1", "23", "\u0663", "\u2167", "\u00BD", "!", "--", "/*", "\u3002", "\u0301", "\u4E00", "\uD83D\uDE00", "\uD835\uDC00",
                "\u200B", "\uFEFF", "a", "don't",
                "WE'VE", "x=1;", "e\u0301", "\u00E9"));
        for (GoldenStrings golden : all()) {
            bits.addAll(List.of(golden.text().split("(?<=\\s)")));
        }
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < chars) {
            text.append(bits.get(random.nextInt(bits.size())));
        }
        return text.toString();
    }
}
