package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class Gpt2StreamingTest {
    private final Gpt2Tokenizer whole = Gpt2Tokenizer.create();

    @Test
    void aCutAtASafePlaceNeverChangesTheTokens() {
        int cuts = 0;
        for (long seed = 100; seed < 110; seed++) {
            String text = GoldenStrings.variedText(seed, 400);
            int[] expected = whole.encode(text);
            for (int at = 1; at < text.length(); at++) {
                if (PieceBoundary.isSafe(text.charAt(at - 1), text.charAt(at))) {
                    int[] left = whole.encode(text.substring(0, at));
                    int[] right = whole.encode(text.substring(at));
                    assertArrayEquals(expected, IntStream.concat(Arrays.stream(left), Arrays.stream(right)).toArray(),
                        "seed " + seed + " cut at " + at);
                    cuts++;
                }
            }
        }
        assertTrue(cuts > 500, "only " + cuts + " cuts were tried");
    }

    @Test
    void contractionsAndTheSpaceBeforeAWordAreNoSafePlaces() {
        assertFalse(PieceBoundary.isSafe('\'', 's'));
        assertFalse(PieceBoundary.isSafe(' ', 'a'));
        assertFalse(PieceBoundary.isSafe('\n', ' '));
        assertFalse(PieceBoundary.isSafe('a', 'b'));
        assertFalse(PieceBoundary.isSafe('\uD83D', '\uDE00'));
        assertTrue(PieceBoundary.isSafe('a', ' '));
        assertTrue(PieceBoundary.isSafe('a', '1'));
        assertTrue(PieceBoundary.isSafe('(', 'a'));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 64, 1_000})
    void streamingInSmallChunksGivesTheTokensOfTheWhole(int chunkChars) throws IOException {
        Gpt2Tokenizer chunked = new Gpt2Tokenizer(chunkChars, 1 << 20);
        for (long seed = 200; seed < 210; seed++) {
            String text = GoldenStrings.variedText(seed, 3_000);
            assertArrayEquals(whole.encode(text), stream(chunked, text).toArray(), "seed " + seed);
        }
    }

    @Test
    void streamingAMillionCharactersGivesTheTokensOfTheWholeWhateverTheReadsBring() throws IOException {
        String text = GoldenStrings.variedText(300, 1_000_000);
        int[] expected = whole.encode(text);
        assertArrayEquals(expected, stream(whole, text).toArray());
        InputStream trickle = new FilterInputStream(utf8(text)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 1_013));
            }
        };
        TokenList tokens = new TokenList();
        whole.encode(trickle, tokens);
        assertArrayEquals(expected, tokens.toArray());
    }

    @Test
    void aMegabyteWithoutAnyBoundaryGivesTheTokensOfTheWhole() throws IOException {
        for (String unit : new String[] {"a", " ", "\n", "qz"}) {
            String text = "x ".repeat(40_000) + unit.repeat(1_000_000 / unit.length()) + " end";
            assertArrayEquals(whole.encode(text), stream(whole, text).toArray(), unit);
        }
    }

    @Test
    void aPieceBeyondTheBoundIsCutSoThatMemoryIsBoundedAndDecodesBack() throws IOException {
        Gpt2Tokenizer bounded = new Gpt2Tokenizer(64, 256);
        String text = "\uD835\uDC00".repeat(5_000) + "b".repeat(5_001);
        TokenList tokens = stream(bounded, text);
        assertTrue(tokens.largestDelivery() <= 4 * 256, "largest delivery " + tokens.largestDelivery());
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int token : tokens.toArray()) {
            bounded.decode(token, decoded::write);
        }
        assertEquals(text, decoded.toString(StandardCharsets.UTF_8));
    }

    @Test
    void anEmptyDocumentHasNoTokens() throws IOException {
        assertEquals(0, stream(whole, "").toArray().length);
    }

    private static TokenList stream(Gpt2Tokenizer tokenizer, String text) throws IOException {
        TokenList tokens = new TokenList();
        tokenizer.encode(utf8(text), tokens);
        return tokens;
    }

    private static InputStream utf8(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
