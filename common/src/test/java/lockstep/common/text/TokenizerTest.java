package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class TokenizerTest {
    private final Tokenizer gpt2 = Tokenizer.named("gpt2");
    private final Tokenizer bytes = Tokenizer.named("bytes");

    @Test
    void gpt2EncodesEveryGoldenStringToItsIds() {
        for (GoldenStrings golden : GoldenStrings.all()) {
            assertArrayEquals(golden.ids(), gpt2.encode(golden.text()), golden.text());
        }
    }

    @Test
    void bothTokenizersDecodeEveryGoldenStringByteForByte() {
        for (GoldenStrings golden : GoldenStrings.all()) {
            byte[] utf8 = golden.text().getBytes(StandardCharsets.UTF_8);
            assertArrayEquals(utf8, decode(gpt2, golden.ids()), golden.text());
            assertArrayEquals(utf8, decode(bytes, bytes.encode(golden.text())), golden.text());
        }
    }

    @Test
    void gpt2AgreesWithTheReferenceOnVariedText() {
        ReferenceBpe reference = new ReferenceBpe(gpt2);
        for (long seed = 0; seed < 20; seed++) {
            String text = GoldenStrings.variedText(seed, 2_000);
            assertArrayEquals(reference.encode(text), gpt2.encode(text), "seed " + seed);
        }
    }

    @Test
    void gpt2AgreesWithTheReferenceOnLongPieces() {
        ReferenceBpe reference = new ReferenceBpe(gpt2);
        for (int length : new int[] {499, 500, 501, 1_500}) {
            StringBuilder letters = new StringBuilder();
            for (int i = 0; letters.length() < length; i++) {
                letters.append("etaoinshrdlu".charAt((i * i + i / 7) % 12));
            }
            assertArrayEquals(reference.encode(letters.toString()), gpt2.encode(letters.toString()), "length " + length);
        }
    }

    @Test
    void theStreamOfBytesGivesRawBytesEvenWhereTheyAreNoUtf8() throws IOException {
        byte[] raw = {(byte) 0xFF, 'a', (byte) 0xC3};
        TokenList tokens = new TokenList();
        bytes.encode(new ByteArrayInputStream(raw), tokens);
        assertArrayEquals(new int[] {255, 'a', 195}, tokens.toArray());
    }

    @Test
    void theStreamOfGpt2ReplacesWhatIsNoUtf8() throws IOException {
        TokenList tokens = new TokenList();
        gpt2.encode(new ByteArrayInputStream(new byte[] {'a', (byte) 0xFF, 'b'}), tokens);
        assertArrayEquals(gpt2.encode("a\uFFFDb"), tokens.toArray());
    }

    @Test
    void endOfTextIsTheLastTokenOfGpt2AndTheNulByte() {
        assertEquals(50_256, gpt2.endOfText());
        assertEquals(50_257, gpt2.vocabularySize());
        assertArrayEquals("<|endoftext|>".getBytes(StandardCharsets.UTF_8), decode(gpt2, gpt2.endOfText()));
        assertEquals(0, bytes.endOfText());
        assertEquals(256, bytes.vocabularySize());
    }

    @Test
    void everyTokenOfGpt2CanBeDecoded() {
        long total =
            IntStream.range(0, gpt2.vocabularySize()).mapToLong(token -> decode(gpt2, token).length).filter(length -> length > 0).count();
        assertEquals(gpt2.vocabularySize(), total);
    }

    @Test
    void aTokenBeyondTheVocabularyIsRefused() {
        for (Tokenizer tokenizer : new Tokenizer[] {gpt2, bytes}) {
            assertThrows(IllegalArgumentException.class, () -> decode(tokenizer, tokenizer.vocabularySize()));
            assertThrows(IllegalArgumentException.class, () -> decode(tokenizer, -1));
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        UserError error = assertThrows(UserError.class, () -> Tokenizer.named("gpt4"));
        assertEquals("unknown tokenizer: gpt4, expected one of [gpt2, bytes]", error.getMessage());
    }

    private static byte[] decode(Tokenizer tokenizer, int... tokens) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int token : tokens) {
            tokenizer.decode(token, out::write);
        }
        return out.toByteArray();
    }
}
