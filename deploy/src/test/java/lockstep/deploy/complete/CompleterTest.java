package lockstep.deploy.complete;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import lockstep.common.text.Tokenizer;
import lockstep.deploy.complete.Completion.Finish;
import lockstep.deploy.complete.CompletionSettings.End;
import lockstep.deploy.complete.CompletionSettings.Of;
import lockstep.deploy.complete.CompletionSettings.Probabilities;
import lockstep.node.generate.SamplerSettings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CompleterTest {
    private static final Tokenizer BYTES = Tokenizer.named("bytes");
    private final TinyModel model = new TinyModel();
    private final Completer completer = model.completer();

    /** Keeps what it hears; wants a number of tokens. */
    private static final class Heard implements CompletionListener {
        private final StringBuilder text = new StringBuilder();
        private final List<CompletedToken> tokens = new ArrayList<>();
        private int wanted = Integer.MAX_VALUE;

        @Override
        public void added(String piece, List<CompletedToken> some) {
            text.append(piece);
            tokens.addAll(some);
        }

        @Override
        public boolean goesOn() {
            return wanted-- > 0;
        }
    }

    @AfterEach
    void stop() {
        model.close();
    }

    private static CompletionSettings settings(int tokens, End end, Probabilities probabilities, String... stops) {
        return new CompletionSettings(tokens, SamplerSettings.plain(), List.of(stops), end, probabilities);
    }

    private static List<Integer> ids(List<CompletedToken> tokens) {
        return tokens.stream().map(CompletedToken::id).toList();
    }

    private Completion complete(String prompt, CompletionSettings settings, Heard heard) {
        return completer.complete(TokenText.document(BYTES, prompt), settings, 7, heard);
    }

    @Test
    void whatWasHeardIsWhatCameOfIt() {
        Heard heard = new Heard();
        Completion completion = complete("abc", settings(40, End.GOES_ON, Probabilities.NONE), heard);
        assertEquals(Finish.LENGTH, completion.finish());
        assertEquals(completion.text(), heard.text.toString());
        assertEquals(completion.tokens(), heard.tokens);
        assertEquals(40, completion.tokens().size());
        assertEquals(completion.text(), TokenText.of(BYTES, completion.tokens().stream().mapToInt(CompletedToken::id).toArray()));
        assertTrue(completion.tokens().getFirst().logProbability().isEmpty());
    }

    @Test
    void theTokensThatAStopTakesAreGone() {
        Completion whole = complete("abc", settings(40, End.GOES_ON, Probabilities.NONE), new Heard());
        int at = whole.text().offsetByCodePoints(0, 20);
        String stop = whole.text().substring(at, whole.text().offsetByCodePoints(at, 2));
        int first = whole.text().indexOf(stop);
        Heard heard = new Heard();
        Completion stopped = complete("abc", settings(40, End.GOES_ON, Probabilities.NONE, stop), heard);
        assertEquals(Finish.STOP, stopped.finish());
        assertEquals(whole.text().substring(0, first), stopped.text());
        assertEquals(stopped.text(), heard.text.toString());
        int shown = stopped.text().codePointCount(0, first);
        assertEquals(whole.tokens().stream().filter(token -> token.offset() < shown).toList(), stopped.tokens());
        assertTrue(stopped.drawn() > stopped.tokens().size());
    }

    @Test
    void theEndOfADocumentEndsTheTextWhereThatIsAsked() {
        Completion on = complete("", settings(2000, End.GOES_ON, Probabilities.NONE), new Heard());
        int end = on.tokens().stream().map(CompletedToken::id).toList().indexOf(0);
        assertTrue(end > 0, "this seed draws no end");
        Heard heard = new Heard();
        Completion ended = complete("", settings(2000, End.STOPS, new Probabilities(Of.DRAWN, 2)), heard);
        assertEquals(Finish.END, ended.finish());
        // a program that adds up how likely a text is needs the last token, too
        assertEquals(ids(on.tokens().subList(0, end + 1)), ids(ended.tokens()));
        assertEquals(ended.tokens(), heard.tokens);
        assertEquals(TokenText.of(BYTES, ids(on.tokens().subList(0, end)).stream().mapToInt(Integer::intValue).toArray()), ended.text());
        assertEquals(ended.text(), heard.text.toString());
        CompletedToken last = ended.tokens().getLast();
        assertEquals(ended.text().codePointCount(0, ended.text().length()), last.offset());
        assertTrue(last.logProbability().orElseThrow() < 0);
        assertEquals(2, last.top().size());
        assertEquals(end + 1, ended.drawn());
    }

    @Test
    void probabilitiesAreToldOfPromptAndText() {
        Completion completion = complete("abc", settings(5, End.GOES_ON, new Probabilities(Of.ALL, 3)), new Heard());
        assertEquals(List.of(0, 97, 98, 99), completion.prompt().stream().map(CompletedToken::id).toList());
        assertTrue(completion.prompt().getFirst().logProbability().isEmpty());
        for (CompletedToken token : completion.tokens()) {
            double own = token.logProbability().orElseThrow();
            assertEquals(3, token.top().size());
            assertTrue(own <= token.top().getFirst().logProbability() && own < 0, token.toString());
        }
        Completion without = complete("abc", settings(5, End.GOES_ON, Probabilities.NONE), new Heard());
        assertEquals(without.text(), completion.text());
    }

    @Test
    void whoWantsNoMoreIsLeftAlone() {
        Heard heard = new Heard();
        heard.wanted = 4;
        Completion completion = complete("abc", settings(40, End.GOES_ON, Probabilities.NONE), heard);
        assertEquals(Finish.CANCELLED, completion.finish());
        assertEquals(4, completion.drawn()); // asked once before the prompt, and after each
    }

    @Test
    void tokensThatArePartsOfCharactersAreShownAsBytes() {
        assertEquals("bytes:\\xe2", TokenText.of(BYTES, 0xE2));
        assertEquals("a", TokenText.of(BYTES, 'a'));
        assertEquals("Grüße", TokenText.of(BYTES, BYTES.encode("Grüße")));
    }

    @Test
    void aConversationForgetsItsOldestTurnsWhenItOutgrowsTheContext() {
        CompletionSettings settings = settings(8, End.STOPS, Probabilities.NONE, "\nU:");
        Chat chat = new Chat(completer, settings, new Chat.Roles("U: ", "A:"), 3);
        assertEquals("\nU:", new Chat.Roles("U: ", "A:").stop());
        String first = chat.say("hello", new Heard()).text();
        assertEquals(first, completer.complete(TokenText.document(BYTES, "U: hello\nA:"), settings, 3, new Heard()).text());
        String second = chat.say("and?", new Heard()).text();
        String before = "U: hello\nA:" + first + "\nU: and?\nA:";
        assertEquals(second, completer.complete(TokenText.document(BYTES, before), settings, Seeds.of(3, 1), new Heard()).text());
        for (int i = 0; i < 6; i++) {
            chat.say("more", new Heard());
        }
        assertTrue(chat.turns() > 1 && chat.turns() < 6, "turns: " + chat.turns());
    }

    @Test
    void seedsOfOneFamilyDiffer() {
        assertEquals(1337, Seeds.of(1337, 0));
        assertFalse(Seeds.of(1337, 1) == Seeds.of(1338, 1));
        assertFalse(Seeds.of(1337, 1) == Seeds.of(1337, 2));
    }
}
