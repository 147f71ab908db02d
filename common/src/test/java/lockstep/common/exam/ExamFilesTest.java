package lockstep.common.exam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.exam.MmluFile.Part;
import lockstep.common.exam.MmluFile.Question;
import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.text.Tokenizer;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ExamFilesTest {
    private static final Tokenizer BYTES = Tokenizer.named("bytes");
    private static final String SWAG =
        "{\"ind\": 24, \"activity_label\": \"Roof shingle removal\", \"ctx_a\": \"A man\", \"ctx\": \"A man is\", "
            + "\"endings\": [\"a\", \"b.\", \"c\", \"d\"], \"label\": %s}\n";

    @TempDir
    private Path directory;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    @Test
    void hellaSwagIsTokenizedAsLlmcDoesIt() throws IOException {
        List<Example> examples = HellaSwagFile.readText(file("h.jsonl", SWAG.formatted("3") + SWAG.formatted("\"1\"")), BYTES);
        assertEquals(List.of(3, 1), examples.stream().map(Example::label).toList());
        assertArrayEquals(BYTES.encode("A man is"), examples.getFirst().context());
        assertArrayEquals(BYTES.encode(" b."), examples.getFirst().endings().get(1));
        assertTrue(HellaSwagFile.isText(Path.of("x.jsonl")) && !HellaSwagFile.isText(Path.of("x.bin")));
    }

    @Test
    void hellaSwagsMistakesAreNamedByLineAndField() throws IOException {
        for (String label : List.of("4", "-1", "\"\"", "null", "1.0", "true")) {
            Path file = file("h.jsonl", SWAG.formatted("0") + SWAG.formatted(label));
            assertTold(() -> HellaSwagFile.readText(file, BYTES), file, "line 2", "label");
        }
        Path three = file("i.jsonl", "{\"ctx\":\"x\",\"endings\":[\"a\",\"b\",\"c\"],\"label\":0}");
        assertTold(() -> HellaSwagFile.readText(three, BYTES), three, "line 1", "endings");
        Path noContext = file("j.jsonl", "{\"ctx\":\"\",\"endings\":[\"a\",\"b\",\"c\",\"d\"],\"label\":0}");
        assertTold(() -> HellaSwagFile.readText(noContext, BYTES), noContext, "line 1", "ctx");
        Path empty = file("k.jsonl", "\n");
        assertTold(() -> HellaSwagFile.readText(empty, BYTES), empty, "found no question");
    }

    @Test
    void mmluIsReadAsItIsPublished() throws IOException {
        Path csv = file("abstract_algebra_test.csv",
            "\"Find, all \"\"c\"\"\nin Z_3\",0,\"1,5\",,3,B\r\nPlain question?,w,x,y,z,D\n");
        assertEquals(List.of(new Question("abstract algebra", "Find, all \"c\"\nin Z_3", List.of("0", "1,5", "", "3"), 1),
            new Question("abstract algebra", "Plain question?", List.of("w", "x", "y", "z"), 3)), MmluFile.read(csv, Part.TEST));
        file("zoology_test.csv", "Last?,a,b,c,d,A\n");
        file("zoology_dev.csv", "Shot?,a,b,c,d,C\n");
        assertEquals(List.of("abstract algebra", "abstract algebra", "zoology"),
            MmluFile.read(directory, Part.TEST).stream().map(Question::subject).toList());
        assertEquals("Shot?", MmluFile.read(directory, Part.DEV).getFirst().text());
        Path jsonl = file("m.jsonl", """
            {"question":"Q","subject":"us_history","choices":["a","b","c","d"],"answer":2}
            {"question":"R","choices":["a","b","c","d"],"answer":"D"}
            """);
        assertEquals(
            List.of(new Question("us history", "Q", List.of("a", "b", "c", "d"), 2), new Question("", "R", List.of("a", "b", "c", "d"), 3)),
            MmluFile.read(jsonl, Part.TEST));
    }

    @Test
    void mmlusMistakesAreNamedByLineAndField() throws IOException {
        Path columns = file("a.csv", "q,a,b,c,d,A\nq,a,b,c,A\n");
        assertTold(() -> MmluFile.read(columns, Part.TEST), columns, "line 2: columns: found 5, expected 6");
        Path answer = file("b.csv", "q,a,b,c,d,E\n");
        assertTold(() -> MmluFile.read(answer, Part.TEST), answer, "line 1: answer: found E");
        Path open = file("c.csv", "\"q,a,b,c,d,A\n");
        assertTold(() -> MmluFile.read(open, Part.TEST), open, "closing quote");
        Path after = file("d.csv", "\"q\"x,a,b,c,d,A\n");
        assertTold(() -> MmluFile.read(after, Part.TEST), after, "line 1", "after a closing quote");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertTold(() -> MmluFile.read(empty, Part.TEST), empty, "SUBJECT_test.csv");
    }

    @Test
    void mmluIsAskedInItsAuthorsWords() {
        Question shot = new Question("us history", "Who?", List.of("a", "b", "c", "d"), 2);
        Question question = new Question("us history", "When?", List.of("1", "2", "3", "4"), 1);
        String head = "The following are multiple choice questions (with answers) about us history.\n\n";
        String asked = "When?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer:";
        String shown = "Who?\nA. a\nB. b\nC. c\nD. d\nAnswer: C\n\n";
        Example plain = new MmluPrompt(BYTES, 1000, List.of(), 0).examples(List.of(question)).getFirst();
        assertArrayEquals(BYTES.encode(head + asked), plain.context());
        assertArrayEquals(BYTES.encode(" D"), plain.endings().get(3));
        assertEquals(1, plain.label());
        assertArrayEquals(BYTES.encode(head + shown + asked),
            new MmluPrompt(BYTES, 1000, List.of(shot), 1).examples(List.of(question)).getFirst().context());
        int room = (head + shown + asked).length();
        assertArrayEquals(BYTES.encode(head + asked),
            new MmluPrompt(BYTES, room, List.of(shot), 1).examples(List.of(question)).getFirst().context());
        Question other = new Question("zoology", "Why?", question.choices(), 0);
        assertTold(() -> new MmluPrompt(BYTES, 1000, List.of(shot), 1).examples(List.of(other)), "zoology", "--shots");
    }

    /** Expected by Megatron-LM's Python on the same text. */
    @Test
    void wikiTextIsWrittenAsAPersonWould() throws IOException {
        String original =
            " \n = Robert <unk> = \n \n Robert <unk> ( born 1 @.@ 5 in [ x ] ) , cost $ 2 @,@ 000 ; he 's an \" English film \" actor : no { y } ? yes !"
                + " well @-@ known at 20 \u00B0 C . \n = = Career = = \n = = = Deep = = = \n The boys ' home ' s N end . \n";
        String expected = "\n= Robert <unk> =\n\nRobert <unk> (born 1.5 in [x]), cost $ 2,000; he's an \"English film\" actor: no {y}? yes!"
            + " well-known at 20\u00B0C.\n== Career ==\n=== Deep ===\nThe boys' home ' s 1 end.\n";
        WikiText text = WikiText.read(file("wiki.test.tokens", original));
        assertEquals(expected, text.detokenized());
        assertEquals(68, text.words());
    }
}
