package lockstep.common.exam;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import lockstep.common.UserError;
import lockstep.common.exam.MmluFile.Question;
import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.text.Tokenizer;

/**
 * Questions in the words of the authors' own program: a line that names the subject, as many answered questions of it as are wanted, then the question, whose answer is a letter. As there, shots are left out, the last first, where the whole
 * would not fit.
 */
public final class MmluPrompt {
    private static final String LETTERS = "ABCD";

    private final Tokenizer tokenizer;
    private final int context;
    private final List<Question> answered;
    private final int shots;

    /**
     * @param context tokens that the model can read
     * @param answered questions to show first, of which each question gets those of its subject
     * @param shots how many of them
     */
    public MmluPrompt(Tokenizer tokenizer, int context, List<Question> answered, int shots) {
        this.tokenizer = tokenizer;
        this.context = context;
        this.answered = List.copyOf(answered);
        this.shots = shots;
    }

    public List<Example> examples(List<Question> questions) {
        List<int[]> letters = LETTERS.chars().mapToObj(letter -> tokenizer.encode(" " + (char) letter)).toList();
        return questions.stream().map(question -> new Example(question.answer(), prompt(question), letters)).toList();
    }

    private int[] prompt(Question question) {
        List<Question> shown = answered.stream().filter(shot -> shot.subject().equals(question.subject())).limit(shots).toList();
        if (shown.size() < shots) {
            throw new UserError(
                "--shots: found " + shown.size() + " answered questions of the subject \"" + question.subject() + "\", expected " + shots);
        }
        for (int n = shown.size(); n > 0; n--) {
            int[] tokens = tokenizer.encode(text(question, shown.subList(0, n)));
            if (tokens.length < context) {
                return tokens;
            }
        }
        return tokenizer.encode(text(question, List.of()));
    }

    static String text(Question question, List<Question> shown) {
        List<String> parts = new ArrayList<>();
        String about = question.subject().isEmpty() ? "" : " about " + question.subject();
        parts.add("The following are multiple choice questions (with answers)" + about + ".\n\n");
        shown.forEach(shot -> parts.add(text(shot) + " " + LETTERS.charAt(shot.answer()) + "\n\n"));
        parts.add(text(question));
        return String.join("", parts);
    }

    private static String text(Question question) {
        StringBuilder text = new StringBuilder(question.text());
        IntStream.range(0, LETTERS.length())
            .forEach(i -> text.append('\n').append(LETTERS.charAt(i)).append(". ").append(question.choices().get(i)));
        return text.append("\nAnswer:").toString();
    }
}
