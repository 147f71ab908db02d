package lockstep.deploy.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

import lockstep.node.evaluate.MultipleChoice.Answer;

/** How a model does by subject, in the order in which the subjects first appear. */
final class SubjectScores {
    private static final String NAMELESS = "(no subject)";

    private final Map<String, Score> scores = new LinkedHashMap<>();

    /** Of one subject. */
    record Score(String subject, int questions, int rightByMean, int rightBySum) {
        private Score with(int label, Answer answer) {
            return new Score(subject, questions + 1, rightByMean + (answer.byMean() == label ? 1 : 0),
                rightBySum + (answer.bySum() == label ? 1 : 0));
        }

        double accuracyByMean() {
            return (double) rightByMean / questions;
        }

        double accuracyBySum() {
            return (double) rightBySum / questions;
        }
    }

    /**
     * One more answer.
     *
     * @param subject empty where nobody says
     * @param label index of the right ending
     */
    void answered(String subject, int label, Answer answer) {
        String name = subject.isEmpty() ? NAMELESS : subject;
        scores.put(name, scores.getOrDefault(name, new Score(name, 0, 0, 0)).with(label, answer));
    }

    /** None where no question has a subject. */
    List<Score> scores() {
        return scores.keySet().equals(Set.of(NAMELESS)) ? List.of() : new ArrayList<>(scores.values());
    }

    /** Each subject counts as much as any other, however many questions it has. */
    double mean(ToDoubleFunction<Score> accuracy) {
        return scores().stream().mapToDouble(accuracy).sum() / scores().size();
    }
}
