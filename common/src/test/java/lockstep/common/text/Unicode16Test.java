package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The classes of every code point, and how every code point is cut, against tiktoken's: resources/unicode/make_unicode16.py made what is compared with. */
class Unicode16Test {
    private static final int BLOCK = 1024;
    /** The version of Java whose Unicode is 16.0, by which this project is built. */
    private static final int JAVA_OF_UNICODE_16 = 25;

    /**
     * How the code points up to the last one are cut within a template.
     *
     * @param sha256 of the tokens as little-endian numbers of 16 bits
     */
    record Cuts(String template, int last, int tokens, String sha256) {}

    /** The code points below the last one of a class, a quarter of all. */
    static List<Cuts> cutsOfClasses() throws IOException {
        return cuts().stream().filter(cuts -> cuts.last() < Character.MAX_CODE_POINT).toList();
    }

    static List<Cuts> cutsOfAll() throws IOException {
        return cuts().stream().filter(cuts -> cuts.last() == Character.MAX_CODE_POINT).toList();
    }

    private static List<Cuts> cuts() throws IOException {
        try (InputStream in = Unicode16Test.class.getResourceAsStream("/unicode/gpt2-cuts.json")) {
            JsonNode all = new ObjectMapper().readTree(in);
            return StreamSupport.stream(all.spliterator(), false)
                .map(one -> new Cuts(one.get("template").asText(), one.get("last").asInt(), one.get("tokens").asInt(),
                    one.get("sha256").asText()))
                .toList();
        }
    }

    @Test
    void theClassesOfAllCodePointsAreThoseOfUnicode16WhateverTheJdk() {
        MessageDigest sha256 = sha256();
        allCodePoints().forEach(c -> sha256.update(Unicode16.classOf(c)));
        assertEquals("ba830e7f669dd0fcc40141409e2c8be621eead74b1d0d659dc89185f117d69c8", hex(sha256));
    }

    @Test
    void aJdkOfTheSameUnicodeAgreesOnEveryCodePoint() {
        assumeTrue(Runtime.version().feature() == JAVA_OF_UNICODE_16);
        List<Integer> different = allCodePoints().filter(c -> Unicode16.classOf(c) != classByTheJdk(c)).boxed().toList();
        assertEquals(List.of(), different);
    }

    private static byte classByTheJdk(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER, Character.MODIFIER_LETTER,
                Character.OTHER_LETTER ->
                Unicode16.LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> Unicode16.NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> Unicode16.SPACE;
            default -> codePoint >= '\t' && codePoint <= '\r' || codePoint == 0x85 ? Unicode16.SPACE : Unicode16.NO_CLASS;
        };
    }

    @ParameterizedTest
    @MethodSource("cutsOfClasses")
    void everyCodePointOfTheFirstPlanesIsCutAsTiktokenCutsIt(Cuts cuts) {
        check(cuts);
    }

    @ParameterizedTest
    @MethodSource("cutsOfAll")
    @Tag("slow")
    void everyCodePointIsCutAsTiktokenCutsIt(Cuts cuts) {
        check(cuts);
    }

    private static void check(Cuts cuts) {
        Tokenizer gpt2 = Tokenizer.named("gpt2");
        MessageDigest sha256 = sha256();
        int tokens = 0;
        boolean alone = cuts.template().equals("{}");
        for (int first = 0; first <= cuts.last(); first += BLOCK) {
            List<String> texts = IntStream.range(first, first + BLOCK).filter(c -> !isSurrogate(c))
                .mapToObj(c -> cuts.template().replace("{}", Character.toString(c))).toList();
            for (String text : alone ? texts : List.of(String.join("", texts))) {
                int[] encoded = gpt2.encode(text);
                tokens += encoded.length;
                sha256.update(littleEndian(encoded));
            }
        }
        assertEquals(cuts, new Cuts(cuts.template(), cuts.last(), tokens, hex(sha256)));
    }

    private static IntStream allCodePoints() {
        return IntStream.rangeClosed(0, Character.MAX_CODE_POINT);
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static byte[] littleEndian(int[] tokens) {
        byte[] bytes = new byte[2 * tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            bytes[2 * i] = (byte) tokens[i];
            bytes[2 * i + 1] = (byte) (tokens[i] >> 8);
        }
        return bytes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
